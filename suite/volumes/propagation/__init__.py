"""Mount propagation, and read-only mounts that are recursive."""
