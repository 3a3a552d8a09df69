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


def prepared_by_a_stranger(objects: list[Json]) -> list[Json]:
    """Run the init container in another Pod, and one that does the same in its place."""
    first, second = inits_in_another_pod(objects)
    first["spec"]["initContainers"] = [each | {"name": "stranger"} for each in second["spec"]["containers"]]
    return [first, second]


def another_is_retried(objects: list[Json]) -> list[Json]:
    """Let the second init container fail and be retried in place of the first."""
    for pod in pods_of(objects):
        first, second = pod["spec"]["initContainers"]
        first["args"], second["args"] = second["args"], first["args"]
    return objects


def a_third_run_without_end(objects: list[Json]) -> list[Json]:
    """Let the init container that is retried live on in its third run."""
    for pod in pods_of(objects):
        pod["spec"]["initContainers"][0]["args"] += ["then", "expect-term"]
    return objects


def restarted_on_failure(objects: list[Json]) -> list[Json]:
    """Let the Pod restart what fails; the failing init container succeeds in its second run."""
    for pod in pods_of(objects):
        pod["spec"]["restartPolicy"] = "OnFailure"
        pod["spec"]["volumes"].append({"name": "turn", "emptyDir": {}})
        failing = pod["spec"]["initContainers"][0]
        failing["args"] = ["attempt", "/turn/runs", "1"]
        failing["volumeMounts"].append({"name": "turn", "mountPath": "/turn"})
    return objects


INITS_AS_APPS = Control("inits-as-apps", ("order", "overlap"), inits_as_apps)
RETRIED_AS_APPS = Control("retried-as-apps", ("order", "overlap"), inits_as_apps)
INIT_SUCCEEDS = Control("init-succeeds", ("succeeded", "not-failed", "went-on"), init_succeeds)
ANOTHER_IS_RETRIED = Control("another-is-retried", ("unfailed", "again"), another_is_retried)
A_THIRD_RUN_WITHOUT_END = Control("a-third-run-without-end", ("given-up",), a_third_run_without_end)
RESTARTED_ON_FAILURE = Control("restarted-on-failure", ("restarted", "not-failed", "went-on"), restarted_on_failure)
PREPARED_BY_A_STRANGER = Control("prepared-by-a-stranger", ("altered",), prepared_by_a_stranger)
INITS_IN_ANOTHER_POD = Control("inits-in-another-pod", ("not-found",), inits_in_another_pod)
