"""Controls of network abstract sockets: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.network.abstract_sockets import controls
from tests.helpers.controls import Change, by_name, names, of


@of(controls.ANOTHER_SOCKET)
def test_the_listener_alone_serves_another_socket(changes: list[Change]) -> None:
    for before, after in changes:
        old, new = by_name(before), by_name(after)
        assert new.pop("listener")["args"][:3] == ["serve-abstract", "another", "then"]
        assert old.pop("listener")["args"][:3] == ["serve-abstract", "podproof", "then"]
        assert new == old


@of(controls.INTRUDER_IN_THE_SAME_POD)
def test_the_intruder_runs_beside_the_listener(changes: list[Change]) -> None:
    for before, after in changes:
        assert [names(pod) for pod in after] == [["listener", "neighbour", "intruder"]]
        assert by_name(after) == by_name(before)
