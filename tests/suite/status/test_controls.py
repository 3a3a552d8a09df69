"""Controls of statuses: each changes what it says, and nothing else."""

from __future__ import annotations

from records.record import programs
from suite.status import controls
from tests.helpers.controls import Change, of


@of(controls.ANOTHER_END)
def test_every_app_runs_the_probe_below_a_program_that_ends_otherwise(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert programs(after) == frozenset()
        for one, other in zip(before["spec"]["containers"], after["spec"]["containers"], strict=True):
            assert other.pop("command")[-1] == one.pop("command")[-1]
            assert other == one


@of(controls.ANOTHER_END_AFTER_A_RESTART)
def test_the_app_that_is_restarted_runs_below_one_that_fails_with_another_code(changes: list[Change]) -> None:
    for _, [after] in changes:
        assert all(container["command"][2] == controls.ANOTHER_CODE for container in after["spec"]["containers"])
