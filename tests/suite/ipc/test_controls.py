"""Controls of ipc: each changes what it says, and nothing else."""

from __future__ import annotations

import pytest

from suite.ipc import controls
from tests.helpers.controls import Change, Json, by_name, names, of
from tests.helpers.pod_security import containers_of


def mounts(container: Json) -> set[str]:
    return {mount["mountPath"] for mount in container["volumeMounts"]}


@of(controls.CONTENDER_IN_ANOTHER_POD)
def test_the_contender_runs_in_a_pod_of_its_own(changes: list[Change]) -> None:
    for before, after in changes:
        assert [names(pod) for pod in after] == [["holder"], ["contender"]]
        assert by_name(after) == by_name(before)


@of(controls.SEGMENT_IN_ANOTHER_POD)
def test_who_is_to_write_back_runs_in_a_pod_of_its_own(changes: list[Change]) -> None:
    for before, after in changes:
        assert [names(pod) for pod in after] == [["left"], ["right"]]
        assert by_name(after) == by_name(before)


@pytest.mark.parametrize(
    ("changes", "path"),
    [(controls.A_FOLDER_OVER_THE_QUEUES, "/dev/mqueue"), (controls.A_FOLDER_OVER_SHARED_MEMORY, "/dev/shm")],  # noqa: S108
    indirect=["changes"],
)
def test_the_last_app_alone_has_a_folder_of_its_own_there(changes: list[Change], path: str) -> None:
    for [before], [after] in changes:
        *others, last = containers_of(after)
        assert others == containers_of(before)[:-1]
        assert mounts(last) == {"/probe", path}
        assert after["spec"]["volumes"][-1] == {"name": "own", "emptyDir": {}}


@of(controls.REMOVED_BEFORE_THE_CRASH)
def test_the_creator_removes_what_it_made_and_then_crashes(changes: list[Change]) -> None:
    for [before], [after] in changes:
        arguments = by_name([after])["creator"]["args"]
        assert arguments[:8] == ["keep-objects", "all", "own", "then", "remove-objects", "all", "own", "then"]
        del arguments[3:7]
        assert after == before


@of(controls.MADE_BEFORE)
def test_an_init_container_makes_the_objects_first(changes: list[Change]) -> None:
    for [before], [after] in changes:
        [early] = after["spec"].pop("initContainers")
        assert early["args"] == ["make-objects", "all", "own"]
        assert after == before


@of(controls.WITHOUT_THE_NODES_NAMESPACE)
def test_no_pod_asks_for_the_nodes_namespace(changes: list[Change]) -> None:
    for before, after in changes:
        assert [pod["spec"].pop("hostIPC") for pod in before] == [True, True]
        assert after == before


@of(controls.CONSUMER_IN_ANOTHER_POD)
def test_the_consumer_runs_in_a_pod_of_its_own(changes: list[Change]) -> None:
    for before, after in changes:
        assert [names(pod) for pod in after] == [["producer"], ["consumer"]]
        assert by_name(after) == by_name(before)


@of(controls.OBSERVER_IN_THE_SAME_POD)
def test_the_observer_runs_beside_the_owner(changes: list[Change]) -> None:
    for before, after in changes:
        assert [names(pod) for pod in after] == [["owner", "observer"]]
        assert by_name(after) == by_name(before)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        (controls.INIT_IN_ANOTHER_POD, "before"),
        (controls.SIDECAR_IN_ANOTHER_POD, "beside"),
        (controls.LEFT_IN_ANOTHER_POD, "left"),
        (controls.RIGHT_IN_ANOTHER_POD, "right"),
    ],
    indirect=["changes"],
)
def test_who_takes_part_runs_in_a_pod_of_its_own(changes: list[Change], name: str) -> None:
    for before, (first, second, ephemeral) in changes:
        assert names(second) == [name]
        assert name not in names(first) + names(first, "initContainers")
        assert ephemeral == before[-1]
        kept = by_name(before[:1])
        kept[name].pop("restartPolicy", None)
        assert by_name([first, second]) == kept


@of(controls.ANOTHER_SEMAPHORE)
def test_the_contender_tries_and_takes_a_semaphore_of_its_own(changes: list[Change]) -> None:
    for [before], [after] in changes:
        arguments = by_name([after])["contender"]["args"]
        at = arguments.index("make-semaphore")
        assert arguments[at + 2 : at + 4] == ["own", "1"]
        del arguments[at : at + 5]
        assert "door" not in arguments
        by_name([after])["contender"]["args"] = ["door" if argument == "own" else argument for argument in arguments]
        assert after == before


