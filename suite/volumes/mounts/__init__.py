"""How a volume is mounted: modes, fsGroup, subPath, read-only."""
