"""The specification: what must hold."""
