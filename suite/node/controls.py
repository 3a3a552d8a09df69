"""Changes under which a container starts, ends or keeps its count in another way."""

from __future__ import annotations

from suite.control import Control, Json, containers_of, mounts_of, moved, pods_of
from suite.processes.controls import ephemeral_as_app


def an_init_elsewhere(objects: list[Json]) -> list[Json]:
    """Run the second of the init containers in another Pod, where it lives on."""
    [container] = containers_of(objects, "init-2", group="initContainers")
    container["args"] = ["lock", "/turn/lock", "then", "expect-term"]
    return moved(objects, "initContainers", ["init-2"], "elsewhere")


def counted_elsewhere(objects: list[Json]) -> list[Json]:
    """Let the first init container count its runs in its own layer, in place of the volume."""
    [container] = containers_of(objects, "init-1", group="initContainers")
    container["args"] = ["/tmp/runs" if each == "/turn/runs" else each for each in container["args"]]  # noqa: S108
    return objects


def inits_as_apps(objects: list[Json]) -> list[Json]:
    """Run the init containers but the sidecar as apps that live on."""
    for pod in pods_of(objects):
        inits = [each for each in pod["spec"]["initContainers"] if "restartPolicy" not in each]
        for container in inits:
            container["args"] = [*container["args"][:-2], "expect-term"]  # in the place of its work
            pod["spec"]["initContainers"].remove(container)
        pod["spec"]["containers"] = inits + pod["spec"]["containers"]
    return objects


def sidecar_last(objects: list[Json]) -> list[Json]:
    """Start the sidecar after all init containers."""
    for pod in pods_of(objects):
        pod["spec"]["initContainers"].sort(key=lambda each: "restartPolicy" in each)
    return objects


def init_as_sidecar(objects: list[Json]) -> list[Json]:
    """Let the init container live on, as a sidecar: removed, it is run again."""
    [container] = containers_of(objects, "init", group="initContainers")
    container |= {"args": ["expect-term"], "restartPolicy": "Always"}
    return objects


def run_again(objects: list[Json]) -> list[Json]:
    """Let an app fail once, and be run again."""
    [container] = containers_of(objects, "other")
    container["args"] = ["lock", "/turn/other", "then", "attempt", "/turn/runs", "1", "then", "expect-term"]
    return objects


def a_lock_elsewhere(objects: list[Json]) -> list[Json]:
    """Give an app a folder of its own in the volume, for its lock and its probe."""
    for mount in mounts_of(objects, "turn", "main"):
        mount["subPath"] = "own"
    return objects


AN_INIT_ELSEWHERE = Control("an-init-elsewhere", ("not-again",), an_init_elsewhere)
COUNTED_ELSEWHERE = Control("counted-elsewhere", ("lost",), counted_elsewhere)
INITS_AS_APPS = Control("inits-as-apps", ("order", "overlap"), inits_as_apps)
SIDECAR_LAST = Control("sidecar-last", ("order",), sidecar_last)
INIT_AS_SIDECAR = Control("init-as-sidecar", ("run-again",), init_as_sidecar)
EPHEMERAL_AS_APP = Control("ephemeral-as-app", ("run-again",), ephemeral_as_app)
RUN_AGAIN = Control("run-again", ("restarted",), run_again)
A_LOCK_ELSEWHERE = Control("a-lock-elsewhere", ("ended", "not-ready"), a_lock_elsewhere)
