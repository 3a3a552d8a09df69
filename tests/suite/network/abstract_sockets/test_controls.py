"""Controls of network abstract sockets: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.network.abstract_sockets import controls
from tests.helpers.controls import Change, by_name, names, of

SERVE = ["serve-abstract", "podproof"]


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


@of(controls.AN_IMPOSTOR)
def test_another_app_serves_the_socket_before_the_listener(changes: list[Change]) -> None:
    for [before, _], [after, _] in changes:
        impostor = after["spec"]["containers"].pop(0)
        assert impostor["args"] == [*SERVE, "then", "write", "/turn/impostor", "then", "expect-term"]
        listener = by_name([after])["listener"]
        assert listener["args"][:5] == ["read", "/turn/impostor", "--within", "20", "then"]
        del listener["args"][:5]
        assert after == before


@of(controls.NAME_HELD)
def test_another_app_has_the_name_before_the_intruder_asks(changes: list[Change]) -> None:
    for [_, before], [_, after] in changes:
        holder, intruder = after["spec"]["containers"]
        assert holder["args"][:5] == ["bind-abstract", "podproof", "then", "write", "/turn/held"]
        assert intruder["args"] == [
            "read",
            "/turn/held",
            "--within",
            "20",
            "then",
            *by_name([before])["intruder"]["args"],
        ]
