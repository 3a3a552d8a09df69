"""Controls of volumes that are no emptyDir."""

from __future__ import annotations

from suite.controls import Control, Json, volumes_of


def swapped(objects: list[Json]) -> list[Json]:
    """What was on the PersistentVolume is on the emptyDir, and the other way round."""
    names = {"kept": "scratch", "scratch": "kept"}
    for volume in volumes_of(objects):
        volume["name"] = names.get(volume["name"], volume["name"])
    return objects


def empty_dir_for_image(objects: list[Json]) -> list[Json]:
    """An emptyDir in the place of the image."""
    for volume in volumes_of(objects):
        if volume.pop("image", None):
            volume["emptyDir"] = {}
    return objects


SWAPPED = Control("swapped", ("lost", "survived"), swapped)
EMPTY_DIR_FOR_IMAGE = Control("empty-dir-for-image", ("not-read", "written"), empty_dir_for_image)
WRITABLE_FOR_IMAGE = Control("writable-for-image", ("other-answer",), empty_dir_for_image)
