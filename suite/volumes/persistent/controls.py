"""Controls of PersistentVolumes."""

from __future__ import annotations

from suite.control import Control, Json, containers_of, volumes_of


def swapped(objects: list[Json]) -> list[Json]:
    """Swap the PersistentVolume and the emptyDir."""
    names = {"kept": "scratch", "scratch": "kept"}
    for volume in volumes_of(objects):
        volume["name"] = names.get(volume["name"], volume["name"])
    return objects


def mounted_read_only(objects: list[Json]) -> list[Json]:
    """Mount the PersistentVolume read-only in the init container."""
    for container in containers_of(objects, group="initContainers"):
        for mount in container["volumeMounts"]:
            if mount["name"] == "kept":
                mount["readOnly"] = True
    return objects


MOUNTED_READ_ONLY = Control("mounted-read-only", ("read-only",), mounted_read_only)
SWAPPED = Control("swapped", ("lost", "survived"), swapped)
