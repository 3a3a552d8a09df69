"""The network namespace of a Pod."""
