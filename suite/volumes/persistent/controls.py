"""Controls of PersistentVolumes."""

from __future__ import annotations

from suite.control import Control, Json, containers_of, mounted_read_only, volumes_of


def swapped(objects: list[Json]) -> list[Json]:
    """Swap the PersistentVolume and the emptyDir."""
    names = {"kept": "scratch", "scratch": "kept"}
    for volume in volumes_of(objects):
        volume["name"] = names.get(volume["name"], volume["name"])
    return objects


def overwritten(objects: list[Json]) -> list[Json]:
    """Let the app write to the PersistentVolume once it has read what lies there."""
    for reader in containers_of(objects, "reader"):
        reader["args"][-1:-1] = ["write", "/srv/kept/file", "then"]
    return objects


MOUNTED_READ_ONLY = Control("mounted-read-only", ("read-only",), mounted_read_only("kept", "first"))
SWAPPED = Control("swapped", ("lost", "survived"), swapped)
OVERWRITTEN = Control("overwritten", ("altered",), overwritten)
