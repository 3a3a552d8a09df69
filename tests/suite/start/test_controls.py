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


@of(controls.A_PROGRAM_THAT_IS_NOT_THERE)
def test_the_last_app_alone_is_a_program_that_its_image_does_not_have(changes: list[Change]) -> None:
    for [before], [after] in changes:
        last = after["spec"]["containers"][-1]
        assert last["command"] == ["/not-there"]
        last["command"] = before["spec"]["containers"][-1]["command"]
        assert after == before
