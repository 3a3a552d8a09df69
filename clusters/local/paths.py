"""Where things lie: what can be made again in the cache folder, what a running cluster needs in the state folder."""

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULES = HERE / "modules"
"""One folder with go.mod and go.sum per component, and per Kubernetes minor."""


def cache() -> Path:
    """Binaries, images, locks; safe to delete when no cluster runs."""
    return _base("XDG_CACHE_HOME", ".cache") / "podproof"


def state() -> Path:
    """One folder per cluster, named as the cluster is."""
    return _base("XDG_STATE_HOME", ".local/state") / "podproof"


def _base(variable: str, below_home: str) -> Path:
    # The XDG specification has relative values ignored.
    value = os.environ.get(variable, "")
    return Path(value) if Path(value).is_absolute() else Path.home() / below_home
