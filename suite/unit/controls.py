"""Controls of the Pod as the unit."""

from __future__ import annotations

import copy

from suite.control import Control, Json, containers_of

EVERY = ("initContainers", "containers")


def _containers(objects: list[Json]) -> list[Json]:
    return [each for group in EVERY for each in containers_of(objects, group=group)]


def requests_as_limits(objects: list[Json]) -> list[Json]:
    """Let every container request as much as its limits are."""
    for container in _containers(objects):
        container["resources"]["requests"] = copy.deepcopy(container["resources"]["limits"])
    return objects


def half_a_request(objects: list[Json]) -> list[Json]:
    """Let the app request less CPU than its limit."""
    for container in containers_of(objects):
        container["resources"]["requests"]["cpu"] = "50m"
    return objects


def nothing_requested(objects: list[Json]) -> list[Json]:
    """Let no container have limits or requests."""
    for container in _containers(objects):
        container.pop("resources", None)
    return objects


def a_request(objects: list[Json]) -> list[Json]:
    """Let the app request some CPU."""
    for container in containers_of(objects):
        container["resources"] = {"requests": {"cpu": "50m"}}
    return objects


REQUESTS_AS_LIMITS = Control("requests-as-limits", ("other-class",), requests_as_limits)
HALF_A_REQUEST = Control("half-a-request", ("other-class",), half_a_request)
NOTHING_REQUESTED = Control("nothing-requested", ("other-class",), nothing_requested)
A_REQUEST = Control("a-request", ("other-class",), a_request)
