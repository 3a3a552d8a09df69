"""Controls of images as volumes."""

from __future__ import annotations

import copy

from suite.control import Control, Json, pods_of, volumes_of


def empty_dir_for_image(objects: list[Json]) -> list[Json]:
    """Replace the image by an emptyDir."""
    for volume in volumes_of(objects):
        if volume.pop("image", None):
            volume["emptyDir"] = {}
    return objects


def another_file(objects: list[Json]) -> list[Json]:
    """Replace the image by an emptyDir in which another file has the path of the one that is read."""
    empty_dir_for_image(objects)
    spec = pods_of(objects)[0]["spec"]
    arguments = ["make-folder", "/image/usr", "then", "make-folder", "/image/usr/lib", "then"]
    arguments += ["write", "/image/usr/lib/os-release"]
    spec["initContainers"] = [copy.deepcopy(spec["containers"][0]) | {"name": "early", "args": arguments}]
    return objects


EMPTY_DIR_FOR_IMAGE = Control("empty-dir-for-image", ("not-read", "written"), empty_dir_for_image)
WRITABLE_FOR_IMAGE = Control("writable-for-image", ("other-answer",), empty_dir_for_image)
ANOTHER_FILE = Control("another-file", ("altered", "written"), another_file)
