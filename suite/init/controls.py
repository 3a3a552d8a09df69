"""Controls of init containers."""

from __future__ import annotations

from suite.control import Control, Json, moved, pods_of


def inits_as_apps(objects: list[Json]) -> list[Json]:
    """Run the init containers as apps, long enough to overlap."""
    for pod in pods_of(objects):
        inits = pod["spec"].pop("initContainers")
        for container in inits:
            container["args"] = ["10" if argument == "0.5" else argument for argument in container["args"]]
        pod["spec"]["containers"] = inits + pod["spec"]["containers"]
    return objects


def init_succeeds(objects: list[Json]) -> list[Json]:
    """Let the failing init container exit with 0."""
    for pod in pods_of(objects):
        pod["spec"]["initContainers"][0]["args"] = ["exit", "0"]
    return objects


def inits_in_another_pod(objects: list[Json]) -> list[Json]:
    """Run the init containers in a Pod of their own, on the same node, with its own volumes."""
    return moved(objects, "initContainers", None, "prepare")


INITS_AS_APPS = Control("inits-as-apps", ("order", "overlap"), inits_as_apps)
RETRIED_AS_APPS = Control("retried-as-apps", ("order", "overlap"), inits_as_apps)
INIT_SUCCEEDS = Control("init-succeeds", ("succeeded", "not-failed", "went-on"), init_succeeds)
INITS_IN_ANOTHER_POD = Control("inits-in-another-pod", ("not-found",), inits_in_another_pod)
