"""One address, one loopback, one space of ports."""