@pytest.mark.parametrize(
    "changes",
    [controls.RIGHT_OUT_OF_SIGHT, controls.RIGHT_OUT_OF_REACH, controls.RIGHT_OUT_OF_NAME],
    indirect=True,
    ids=lambda control: control.name,
)
def test_the_right_app_runs_in_a_pod_without_a_namespace_of_the_node(changes: list[Change]) -> None:
    for [before], [first, second] in changes:
        assert (names(first), names(second)) == (["left"], ["right"])
        assert not {"hostIPC", "hostPID"} & second["spec"].keys()
        assert by_name([first, second]) == by_name([before])


@pytest.mark.parametrize(
    "changes",
    [controls.SHARED_MEMORY_READ_ONLY, controls.SEGMENTS_READ_ONLY],
    indirect=True,
    ids=lambda control: control.name,
)
def test_the_last_app_alone_cannot_write_into_dev_shm(changes: list[Change]) -> None:
    for [before], [after] in changes:
        *others, last = containers_of(after)
        assert others == containers_of(before)[:-1]
        mount = {"name": "own", "mountPath": "/dev/shm", "readOnly": True}  # noqa: S108 # in a Pod
        assert last["volumeMounts"].pop() == mount
        assert after["spec"]["volumes"].pop() == {"name": "own", "emptyDir": {}}
        assert after == before


@of(controls.FILES_OF_A_STRANGER)
def test_a_stranger_writes_the_files_of_the_others_for_the_last_app(changes: list[Change]) -> None:
    for [before], [after] in changes:
        stranger, last = after["spec"]["initContainers"].pop(), after["spec"]["containers"][-1]
        written = [argument.rpartition("/")[2] for argument in stranger["args"] if "/" in argument]
        assert written == [*names(before, "initContainers"), *names(before)[:-1]]
        assert stranger["volumeMounts"] == last["volumeMounts"]
        assert last["volumeMounts"].pop()["mountPath"] == "/dev/shm"  # noqa: S108 # in a Pod
        del after["spec"]["volumes"][-1]
        assert after == before


@of(controls.MESSAGES_OF_A_STRANGER)
def test_the_consumer_runs_beside_a_stranger_who_sends_as_the_producer_does(changes: list[Change]) -> None:
    for [before], [first, second] in changes:
        assert (names(first), names(second)) == (["producer"], ["consumer", "stranger"])
        producer, stranger = first["spec"]["containers"][0]["args"], second["spec"]["containers"][1]["args"]
        assert producer == ["send-posix", "mail", "--priorities", "1*3,3*3,2*3", "--bytes", "63"]
        assert stranger == ["send-posix", "mail", "--priorities", "4*3,3*3,2*3", "--bytes", "63"]
        assert by_name([second])["consumer"] == by_name([before])["consumer"]


@of(controls.MADE_ANEW_BEFORE_THE_CRASH)
def test_the_creator_makes_other_objects_of_the_same_names_and_then_crashes(changes: list[Change]) -> None:
    for [before], [after] in changes:
        arguments = by_name([after])["creator"]["args"]
        assert arguments[4:12] == ["remove-objects", "all", "own", "then", "make-objects", "all", "own", "then"]
        del arguments[4:12]
        assert after == before


@of(controls.OBJECTS_OF_A_STRANGER)
def test_a_stranger_makes_the_objects_in_the_observers_own_namespace(changes: list[Change]) -> None:
    for before, after in changes:
        [stranger] = after[1]["spec"].pop("initContainers")
        assert stranger["args"] == ["make-objects", "all", "$(NAME)"]
        assert stranger["env"] == by_name(after)["owner"]["env"]
        assert [pod["spec"].pop("hostIPC") for pod in before] == [True, True]
        assert after == before


@of(controls.RIGHT_BESIDE_A_STRANGER)
def test_the_right_app_runs_beside_a_stranger_without_a_namespace_of_the_node(changes: list[Change]) -> None:
    for [before], [first, second] in changes:
        assert (names(first), names(second)) == (["left"], ["right", "stranger"])
        assert not {"hostIPC", "hostPID"} & second["spec"].keys()
        stranger = second["spec"]["containers"].pop()
        assert stranger == by_name([first])["left"] | {"name": "stranger"}
        assert by_name([first, second]) == by_name([before])
