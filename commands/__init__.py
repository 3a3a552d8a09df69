"""What a person types beside ``conformance``: each module is one command, and thin."""
