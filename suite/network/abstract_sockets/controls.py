"""Controls of abstract unix sockets."""

from __future__ import annotations

import copy

from suite.control import Control, Json, containers_of, pods_of


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


def an_impostor(objects: list[Json]) -> list[Json]:
    """Add an app that serves the socket before the listener can."""
    spec = pods_of(objects)[0]["spec"]
    [listener] = containers_of(objects, "listener")
    arguments = ["serve-abstract", "podproof", "then", "write", "/turn/impostor", "then", "expect-term"]
    spec["containers"].insert(0, copy.deepcopy(listener) | {"name": "impostor", "args": arguments})
    listener["args"][:0] = ["read", "/turn/impostor", "--within", "20", "then"]
    return objects


def name_held(objects: list[Json]) -> list[Json]:
    """Add an app to the intruder's Pod that has a socket of that name, and answers nobody."""
    spec = pods_of(objects)[1]["spec"]
    [intruder] = spec["containers"]
    intruder["volumeMounts"].append({"name": "turn", "mountPath": "/turn"})
    arguments = ["bind-abstract", "podproof", "then", "write", "/turn/held", "then"]
    arguments += ["read", "/turn/tried", "--within", "30"]
    holder = copy.deepcopy(intruder) | {"name": "holder", "args": arguments}
    intruder["args"][:0] = ["read", "/turn/held", "--within", "20", "then"]
    spec["containers"].insert(0, holder)
    spec["volumes"].append({"name": "turn", "emptyDir": {}})
    return objects


ANOTHER_SOCKET = Control("another-socket", ("not-reached",), another_socket)
INTRUDER_IN_THE_SAME_POD = Control("intruder-in-the-same-pod", ("reached",), intruder_in_the_same_pod)
AN_IMPOSTOR = Control("an-impostor", ("not-bound", "altered"), an_impostor)
NAME_HELD = Control("name-held", ("name-taken",), name_held)
