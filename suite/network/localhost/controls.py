"""Controls of what lies in the Pod's network namespace."""

from __future__ import annotations

from suite.control import Control, Json, apart, containers_of, in_another_pod, pods_of, without_waits


def reused_port(objects: list[Json]) -> list[Json]:
    """Let every container that binds a port share it with others of its user."""
    for container in containers_of(objects) + containers_of(objects, group="initContainers"):
        arguments = container["args"]
        container["args"] = [word for a in arguments for word in ([a, "--reuse-port"] if a == "bind" else [a])]
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
    """Let a container listen on another address."""
    for container in containers_of(objects, name):
        container["args"] = [after if argument == before else argument for argument in container["args"]]
    return objects


CLIENT_IN_ANOTHER_POD = Control("client-in-another-pod", ("not-reached",), client_in_another_pod)
RIGHT_IN_ANOTHER_POD = Control("right-in-another-pod", ("differs",), apart("right"))
LOCALHOST_ELSEWHERE = Control("localhost-elsewhere", ("not-reached",), localhost_elsewhere)
REUSED_PORT = Control("reused-port", ("bound-twice",), reused_port)
SECOND_ON_LOOPBACK = Control("second-on-loopback", ("not-reached",), second_on_loopback)
LISTENER_ON_EVERY_ADDRESS = Control("listener-on-every-address", ("reached",), listener_on_every_address)
