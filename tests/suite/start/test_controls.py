"""Controls of start: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.start import controls
from tests.helpers.controls import Change, names, of


@of(controls.AN_APP_IN_ANOTHER_POD)
def test_the_last_app_is_in_a_pod_of_its_own(changes: list[Change]) -> None:
    for [before], [first, second] in changes:
        assert [*names(first), *names(second)] == names(before)
        assert second["metadata"]["name"] == "three"


@of(controls.AN_APP_BEFORE_THE_OTHERS)
def test_the_last_app_is_an_init_container(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert [*names(after), *names(after, "initContainers")] == names(before)
