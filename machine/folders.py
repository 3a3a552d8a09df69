"""A user's folders: the cache for what can be made again, the state for what a running cluster needs."""

from pathlib import Path

import platformdirs

NAME = "podproof"


def cache() -> Path:
    """Return the folder of binaries, images, packages and locks; safe to delete when no cluster runs."""
    return platformdirs.user_cache_path(NAME)


def state() -> Path:
    """Return the folder of the local clusters: one folder per cluster, of its name."""
    return platformdirs.user_state_path(NAME)
