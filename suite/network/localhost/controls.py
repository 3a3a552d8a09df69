"""Controls of what lies in the Pod's network namespace."""

from __future__ import annotations

from suite.control import Control, Json, apart, containers_of, in_another_pod, pods_of, without_waits


def reused_port(objects: list[Json]) -> list[Json]:
    """Let every container that binds a port share it with others of its user."""
    for container in containers_of(objects) + containers_of(objects, group="initContainers"):
        arguments = container["args"]
        container["args"] = [word for a in arguments for word in ([a, "--reuse-port"] if a == "bind" else [a])]
    return objects


def ports_not_freed(objects: list[Json]) -> list[Json]:
    """Let the holder bind its port anew once it has freed it, and the sidecar hold that of the app that crashes."""
    for holder in containers_of(objects, "holder"):
        freed = holder["args"].index("free") + 3
        holder["args"][freed:freed] = ["then", "bind", "$(PROTOCOL)", "$(ANY)", "7000"]
        holder["args"] += ["then", "read", "/turn/tried-again", "--within", "20"]
    for challenger in containers_of(objects, "challenger"):
        challenger["args"] += ["then", "write", "/turn/tried-again"]
    for beside in containers_of(objects, "beside", group="initContainers"):
        beside["args"][:0] = ["bind", "$(PROTOCOL)", "$(ANY)", "7002", "then"]
    return objects


def nobodys_address(objects: list[Json]) -> list[Json]:
    """Let all who are to try a port in vain do so at an address of the ranges for documentation."""
    for container in [
        *containers_of(objects, "challenger", "again"),
        *containers_of(objects, "before", group="initContainers"),
    ]:
        arguments = container["args"]
        for place in range(len(arguments) - 1):
            held = arguments[place + 1] in {"7000", "7001"}  # what the holder and the sidecar have
            if arguments[place] == "$(ANY)" and held and arguments[place + 2 : place + 3] != ["--reuse-address"]:
                arguments[place] = "192.0.2.1"
    return objects


def crashed_twice(objects: list[Json]) -> list[Json]:
    """Let the app that crashes once crash twice."""
    for container in containers_of(objects):
        if "crash" in container["args"]:
            container["args"].insert(container["args"].index("crash"), "crash")
    return objects


def one_port(objects: list[Json]) -> list[Json]:
    """Let the second container listen at the port of the first."""
    return _listening(objects, "second", "7002", "7001")


def garbled(objects: list[Json]) -> list[Json]:
    """Let the second container send another answer than it prints."""
    for second in containers_of(objects, "second"):
        second["args"].insert(second["args"].index("then"), "--garbled")
    return objects


def second_on_loopback(objects: list[Json]) -> list[Json]:
    """Let the second container listen on loopback only."""
    return _listening(objects, "second", "$(ANY)", "127.0.0.1")


def listener_on_every_address(objects: list[Json]) -> list[Json]:
    """Let the listener listen on all addresses, at both of its ports."""
    return _listening(objects, "listener", "127.0.0.1", "0.0.0.0")  # noqa: S104 # that is what is to be found


def client_in_another_pod(objects: list[Json]) -> list[Json]:
    """Move the client into a Pod of its own, without all waits for files that are not there."""
    first, second = in_another_pod("client")(objects)
    for container in containers_of([second]):
        container["args"] = without_waits(container["args"])
    for container in containers_of([first]) + containers_of([first], group="initContainers"):
        container["args"] = without_waits(container["args"], "/turn/client")
    return [first, second]


def localhost_elsewhere(objects: list[Json]) -> list[Json]:
    """Give the client a hosts file of its own, in which localhost is an address of the ranges for documentation."""
    for container in containers_of(objects, "client"):
        mount = {"name": "hosts", "mountPath": "/etc/hosts", "subPath": "hosts", "readOnly": True}
        container["volumeMounts"].append(mount)
    for pod in pods_of(objects):
        pod["spec"]["volumes"].append({"name": "hosts", "configMap": {"name": "hosts"}})
    file = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "hosts"}}
    return [file | {"data": {"hosts": "192.0.2.1 localhost\n"}}, *objects]


def _listening(objects: list[Json], name: str, before: str, after: str) -> list[Json]:
    """Let a container listen on another address or port."""
    for container in containers_of(objects, name):
        container["args"] = [after if argument == before else argument for argument in container["args"]]
    return objects


CLIENT_IN_ANOTHER_POD = Control("client-in-another-pod", ("not-reached",), client_in_another_pod)
RIGHT_IN_ANOTHER_POD = Control("right-in-another-pod", ("differs",), apart("right"))
LOCALHOST_ELSEWHERE = Control("localhost-elsewhere", ("not-reached",), localhost_elsewhere)
REUSED_PORT = Control("reused-port", ("bound-twice",), reused_port)
SECOND_ON_LOOPBACK = Control("second-on-loopback", ("not-reached",), second_on_loopback)
LISTENER_ON_EVERY_ADDRESS = Control("listener-on-every-address", ("reached",), listener_on_every_address)
PORTS_NOT_FREED = Control("ports-not-freed", ("not-freed",), ports_not_freed)
NOBODYS_ADDRESS = Control("nobodys-address", ("refused-otherwise",), nobodys_address)
CRASHED_TWICE = Control("crashed-twice", ("not-restarted",), crashed_twice)
ONE_PORT = Control("one-port", ("not-bound", "not-reached"), one_port)
GARBLED = Control("garbled", ("altered",), garbled)
