"""Controls of images as volumes."""

from __future__ import annotations

from suite.control import Control, Json, volumes_of


def empty_dir_for_image(objects: list[Json]) -> list[Json]:
    """Replace the image by an emptyDir."""
    for volume in volumes_of(objects):
        if volume.pop("image", None):
            volume["emptyDir"] = {}
    return objects


EMPTY_DIR_FOR_IMAGE = Control("empty-dir-for-image", ("not-read", "written"), empty_dir_for_image)
WRITABLE_FOR_IMAGE = Control("writable-for-image", ("other-answer",), empty_dir_for_image)
