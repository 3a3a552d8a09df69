"""Controls of identity: each changes what it says, and nothing else."""

from __future__ import annotations

import pytest

from suite.identity import controls
from tests.helpers.controls import Change, by_name, names, of


@of(controls.LEFT_WITH_THE_OVERRIDES)
def test_one_container_is_of_a_pod_with_what_another_overrides(changes: list[Change]) -> None:
    for before, after in changes:
        assert [names(pod) for pod in after] == [["right"], ["left"]]
        right, context = by_name(after)["right"]["securityContext"], after[1]["spec"]["securityContext"]
        assert (context["runAsUser"], context["runAsGroup"]) == (right["runAsUser"], right["runAsGroup"])
        assert "supplementalGroups" not in context
        assert after[0]["spec"]["securityContext"] == before[0]["spec"]["securityContext"]
        assert by_name(after) == by_name(before)


@of(controls.AUTOMOUNT_OFF)
def test_no_token_is_mounted(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert before["spec"].pop("automountServiceAccountToken") is True
        assert after["spec"].pop("automountServiceAccountToken") is False
        assert after == before


@of(controls.AUTOMOUNT_ON)
def test_a_token_is_mounted(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert before["spec"].pop("automountServiceAccountToken") is False
        assert after["spec"].pop("automountServiceAccountToken") is True
        assert after == before


@of(controls.ANOTHER_USER_ON_THE_RIGHT)
def test_one_container_alone_runs_as_another_user(changes: list[Change]) -> None:
    for [before], [after] in changes:
        user = by_name([after])["right"]["securityContext"].pop("runAsUser")
        assert user not in {0, before["spec"]["securityContext"]["runAsUser"]}
        assert after == before


@of(controls.RIGHT_AS_ANOTHER_POD)
def test_one_container_is_of_another_pod(changes: list[Change]) -> None:
    for before, after in changes:
        assert [names(pod) for pod in after] == [["left"], ["right"]]
        assert by_name(after) == by_name(before)


@of(controls.TOLD_OF_THE_LEFT)
def test_one_app_is_told_of_the_others_resources(changes: list[Change]) -> None:
    for before, [after] in changes:
        fields = [each["valueFrom"].get("resourceFieldRef", {}) for each in by_name([after])["right"]["env"]]
        assert [each.pop("containerName") for each in fields if each] == ["left"] * 4
        assert [after] == before


@of(controls.RIGHT_CONFINED_APART)
def test_one_container_is_of_another_pod_and_may_not_gain_privileges(changes: list[Change]) -> None:
    for before, after in changes:
        assert [names(pod) for pod in after] == [["left"], ["right"]]
        assert by_name(after)["right"]["securityContext"].pop("allowPrivilegeEscalation") is False
        assert by_name(before)["right"]["securityContext"].pop("allowPrivilegeEscalation") is True
        assert by_name(after) == by_name(before)


@pytest.mark.parametrize(
    "changes", [controls.USERS_OF_THE_NODE, controls.HOST_WITH_ITS_USERS], indirect=True, ids=["deployed", "refused"]
)
def test_no_pod_has_a_user_namespace(changes: list[Change]) -> None:
    for before, after in changes:
        assert [pod["spec"].pop("hostUsers") for pod in before] == [False] * len(after)
        assert after == before


@of(controls.ANOTHER_USER_ON_THE_LEFT)
def test_the_writer_alone_is_another_user(changes: list[Change]) -> None:
    for before, after in changes:
        user = by_name(after)["left"]["securityContext"].pop("runAsUser")
        assert user not in {0, before[0]["spec"]["securityContext"]["runAsUser"]}
        assert after == before


@of(controls.INIT_IN_THE_OTHER_POD)
def test_the_init_container_is_an_app_of_the_other_pod(changes: list[Change]) -> None:
    for before, (first, second) in changes:
        assert "initContainers" not in first["spec"]
        assert second["spec"]["containers"] == [
            *before[1]["spec"]["containers"],
            *before[0]["spec"]["initContainers"],
        ]


@of(controls.A_FILE_WITHOUT_A_TOKEN)
def test_the_right_container_reads_another_file(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert after["spec"]["containers"][-1]["args"] == ["read-token", "/etc/hostname"]
        after["spec"]["containers"][-1]["args"] = before["spec"]["containers"][-1]["args"]
        assert after == before
