"""Abstract unix sockets."""
