"""Controls of Services: what their ports are called in the Pod, and what their names stand for."""

from __future__ import annotations

from suite.control import Control, Json, containers_of, pods_of


def port_names_passed_on(objects: list[Json]) -> list[Json]:
    """Give every container of the server the port name of the next one."""
    server = pods_of(objects)[0]
    ports = [port for group in ("containers", "initContainers") for c in server["spec"][group] for port in c["ports"]]
    names = [port["name"] for port in ports]
    for port, name in zip(ports, [*names[1:], names[0]], strict=True):
        port["name"] = name
    return objects


def port_of_the_app(objects: list[Json]) -> list[Json]:
    """Let the app, not the init container, name the port."""
    spec = pods_of(objects)[0]["spec"]
    spec["containers"][0]["ports"] += spec["initContainers"][0].pop("ports")
    return objects


def name_of_another_service(objects: list[Json]) -> list[Json]:
    """Let the client resolve the name of a Service that every cluster has."""
    for container in containers_of(objects):
        if container["args"][0] == "resolve":
            container["args"][1] = "kubernetes.default"
    return objects


def another_hostname(objects: list[Json]) -> list[Json]:
    """Give the server another hostname."""
    pods_of(objects)[0]["spec"]["hostname"] = "baz"
    return objects


ANOTHER_HOSTNAME = Control("another-hostname", ("unresolved", "not-reached"), another_hostname)
PORT_NAMES_PASSED_ON = Control("port-names-passed-on", ("wrong-owner",), port_names_passed_on)
PORT_OF_THE_APP = Control("port-of-the-app", ("aggregated",), port_of_the_app)
NAME_OF_ANOTHER_SERVICE = Control("name-of-another-service", ("elsewhere",), name_of_another_service)
