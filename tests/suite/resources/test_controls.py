"""Controls of what is a container's own: each changes what it says, and nothing else."""

from __future__ import annotations

import pytest

from suite.resources import controls
from tests.helpers.controls import Change, by_name, names

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
