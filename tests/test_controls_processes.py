"""Controls of who sees whose processes."""

import pytest

from suite.controls import processes
from tests.test_controls import Change, changes, of

assert changes  # the fixture of the tests below
HIDDEN = [
    processes.NEIGHBOURS_HIDDEN,
    processes.SIGNALLED_IN_VAIN,
    processes.ROOTS_HIDDEN,
    processes.NOBODY_REAPS,
]


@of(processes.ONE_PROCESS_NAMESPACE)
def test_the_containers_share_their_processes(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert "shareProcessNamespace" not in before["spec"]
        assert after["spec"].pop("shareProcessNamespace") is True
        assert after == before


@pytest.mark.parametrize("changes", HIDDEN, indirect=True, ids=[control.name for control in HIDDEN])
def test_the_containers_have_a_pid_namespace_each(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert before["spec"].pop("shareProcessNamespace") is True
        assert after == before
