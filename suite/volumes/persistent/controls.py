"""Controls of PersistentVolumes."""

from __future__ import annotations

from suite.control import Control, Json, volumes_of


def swapped(objects: list[Json]) -> list[Json]:
    """Swap the PersistentVolume and the emptyDir."""
    names = {"kept": "scratch", "scratch": "kept"}
    for volume in volumes_of(objects):
        volume["name"] = names.get(volume["name"], volume["name"])
    return objects


SWAPPED = Control("swapped", ("lost", "survived"), swapped)
