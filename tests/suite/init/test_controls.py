"""Controls of init: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.init import controls
from suite.init.test_init import OTHERWISE
from tests.helpers.controls import Change, by_name, check_without_mount, deployed, mounts_of, names, of


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
        failing = after["spec"]["initContainers"][0]
        assert failing["args"] == ["attempt", "/turn/runs", "1"]
        assert "restartPolicy" not in failing


@of(controls.PREPARED_BY_A_STRANGER)
def test_a_stranger_prepares_what_the_init_container_prepares_in_another_pod(changes: list[Change]) -> None:
    for [before], [first, second] in changes:
        [stranger] = first["spec"]["initContainers"]
        [prepare] = second["spec"]["containers"]
        assert stranger == prepare | {"name": "stranger"}
        assert [prepare] == before["spec"]["initContainers"]
        first["spec"]["initContainers"] = [prepare]
        assert first == before


@of(controls.SHOWN_TO_THE_APP)
def test_the_app_mounts_the_secret_too(changes: list[Change]) -> None:
    for before, after in changes:
        old, new = by_name(deployed(before)), by_name(deployed(after))
        assert new["main"]["volumeMounts"].pop() in mounts_of(old["prepare"], "credentials")
        assert after == before


@of(controls.HIDDEN_FROM_THE_INIT_CONTAINER)
def test_the_init_container_does_not_mount_the_secret(changes: list[Change]) -> None:
    check_without_mount(changes, "credentials", "prepare")


@of(controls.A_SECOND_POD)
def test_a_second_pod_asks_for_the_same(changes: list[Change]) -> None:
    for before, after in changes:
        assert after[:-1] == before
        assert after[-1]["metadata"].pop("name") == "second"
        del before[-1]["metadata"]["name"]
        assert after[-1] == before[-1]


@of(controls.PODS_COUNTED)
def test_pods_are_counted_and_ask_for_nothing(changes: list[Change]) -> None:
    for before, [quota, pod] in changes:
        assert quota["spec"]["hard"].keys() == {"pods"}
        assert not any("resources" in container for container in by_name([pod]).values())
        assert by_name([pod]).keys() == by_name(deployed(before)).keys()


@of(controls.CHANGED_BEFORE)
def test_the_init_container_has_a_variable_from_the_beginning(changes: list[Change]) -> None:
    for before, after in changes:
        [init] = after[0]["spec"]["initContainers"]
        assert init.pop("env") == OTHERWISE["env"]
        assert after == before


@of(controls.FAILS_ONCE)
def test_the_app_fails_once_and_then_does_what_it_does(changes: list[Change]) -> None:
    for before, after in changes:
        [app] = after[0]["spec"]["containers"]
        assert app["args"][:3] == ["attempt", "/turn/runs", "1"]
        assert app["args"][4:] == before[0]["spec"]["containers"][0]["args"]
