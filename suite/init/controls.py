"""Controls of init containers."""

from __future__ import annotations

import copy

from suite.control import Control, Json, containers_of, moved, pods_of


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
    """Let the Pod restart what fails, its failing init container too, which succeeds in its second run."""
    for pod in pods_of(objects):
        pod["spec"]["restartPolicy"] = "OnFailure"
        pod["spec"]["volumes"].append({"name": "turn", "emptyDir": {}})
        failing = pod["spec"]["initContainers"][0]
        failing.pop("restartPolicy", None)
        failing["args"] = ["attempt", "/turn/runs", "1"]
        failing["volumeMounts"].append({"name": "turn", "mountPath": "/turn"})
    return objects


def shown_to_the_app(objects: list[Json]) -> list[Json]:
    """Mount the Secret in the app, too."""
    [app] = containers_of(objects)
    app["volumeMounts"].append({"name": "credentials", "mountPath": "/credentials"})
    return objects


def hidden_from_the_init_container(objects: list[Json]) -> list[Json]:
    """Mount no Secret in the init container."""
    [init] = containers_of(objects, "prepare", group="initContainers")
    init["volumeMounts"] = [mount for mount in init["volumeMounts"] if mount["name"] != "credentials"]
    return objects


def a_second_pod(objects: list[Json]) -> list[Json]:
    """Let the quota count another Pod, too, that asks for the same."""
    [pod] = pods_of(objects)
    second = copy.deepcopy(pod)
    second["metadata"]["name"] = "second"
    return [*objects, second]


def pods_counted(objects: list[Json]) -> list[Json]:
    """Let the quota count Pods, and the containers ask for nothing."""
    [quota, _] = objects
    quota["spec"]["hard"] = {"pods": "9999"}
    for container in containers_of(objects) + containers_of(objects, group="initContainers"):
        del container["resources"]
    return objects


def changed_before(objects: list[Json]) -> list[Json]:
    """Give the init container from the beginning what it is to be refused later."""
    [init] = containers_of(objects, group="initContainers")
    init["env"] = [{"name": "CHANGED", "value": "1"}]
    return objects


def fails_once(objects: list[Json]) -> list[Json]:
    """Let the app fail in its first run."""
    [app] = containers_of(objects)
    app["args"] = ["attempt", "/turn/runs", "1", "then", *app["args"]]
    app["volumeMounts"].append({"name": "turn", "mountPath": "/turn"})
    pods_of(objects)[0]["spec"]["volumes"].append({"name": "turn", "emptyDir": {}})
    return objects


INITS_AS_APPS = Control("inits-as-apps", ("order", "overlap"), inits_as_apps)
RETRIED_AS_APPS = Control("retried-as-apps", ("order", "overlap"), inits_as_apps)
INIT_SUCCEEDS = Control("init-succeeds", ("succeeded", "not-failed", "went-on"), init_succeeds)
ANOTHER_IS_RETRIED = Control("another-is-retried", ("unfailed", "again"), another_is_retried)
A_THIRD_RUN_WITHOUT_END = Control("a-third-run-without-end", ("given-up",), a_third_run_without_end)
RESTARTED_ON_FAILURE = Control("restarted-on-failure", ("restarted", "not-failed", "went-on"), restarted_on_failure)
PREPARED_BY_A_STRANGER = Control("prepared-by-a-stranger", ("altered",), prepared_by_a_stranger)
INITS_IN_ANOTHER_POD = Control("inits-in-another-pod", ("not-found",), inits_in_another_pod)
SHOWN_TO_THE_APP = Control("shown-to-the-app", ("seen",), shown_to_the_app)
HIDDEN_FROM_THE_INIT_CONTAINER = Control("hidden-from-the-init-container", ("unseen",), hidden_from_the_init_container)
A_SECOND_POD = Control("a-second-pod", ("other-amount",), a_second_pod)
PODS_COUNTED = Control("pods-counted", ("uncounted",), pods_counted)
CHANGED_BEFORE = Control("changed-before", ("accepted",), changed_before)
FAILS_ONCE = Control("fails-once", ("restarted",), fails_once)
