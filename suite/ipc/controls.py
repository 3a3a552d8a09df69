"""Controls of what lies in the Pod's IPC namespace."""

from __future__ import annotations

import copy

from suite.control import Control, Json, containers_of, in_another_pod, moved, pods_of


def observer_in_the_same_pod(objects: list[Json]) -> list[Json]:
    """Run the observer in the owner's Pod."""
    owner, observer = objects
    owner["spec"]["containers"] += observer["spec"]["containers"]
    return [owner]


def without_the_nodes_namespace(objects: list[Json]) -> list[Json]:
    """Remove hostIPC from every Pod."""
    for pod in pods_of(objects):
        del pod["spec"]["hostIPC"]
    return objects


def a_folder_over_the_queues(objects: list[Json]) -> list[Json]:
    """Mount an emptyDir at /dev/mqueue in the last app."""
    return _a_folder_over(objects, "/dev/mqueue")


def a_folder_over_shared_memory(objects: list[Json]) -> list[Json]:
    """Mount an emptyDir at /dev/shm in the last app."""
    return _a_folder_over(objects, "/dev/shm")  # noqa: S108 # in a Pod


def _a_folder_over(objects: list[Json], path: str) -> list[Json]:
    for pod in pods_of(objects):
        pod["spec"]["containers"][-1]["volumeMounts"].append({"name": "own", "mountPath": path})
        pod["spec"]["volumes"].append({"name": "own", "emptyDir": {}})
    return objects


def removed_before_the_crash(objects: list[Json]) -> list[Json]:
    """Let the creator remove its objects before it crashes."""
    for container in containers_of(objects):
        _, *kept = container["args"][: container["args"].index("then")]
        container["args"][len(kept) + 1 : len(kept) + 1] = ["then", "remove-objects", *kept]
    return objects


def made_before(objects: list[Json]) -> list[Json]:
    """Let an init container make the objects before the owner looks for them."""
    for pod in pods_of(objects):
        owner = pod["spec"]["containers"][0]
        _, *looked = owner["args"][: owner["args"].index("then")]
        early = copy.deepcopy(owner)
        early |= {"name": "early", "args": ["make-objects", *looked]}
        pod["spec"]["initContainers"] = [early]
    return objects


def init_in_another_pod(objects: list[Json]) -> list[Json]:
    """Run the init container that has an end as the app of a Pod of its own."""
    return _elsewhere(objects, "initContainers", "before")


def sidecar_in_another_pod(objects: list[Json]) -> list[Json]:
    """Run the sidecar as the app of a Pod of its own."""
    return _elsewhere(objects, "initContainers", "beside")


def left_in_another_pod(objects: list[Json]) -> list[Json]:
    """Run the left app, which crashes and is run again, in a Pod of its own."""
    return _elsewhere(objects, "containers", "left")


def right_in_another_pod(objects: list[Json]) -> list[Json]:
    """Run the right app in a Pod of its own, which no ephemeral container joins."""
    return _elsewhere(objects, "containers", "right")


def _elsewhere(objects: list[Json], group: str, name: str) -> list[Json]:
    pod, *others = objects
    first, second = moved([pod], group, [name], name)
    for container in second["spec"]["containers"]:
        container.pop("restartPolicy", None)  # a sidecar's
    return [first, second, *others]


def another_semaphore(objects: list[Json]) -> list[Json]:
    """Let the contender make a semaphore of its own, and try and take that one."""
    for container in containers_of(objects, "contender"):
        tries = container["args"].index("try-semaphore")
        kind = container["args"][tries + 1]
        rest = ["own" if argument == "door" else argument for argument in container["args"][tries:]]
        container["args"][tries:] = ["make-semaphore", kind, "own", "1", "then", *rest]
    return objects


def right_shares_nothing(objects: list[Json]) -> list[Json]:
    """Run the right app in a Pod of its own, which has no namespace of the node."""
    first, second = moved(objects, "containers", ["right"], "right")
    return [first, _without_namespaces_of_the_node(second)]


def both_share_nothing(objects: list[Json]) -> list[Json]:
    """Run the apps in a Pod each, without the namespaces of the node, in which those of other controls are."""
    return [_without_namespaces_of_the_node(pod) for pod in moved(objects, "containers", ["right"], "right")]


def _without_namespaces_of_the_node(pod: Json) -> Json:
    for name in ("hostIPC", "hostPID"):
        pod["spec"].pop(name, None)
    return pod


CONSUMER_IN_ANOTHER_POD = Control("consumer-in-another-pod", ("no-queue", "lost"), in_another_pod("consumer"))
CONTENDER_IN_ANOTHER_POD = Control("contender-in-another-pod", ("no-semaphore",), in_another_pod("contender"))
ANOTHER_SEMAPHORE = Control("another-semaphore", ("not-blocked", "not-freed"), another_semaphore)
SEGMENT_IN_ANOTHER_POD = Control("segment-in-another-pod", ("not-read",), in_another_pod("right"))
OBSERVER_IN_THE_SAME_POD = Control("observer-in-the-same-pod", ("leaked",), observer_in_the_same_pod)
WITHOUT_THE_NODES_NAMESPACE = Control("without-the-nodes-namespace", ("not-found",), without_the_nodes_namespace)
A_FOLDER_OVER_THE_QUEUES = Control("a-folder-over-the-queues", ("not-listed",), a_folder_over_the_queues)
A_FOLDER_OVER_SHARED_MEMORY = Control("a-folder-over-shared-memory", ("not-read",), a_folder_over_shared_memory)
REMOVED_BEFORE_THE_CRASH = Control("removed-before-the-crash", ("lost",), removed_before_the_crash)
MADE_BEFORE = Control("made-before", ("survived",), made_before)
INIT_IN_ANOTHER_POD = Control("init-in-another-pod", ("not-found",), init_in_another_pod)
SIDECAR_IN_ANOTHER_POD = Control("sidecar-in-another-pod", ("not-found",), sidecar_in_another_pod)
LEFT_IN_ANOTHER_POD = Control("left-in-another-pod", ("not-found",), left_in_another_pod)
RIGHT_IN_ANOTHER_POD = Control("right-in-another-pod", ("not-found",), right_in_another_pod)
RIGHT_OUT_OF_SIGHT = Control("right-out-of-sight", ("not-found",), right_shares_nothing)
RIGHT_OUT_OF_REACH = Control("right-out-of-reach", ("not-reached",), both_share_nothing)
RIGHT_OUT_OF_NAME = Control("right-out-of-name", ("hostname",), both_share_nothing)
