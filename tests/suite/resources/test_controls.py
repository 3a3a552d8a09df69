"""Controls of what is a container's own: each changes what it says, and nothing else."""

from __future__ import annotations

import pytest

from suite.resources import controls
from tests.helpers.controls import Change, by_name, names, of

OWN = ("env", "resources", "securityContext")


@pytest.mark.parametrize(
    "changes",
    [controls.RIGHT_WITH_THE_LEFTS, controls.RIGHT_WITH_THE_LEFTS_LIMITS, controls.RIGHT_WITH_THE_LEFTS_CONTEXT],
    indirect=True,
)
def test_the_right_container_runs_in_another_pod_too_as_the_left_one(changes: list[Change]) -> None:
    for [before], [first, second] in changes:
        assert first == before
        assert names(second) == ["right"]
        assert "initContainers" not in second["spec"]
        left, right = by_name([before])["left"], by_name([second])["right"]
        assert [right[field] for field in OWN] == [left[field] for field in OWN]
        assert right | {field: by_name([before])["right"][field] for field in OWN} == by_name([before])["right"]


@pytest.mark.parametrize(
    ("changes", "name"),
    [(controls.AMPLE_MEMORY, "hungry"), (controls.AMPLE_MEMORY_BELOW, "parent")],
    indirect=["changes"],
)
def test_one_app_may_have_the_memory_that_it_takes(changes: list[Change], name: str) -> None:
    for before, after in changes:
        limits = by_name(after)[name]["resources"]["limits"]
        assert limits == by_name(before)["neighbour"]["resources"]["limits"]
        limits["memory"] = by_name(before)[name]["resources"]["limits"]["memory"]
        assert after == before


@of(controls.NEIGHBOUR_ENDS)
def test_the_neighbour_does_not_live_until_it_is_told_to_end(changes: list[Change]) -> None:
    for before, after in changes:
        assert by_name(after)["neighbour"]["args"][-2:] == ["exit", "0"]
        by_name(after)["neighbour"]["args"][-2:] = ["expect-term"]
        assert after == before


@of(controls.SIDECAR_RESTARTED)
def test_the_sidecar_fails_once(changes: list[Change]) -> None:
    for before, after in changes:
        sidecar = by_name(after)["beside"]
        assert sidecar["args"] == ["attempt", "/turn/beside", "1", "then", "expect-term"]
        assert sidecar["volumeMounts"].pop() == {"name": "turn", "mountPath": "/turn"}
        sidecar["args"] = by_name(before)["beside"]["args"]
        assert after == before


@of(controls.ENDS_OTHERWISE)
def test_the_app_fails_once_and_takes_no_memory(changes: list[Change]) -> None:
    for before, after in changes:
        assert by_name(after)["hungry"]["args"] == ["attempt", "/turn/hungry", "3", "then", "expect-term"]
        by_name(after)["hungry"]["args"] = by_name(before)["hungry"]["args"]
        assert after == before


@of(controls.LOOKS_ONCE)
def test_the_left_container_does_not_follow_its_limits(changes: list[Change]) -> None:
    for before, after in changes:
        assert by_name(after)["left"]["args"] == ["limits", "then", "expect-term"]
        by_name(after)["left"]["args"] = by_name(before)["left"]["args"]
        assert after == before


@pytest.mark.parametrize(
    ("changes", "policies"),
    [
        (controls.RESTARTED_FOR_CPU, ["RestartContainer", "RestartContainer"]),
        (controls.NOT_RESTARTED_FOR_MEMORY, ["NotRequired", "NotRequired"]),
    ],
    indirect=["changes"],
)
def test_the_left_container_is_restarted_for_both_resources_or_none(changes: list[Change], policies: list[str]) -> None:
    for before, after in changes:
        assert [each["restartPolicy"] for each in by_name(after)["left"]["resizePolicy"]] == policies
        by_name(after)["left"]["resizePolicy"] = by_name(before)["left"]["resizePolicy"]
        assert after == before


@of(controls.RIGHT_FAILS_ONCE)
def test_the_right_container_fails_once(changes: list[Change]) -> None:
    for before, after in changes:
        right = by_name(after)["right"]
        assert right["args"] == ["attempt", "/turn/right", "1", "then", "follow-limits"]
        assert right["volumeMounts"].pop() == {"name": "turn", "mountPath": "/turn"}
        assert after[0]["spec"]["volumes"].pop() == {"name": "turn", "emptyDir": {}}
        right["args"] = by_name(before)["right"]["args"]
        assert after == before


@of(controls.GUARANTEED)
def test_every_container_requests_its_limits_from_the_beginning(changes: list[Change]) -> None:
    for before, after in changes:
        for name, container in by_name(after).items():
            assert container["resources"]["requests"] == container["resources"]["limits"]
            container["resources"]["requests"] = by_name(before)[name]["resources"]["requests"]
        assert after == before
