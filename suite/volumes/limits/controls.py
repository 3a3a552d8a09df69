"""Controls of what a volume may hold."""

from __future__ import annotations

from suite.control import Control, Json, containers_of, volumes_of

AMPLE = "256Mi"  # more than any container writes


def on_disk(objects: list[Json]) -> list[Json]:
    """Keep the volume on the node's disk: there it counts as no memory, and its size limit refuses no write."""
    for volume in volumes_of(objects):
        volume.get("emptyDir", {}).pop("medium", None)
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
SUMMED_ON_DISK = Control("summed-on-disk", ("other-size",), on_disk)
LIMITED_ON_DISK = Control("limited-on-disk", ("other-size",), on_disk)
FULL_ON_DISK = Control("full-on-disk", ("not-refused", "not-same"), on_disk)
AMPLE_STORAGE = Control("ample-storage", ("not-evicted",), ample_storage)
