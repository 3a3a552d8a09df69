"""Controls of processes: each changes what it says, and nothing else."""

from __future__ import annotations

import pytest

from suite.processes import controls
from tests.helpers.controls import Change, by_name, names, of

HIDDEN = [
    controls.NEIGHBOURS_HIDDEN,
    controls.SIGNALLED_IN_VAIN,
    controls.ROOTS_HIDDEN,
    controls.NOBODY_REAPS,
]


@of(controls.ONE_PROCESS_NAMESPACE)
def test_the_containers_share_their_processes(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert "shareProcessNamespace" not in before["spec"]
        assert after["spec"].pop("shareProcessNamespace") is True
        assert after == before


@pytest.mark.parametrize("changes", HIDDEN, indirect=True, ids=[control.name for control in HIDDEN])
def test_the_containers_have_a_pid_namespace_each(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert before["spec"].pop("shareProcessNamespace") is True
        assert after == before


@of(controls.HOST_HIDDEN)
def test_the_watcher_does_not_ask_for_the_nodes_processes(changes: list[Change]) -> None:
    for before, after in changes:
        assert [pod["spec"].pop("hostPID", None) for pod in before] == [None, True]
        assert after == before


@of(controls.SHARED_WITHOUT_HOST)
def test_the_pod_shares_its_own_processes_alone(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert before["spec"].pop("hostPID") is True
        assert after["spec"]["shareProcessNamespace"] is True
        assert after == before


@pytest.mark.parametrize(
    "changes", [controls.APP_OUT_OF_REACH, controls.QUEUE_OUT_OF_REACH], indirect=True, ids=["port", "queue"]
)
def test_the_app_runs_in_a_pod_of_its_own_and_the_ephemeral_container_stays(changes: list[Change]) -> None:
    for [before, joins], [first, second, after] in changes:
        assert (names(first), names(second)) == (["idle"], ["app"])
        assert by_name([first, second]) == by_name([before])
        assert after == joins
        assert after["metadata"]["name"] == first["metadata"]["name"]


@of(controls.WITHOUT_A_TARGET)
def test_the_ephemeral_container_targets_none(changes: list[Change]) -> None:
    for [pod, before], [same, after] in changes:
        [container] = before["spec"]["ephemeralContainers"]
        assert container.pop("targetContainerName") in names(pod)
        assert (same, after) == (pod, before)


@of(controls.EPHEMERAL_AS_APP)
def test_what_was_to_be_ephemeral_is_an_app_and_another_takes_its_place(changes: list[Change]) -> None:
    for [pod, before], [with_it, after] in changes:
        [container, *rest], [other, *same] = before["spec"]["ephemeralContainers"], after["spec"]["ephemeralContainers"]
        assert with_it["spec"]["containers"].pop() == container
        assert (with_it, same) == (pod, rest)
        assert other.pop("name") not in {container.pop("name"), *names(pod)}
        assert other == container


@of(controls.EPHEMERAL_AS_MAY_BE)
def test_the_ephemeral_containers_have_nothing_that_they_may_not(changes: list[Change]) -> None:
    for [pod, before], [same, after] in changes:
        assert same == pod
        for was, now in zip(before["spec"]["ephemeralContainers"], after["spec"]["ephemeralContainers"], strict=True):
            assert was != now
            assert set(now) == {"name", "image", "command", "args", "securityContext", "volumeMounts"}
            assert all(set(mount) == {"name", "mountPath"} for mount in now["volumeMounts"])


@of(controls.A_NAMESPACE_OF_THE_PODS)
def test_the_watcher_shares_its_processes_instead_of_seeing_the_nodes(changes: list[Change]) -> None:
    for [_, before], [_, after] in changes:
        assert before["spec"].pop("hostPID")
        assert after["spec"].pop("shareProcessNamespace")
        assert after == before


@of(controls.SIGNALLED_BY_ANOTHER)
def test_another_app_signals_before_the_right_one_does(changes: list[Change]) -> None:
    for [before], [after] in changes:
        another = after["spec"]["containers"].pop()
        assert another["name"] == "another"
        assert " ".join(another["args"]).endswith("then signal /turn/left --within 2 then write /turn/another-sent")
        arguments = by_name([after])["right"]["args"]
        at = arguments.index("signal")
        assert arguments[at - 5 : at] == ["read", "/turn/another-sent", "--within", "5", "then"]
        del arguments[at - 5 : at]
        assert after == before


@of(controls.WRITTEN_AGAIN)
def test_the_left_app_writes_its_file_twice(changes: list[Change]) -> None:
    for [before], [after] in changes:
        arguments = by_name([after])["left"]["args"]
        assert arguments[:6] == ["write", "/own/file", "then", "write", "/own/file", "then"]
        del arguments[:3]
        assert after == before
