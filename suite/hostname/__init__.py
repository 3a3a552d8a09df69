"""The hostname, /etc/hosts and /etc/resolv.conf of a Pod."""
