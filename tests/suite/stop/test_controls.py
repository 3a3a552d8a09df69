"""Controls of stop: each changes what it says, and nothing else."""

from __future__ import annotations

import pytest

from suite.stop import controls
from tests.helpers.controls import Change, of


@pytest.mark.parametrize("changes", [controls.A_SHORTER_PERIOD, controls.A_LONGER_PERIOD], indirect=True)
def test_the_stopped_pod_has_another_grace_period(changes: list[Change]) -> None:
    for [old, *before], [new, *after] in changes:
        period = old["spec"].pop("terminationGracePeriodSeconds", 30)
        assert new["spec"].pop("terminationGracePeriodSeconds") in {controls.SHORT, controls.LONG} - {period}
        assert [old, *before] == [new, *after]


@of(controls.BELOW_A_PROGRAM)
def test_the_probe_runs_below_a_program(changes: list[Change]) -> None:
    for [old, *before], [new, *after] in changes:
        for one, other in zip(old["spec"]["containers"], new["spec"]["containers"], strict=True):
            assert one.pop("command") == ["python3", "/probe"]
            assert other.pop("command") == ["python3", "-c", controls.BELOW, "/probe"]
        assert [old, *before] == [new, *after]
