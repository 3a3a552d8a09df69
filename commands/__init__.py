"""What a person types beside ``conformance``: thin commands, and what only they share."""
