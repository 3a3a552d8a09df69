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


def shared_memory_read_only(objects: list[Json]) -> list[Json]:
    """Mount a folder at /dev/shm in the last app, into which it cannot write."""
    return _a_folder_over(objects, "/dev/shm", readOnly=True)  # noqa: S108 # in a Pod


def _a_folder_over(objects: list[Json], path: str, **how: bool) -> list[Json]:
    for pod in pods_of(objects):
        pod["spec"]["containers"][-1]["volumeMounts"].append({"name": "own", "mountPath": path} | how)
        pod["spec"]["volumes"].append({"name": "own", "emptyDir": {}})
    return objects


def files_of_a_stranger(objects: list[Json]) -> list[Json]:
    """Mount a folder at /dev/shm in the last app, in which a stranger wrote files of the same names."""
    for pod in pods_of(a_folder_over_shared_memory(objects)):
        last = pod["spec"]["containers"][-1]
        names = [each["name"] for group in ("initContainers", "containers") for each in pod["spec"][group]]
        writes = [["write", f"/dev/shm/{name}"] for name in names if name != last["name"]]  # noqa: S108 # in a Pod
        arguments = " then ".join(map(" ".join, writes)).split()
        pod["spec"]["initContainers"].append(copy.deepcopy(last) | {"name": "stranger", "args": arguments})
    return objects


def messages_of_a_stranger(objects: list[Json]) -> list[Json]:
    """Run the consumer in a Pod of its own, beside a stranger who sends it other messages than the producer does.

    Producer and stranger send messages that are shorter than they were to be, the stranger those of a priority more.
    """
    for producer in containers_of(objects, "producer"):
        producer["args"] = ["63" if argument == "64" else argument for argument in producer["args"]]
    first, second = moved(objects, "containers", ["consumer"], "consumer")
    [producer] = copy.deepcopy(first["spec"]["containers"])
    arguments = [argument.replace("1*3", "4*3") for argument in producer["args"]]
    second["spec"]["containers"].append(producer | {"name": "stranger", "args": arguments})
    return [first, second]


def made_anew_before_the_crash(objects: list[Json]) -> list[Json]:
    """Let the creator remove its objects before it crashes, and make others of the same names."""
    for container in containers_of(removed_before_the_crash(objects)):
        _, *kept = container["args"][: container["args"].index("then")]
        at = container["args"].index("attempt")
        container["args"][at:at] = ["make-objects", *kept, "then"]
    return objects


def objects_of_a_stranger(objects: list[Json]) -> list[Json]:
    """Let the observer look into its own Pod's namespace, where a stranger made objects of the same names."""
    owner, observer = without_the_nodes_namespace(objects)
    [stranger] = copy.deepcopy(owner["spec"]["containers"])
    stranger |= {"name": "stranger", "args": stranger["args"][: stranger["args"].index("then")]}
    observer["spec"]["initContainers"] = [stranger]
    return [owner, observer]


def right_beside_a_stranger(objects: list[Json]) -> list[Json]:
    """Run the right app in a Pod of its own, without the node's namespaces, beside a stranger like the left one."""
    first, second = right_shares_nothing(objects)
    [left] = copy.deepcopy(first["spec"]["containers"])
    second["spec"]["containers"].append(left | {"name": "stranger"})
    return [first, second]


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
    for name in ("hostIPC", "hostPID"):
        second["spec"].pop(name, None)
    return [first, second]


CONSUMER_IN_ANOTHER_POD = Control("consumer-in-another-pod", ("no-queue", "lost"), in_another_pod("consumer"))
CONTENDER_IN_ANOTHER_POD = Control("contender-in-another-pod", ("no-semaphore",), in_another_pod("contender"))
ANOTHER_SEMAPHORE = Control("another-semaphore", ("not-blocked", "not-freed"), another_semaphore)
SEGMENT_IN_ANOTHER_POD = Control("segment-in-another-pod", ("not-read",), in_another_pod("right"))
OBSERVER_IN_THE_SAME_POD = Control("observer-in-the-same-pod", ("leaked",), observer_in_the_same_pod)
WITHOUT_THE_NODES_NAMESPACE = Control("without-the-nodes-namespace", ("not-found",), without_the_nodes_namespace)
A_FOLDER_OVER_THE_QUEUES = Control("a-folder-over-the-queues", ("not-listed",), a_folder_over_the_queues)
A_FOLDER_OVER_SHARED_MEMORY = Control("a-folder-over-shared-memory", ("not-read",), a_folder_over_shared_memory)
SHARED_MEMORY_READ_ONLY = Control("shared-memory-read-only", ("not-written",), shared_memory_read_only)
SEGMENTS_READ_ONLY = Control("segments-read-only", ("not-made",), shared_memory_read_only)
FILES_OF_A_STRANGER = Control("files-of-a-stranger", ("altered",), files_of_a_stranger)
MESSAGES_OF_A_STRANGER = Control("messages-of-a-stranger", ("unsent", "wrong-type", "altered"), messages_of_a_stranger)
OBJECTS_OF_A_STRANGER = Control("objects-of-a-stranger", ("altered",), objects_of_a_stranger)
RIGHT_BESIDE_A_STRANGER = Control("right-beside-a-stranger", ("altered",), right_beside_a_stranger)
MADE_ANEW_BEFORE_THE_CRASH = Control("made-anew-before-the-crash", ("altered",), made_anew_before_the_crash)
REMOVED_BEFORE_THE_CRASH = Control("removed-before-the-crash", ("lost",), removed_before_the_crash)
MADE_BEFORE = Control("made-before", ("survived",), made_before)
INIT_IN_ANOTHER_POD = Control("init-in-another-pod", ("not-found",), init_in_another_pod)
SIDECAR_IN_ANOTHER_POD = Control("sidecar-in-another-pod", ("not-found",), sidecar_in_another_pod)
LEFT_IN_ANOTHER_POD = Control("left-in-another-pod", ("not-found",), left_in_another_pod)
RIGHT_IN_ANOTHER_POD = Control("right-in-another-pod", ("not-found",), right_in_another_pod)
RIGHT_OUT_OF_SIGHT = Control("right-out-of-sight", ("not-found",), right_shares_nothing)
RIGHT_OUT_OF_REACH = Control("right-out-of-reach", ("not-reached",), right_shares_nothing)
RIGHT_OUT_OF_NAME = Control("right-out-of-name", ("hostname",), right_shares_nothing)
