"""Where a user's things lie: what can be made again in the cache folder, what a running cluster needs in the other."""

from pathlib import Path

import platformdirs

NAME = "podproof"


def cache() -> Path:
    """Return the folder of binaries, images, packages, locks; safe to delete when no cluster runs."""
    return platformdirs.user_cache_path(NAME)


def state() -> Path:
    """Return the folder of the local clusters: one folder per cluster, named as the cluster is."""
    return platformdirs.user_state_path(NAME)
