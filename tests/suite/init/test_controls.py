"""Controls of init: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.init import controls
from tests.helpers.controls import Change, by_name, names, of


@of(controls.INITS_AS_APPS)
def test_the_init_containers_run_as_apps_long_enough_to_meet(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert "initContainers" not in after["spec"]
        assert names(after) == [*names(before, "initContainers"), *names(before)]
        inits = after["spec"]["containers"][: len(before["spec"]["initContainers"])]
        for container in inits:
            verb, seconds = container["args"][-2:]
            assert verb == "work"
            assert float(seconds) >= 10


@of(controls.RETRIED_AS_APPS)
def test_the_init_containers_that_were_to_be_retried_run_as_apps(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert "initContainers" not in after["spec"]
        assert names(after) == [*names(before, "initContainers"), *names(before)]
        assert by_name([after])["init-1"] == by_name([before])["init-1"]
        assert by_name([after])["init-2"]["args"][-2:] == ["work", "10"]


@of(controls.INIT_SUCCEEDS)
def test_the_init_container_that_was_to_fail_exits_with_0(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert before["spec"]["initContainers"][0]["args"] != ["exit", "0"]
        before["spec"]["initContainers"][0]["args"] = ["exit", "0"]
        assert after == before


@of(controls.INITS_IN_ANOTHER_POD)
def test_the_init_containers_run_in_a_pod_of_their_own_with_volumes_of_its_own(changes: list[Change]) -> None:
    for [before], after in changes:
        assert [names(pod, "initContainers") for pod in after] == [[], []]
        assert [names(pod) for pod in after] == [names(before), names(before, "initContainers")]
        assert by_name(after) == by_name([before])
        assert all("persistentVolumeClaim" not in volume for pod in after for volume in pod["spec"]["volumes"])


@of(controls.ANOTHER_IS_RETRIED)
def test_the_second_init_container_fails_in_place_of_the_first(changes: list[Change]) -> None:
    for [before], [after] in changes:
        first, second = after["spec"]["initContainers"]
        first["args"], second["args"] = second["args"], first["args"]
        assert after == before


@of(controls.A_THIRD_RUN_WITHOUT_END)
def test_the_retried_init_container_waits_after_its_last_failure(changes: list[Change]) -> None:
    for [before], [after] in changes:
        retried = after["spec"]["initContainers"][0]
        assert retried["args"][-3:] == ["crash", "then", "expect-term"]
        del retried["args"][-2:]
        assert after == before


@of(controls.RESTARTED_ON_FAILURE)
def test_the_init_container_that_fails_a_pod_is_restarted_and_succeeds(changes: list[Change]) -> None:
    for [_], [after] in changes:
        assert after["spec"]["restartPolicy"] == "OnFailure"
        assert after["spec"]["initContainers"][0]["args"] == ["attempt", "/turn/runs", "1"]


@of(controls.PREPARED_BY_A_STRANGER)
def test_a_stranger_prepares_what_the_init_container_prepares_in_another_pod(changes: list[Change]) -> None:
    for [before], [first, second] in changes:
        [stranger] = first["spec"]["initContainers"]
        [prepare] = second["spec"]["containers"]
        assert stranger == prepare | {"name": "stranger"}
        assert [prepare] == before["spec"]["initContainers"]
        first["spec"]["initContainers"] = [prepare]
        assert first == before
