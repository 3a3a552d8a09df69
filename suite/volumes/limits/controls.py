"""Controls of what a volume may hold."""

from __future__ import annotations

from suite.control import Control, Json, containers_of, volumes_of

AMPLE = "256Mi"  # more than any container writes


def on_disk(objects: list[Json]) -> list[Json]:
    """Keep the volume on the node's disk, where nothing counts it as memory."""
    for volume in volumes_of(objects):
        volume.get("emptyDir", {}).pop("medium", None)
    return objects


def neighbour_without_limit(objects: list[Json]) -> list[Json]:
    """Remove the neighbour's memory limit, so that the limits have no sum."""
    for neighbour in containers_of(objects, "neighbour"):
        del neighbour["resources"]
    return objects


def without_size_limit(objects: list[Json]) -> list[Json]:
    """Remove the volume's own size limit."""
    for volume in volumes_of(objects):
        volume.get("emptyDir", {}).pop("sizeLimit", None)
    return objects


def ample_storage(objects: list[Json]) -> list[Json]:
    """Raise all limits of storage above what is written."""
    for volume in volumes_of(objects):
        if "sizeLimit" in volume.get("emptyDir", {}):
            volume["emptyDir"]["sizeLimit"] = AMPLE
    for container in containers_of(objects):
        if limits := container.get("resources", {}).get("limits", {}):
            limits["ephemeral-storage"] = AMPLE
    return objects


ON_DISK = Control("on-disk", ("not-tmpfs",), on_disk)
COUNTED_ON_DISK = Control("counted-on-disk", ("not-counted",), on_disk)
NEIGHBOUR_WITHOUT_LIMIT = Control("neighbour-without-limit", ("other-size",), neighbour_without_limit)
WITHOUT_SIZE_LIMIT = Control("without-size-limit", ("other-size",), without_size_limit)
FULL_WITHOUT_SIZE_LIMIT = Control("full-without-size-limit", ("not-refused", "not-same"), without_size_limit)
AMPLE_STORAGE = Control("ample-storage", ("not-evicted",), ample_storage)
