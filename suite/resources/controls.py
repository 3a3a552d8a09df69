"""Controls of what is a container's own."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from suite.control import Control, containers_of, pods_of

if TYPE_CHECKING:
    from suite.control import Change, Json


def right_with_the_lefts(objects: list[Json]) -> list[Json]:
    """Run the right container once more, in another Pod, with the left one's variables, limits and context."""
    [pod] = pods_of(objects)
    second = copy.deepcopy(pod)
    second["metadata"]["name"] = "leaking"
    del second["spec"]["initContainers"]
    [left], [right] = containers_of(objects, "left"), containers_of([second], "right")
    right |= {field: copy.deepcopy(left[field]) for field in ("env", "resources", "securityContext")}
    second["spec"]["containers"] = [right]
    return [pod, second]


def ample_memory(name: str) -> Change:
    """Return a change that gives an app a limit above what it takes."""

    def change(objects: list[Json]) -> list[Json]:
        [app] = containers_of(objects, name)
        app["resources"]["limits"]["memory"] = "192Mi"
        return objects

    return change


def neighbour_ends(objects: list[Json]) -> list[Json]:
    """Let the neighbour end once it has what memory it takes."""
    [neighbour] = containers_of(objects, "neighbour")
    neighbour["args"][-1:] = ["exit", "0"]
    return objects


def sidecar_restarted(objects: list[Json]) -> list[Json]:
    """Let the sidecar fail in its first run."""
    [pod] = pods_of(objects)
    [sidecar] = containers_of(objects, "beside", group="initContainers")
    sidecar["args"] = ["attempt", "/turn/beside", "1", "then", *sidecar["args"]]
    sidecar["volumeMounts"].append({"name": "turn", "mountPath": "/turn"})
    return [pod]


def ends_otherwise(objects: list[Json]) -> list[Json]:
    """Let the app fail in its first run, and take no memory."""
    [app] = containers_of(objects, "hungry")
    app["args"] = ["attempt", "/turn/hungry", "3", "then", "expect-term"]
    return objects


def looks_once(objects: list[Json]) -> list[Json]:
    """Let the left container look at its limits once, and not again."""
    [left] = containers_of(objects, "left")
    left["args"] = ["limits", "then", "expect-term"]
    return objects


def resize_policy(resource: str, policy: str) -> Change:
    """Return a change that gives the left container another policy for a resource."""

    def change(objects: list[Json]) -> list[Json]:
        [left] = containers_of(objects, "left")
        for each in left["resizePolicy"]:
            if each["resourceName"] == resource:
                each["restartPolicy"] = policy
        return objects

    return change


def right_fails_once(objects: list[Json]) -> list[Json]:
    """Let the right container fail in its first run."""
    [pod] = pods_of(objects)
    [right] = containers_of(objects, "right")
    right["args"] = ["attempt", "/turn/right", "1", "then", *right["args"]]
    right["volumeMounts"].append({"name": "turn", "mountPath": "/turn"})
    pod["spec"]["volumes"].append({"name": "turn", "emptyDir": {}})
    return objects


def guaranteed(objects: list[Json]) -> list[Json]:
    """Let every container request its limits from the beginning."""
    for group in ("initContainers", "containers"):
        for container in containers_of(objects, group=group):
            container["resources"]["requests"] = copy.deepcopy(container["resources"]["limits"])
    return objects


RIGHT_WITH_THE_LEFTS = Control("right-with-the-lefts", ("differs", "leaked"), right_with_the_lefts)
RIGHT_WITH_THE_LEFTS_LIMITS = Control("right-with-the-lefts-limits", ("memory", "cpu"), right_with_the_lefts)
RIGHT_WITH_THE_LEFTS_CONTEXT = Control(
    "right-with-the-lefts-context", ("user", "root", "capability"), right_with_the_lefts
)
AMPLE_MEMORY = Control("ample-memory", ("not-ended",), ample_memory("hungry"))
AMPLE_MEMORY_BELOW = Control("ample-memory-below", ("not-ended",), ample_memory("parent"))
NEIGHBOUR_ENDS = Control("neighbour-ends", ("neighbour-ended",), neighbour_ends)
SIDECAR_RESTARTED = Control("sidecar-restarted", ("neighbour-ended",), sidecar_restarted)
ENDS_OTHERWISE = Control("ends-otherwise", ("reason", "code"), ends_otherwise)
LOOKS_ONCE = Control("looks-once", ("not-enacted",), looks_once)
RESTARTED_FOR_CPU = Control("restarted-for-cpu", ("restarted",), resize_policy("cpu", "RestartContainer"))
NOT_RESTARTED_FOR_MEMORY = Control(
    "not-restarted-for-memory", ("not-restarted",), resize_policy("memory", "NotRequired")
)
RIGHT_FAILS_ONCE = Control("right-fails-once", ("restarted",), right_fails_once)
GUARANTEED = Control("guaranteed", ("accepted",), guaranteed)
