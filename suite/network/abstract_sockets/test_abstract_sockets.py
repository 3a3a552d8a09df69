"""Abstract unix sockets belong to the network namespace: containers of a Pod share them, and no other Pod does.

https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import event
from fixtures.session.marks import requirement, scenario
from suite.network.abstract_sockets import controls, judges

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation


@scenario("network/abstract_sockets/reached.yaml", seconds=7)
def abstract_socket(deploy: Stage) -> None:
    """Ask a listener in its neighbour, before and after a container of another Pod asks at the same name."""
    server = deploy("server").observe(event("neighbour", "waiting"))
    deploy("intruder").observe(event("intruder", "exit"))
    server.delete()


@requirement("NET-ABSTRACT-SOCKET", case="shared", control=(controls.ANOTHER_SOCKET, controls.AN_IMPOSTOR))
def test_an_abstract_socket_is_reached_from_another_container_of_the_pod(abstract_socket: Record) -> list[Violation]:
    return judges.socket_not_reached(abstract_socket, "neighbour", "listener")


@requirement("NET-ABSTRACT-SOCKET", case="private", control=(controls.INTRUDER_IN_THE_SAME_POD, controls.NAME_HELD))
def test_an_abstract_socket_is_not_there_for_another_pod(abstract_socket: Record) -> list[Violation]:
    return judges.socket_exposed(abstract_socket, "neighbour", "intruder", owner="listener")
