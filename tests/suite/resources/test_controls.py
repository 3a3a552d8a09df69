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
