"""Controls of abstract unix sockets."""

from __future__ import annotations

from suite.control import Control, Json, containers_of


def another_socket(objects: list[Json]) -> list[Json]:
    """Let the listener serve a socket of another name."""
    for listener in containers_of(objects, "listener"):
        listener["args"][1] = "another"
    return objects


def intruder_in_the_same_pod(objects: list[Json]) -> list[Json]:
    """Run the intruder in the listener's Pod."""
    server, intruder = objects
    server["spec"]["containers"] += intruder["spec"]["containers"]
    return [server]


ANOTHER_SOCKET = Control("another-socket", ("not-reached",), another_socket)
INTRUDER_IN_THE_SAME_POD = Control("intruder-in-the-same-pod", ("reached",), intruder_in_the_same_pod)
