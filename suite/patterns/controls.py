"""Controls of whole Pods, as people use them."""

from __future__ import annotations

import copy

from suite.control import Control, Json, containers_of, pods_of
from suite.processes.controls import process_namespaces_of_their_own


def without_init_containers(objects: list[Json]) -> list[Json]:
    """Remove the init containers."""
    for pod in pods_of(objects):
        del pod["spec"]["initContainers"]
    return objects


def reader_as_app(objects: list[Json]) -> list[Json]:
    """Run the reader as an app: it is told to end together with the server, not after it."""
    for pod in pods_of(objects):
        [reader] = pod["spec"].pop("initContainers")
        del reader["restartPolicy"]
        pod["spec"]["containers"].append(reader)
    return objects


def overwritten_in_place(objects: list[Json]) -> list[Json]:
    """Let the loader write each version over the served one."""
    for loader in containers_of(objects, "loader", group="initContainers"):
        loader["args"].append("--in-place")
    return objects


def app_in_another_pod(objects: list[Json]) -> list[Json]:
    """Run the app in a Pod of its own, off the proxy's localhost."""
    web = next(pod for pod in pods_of(objects) if pod["metadata"]["name"] == "web")
    other = copy.deepcopy(web)
    other["metadata"] = {"name": "app"}
    other["spec"].pop("initContainers")
    for pod, alone in ((web, False), (other, True)):
        pod["spec"]["containers"] = [c for c in pod["spec"]["containers"] if (c["name"] == "app") == alone]
    return [*objects, other]


def stopped_instead(objects: list[Json]) -> list[Json]:
    """Let the reloader send TERM to the server instead of the signal to reload."""
    for reloader in containers_of(objects, "reloader"):
        reloader["args"] += ["--signal", "TERM"]
    return objects


WITHOUT_INIT_CONTAINERS = Control("without-init-containers", ("no-queue",), without_init_containers)
READER_AS_APP = Control("reader-as-app", ("stopped-early", "lost"), reader_as_app)
PROCESSES_APART = Control("processes-apart", ("not-reopened",), process_namespaces_of_their_own)
OVERWRITTEN_IN_PLACE = Control("overwritten-in-place", ("torn",), overwritten_in_place)
APP_IN_ANOTHER_POD = Control("app-in-another-pod", ("not-reached",), app_in_another_pod)
STOPPED_INSTEAD = Control("stopped-instead", ("not-reloaded", "failed"), stopped_instead)
