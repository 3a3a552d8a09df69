"""The commands beside ``conformance``: each module is one, and thin."""
