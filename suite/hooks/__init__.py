"""Lifecycle hooks: what a container waits for before it counts as running, and before it is told to end."""
