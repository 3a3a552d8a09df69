"""Controls of what lies in the Pod's IPC namespace."""

from __future__ import annotations

from suite.controls import Control, Json, moved


def consumer_in_another_pod(objects: list[Json]) -> list[Json]:
    """The consumer runs in a Pod of its own, on the same node."""
    return moved(objects, "containers", ["consumer"], "consumer")


def observer_in_the_same_pod(objects: list[Json]) -> list[Json]:
    """The observer runs beside the owner."""
    owner, observer = objects
    owner["spec"]["containers"] += observer["spec"]["containers"]
    return [owner]


CONSUMER_IN_ANOTHER_POD = Control("consumer-in-another-pod", ("no-queue", "lost"), consumer_in_another_pod)
OBSERVER_IN_THE_SAME_POD = Control("observer-in-the-same-pod", ("leaked",), observer_in_the_same_pod)
