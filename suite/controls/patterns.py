"""Controls of whole Pods, as people use them."""

from __future__ import annotations

from suite.controls import Control, Json, pods_of


def without_init_containers(objects: list[Json]) -> list[Json]:
    """Nothing prepares anything."""
    for pod in pods_of(objects):
        del pod["spec"]["initContainers"]
    return objects


WITHOUT_INIT_CONTAINERS = Control("without-init-containers", ("no-queue",), without_init_containers)
