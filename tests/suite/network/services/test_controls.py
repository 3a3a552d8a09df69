"""Controls of network services: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.network.services import controls
from tests.helpers.controls import Change, Json, by_name, of


def ports_of(pods: list[Json]) -> dict[str, list[tuple[str, int]]]:
    """Return the names and numbers of each container's ports."""
    found = by_name([pod for pod in pods if pod["kind"] == "Pod"])
    return {
        name: [(port["name"], port["containerPort"]) for port in container["ports"]]
        for name, container in found.items()
        if "ports" in container
    }


def without_ports(objects: list[Json]) -> list[Json]:
    """Return the objects without their containers' ports."""
    for container in by_name([item for item in objects if item["kind"] == "Pod"]).values():
        container.pop("ports", None)
    return objects


@of(controls.PORT_NAMES_PASSED_ON)
def test_every_port_has_the_name_of_another(changes: list[Change]) -> None:
    for before, after in changes:
        assert ports_of(before) == {
            "first": [("first", 7001)],
            "second": [("second", 7002)],
            "beside": [("beside", 7003)],
        }
        assert ports_of(after) == {
            "first": [("second", 7001)],
            "second": [("beside", 7002)],
            "beside": [("first", 7003)],
        }
        assert without_ports(after) == without_ports(before)


@of(controls.ANOTHER_HOSTNAME)
def test_the_server_asks_for_another_hostname(changes: list[Change]) -> None:
    for before, after in changes:
        assert before[1]["spec"]["hostname"] == "foo"
        before[1]["spec"]["hostname"] = "baz"
        assert after == before


@of(controls.PORT_OF_THE_APP)
def test_the_app_names_the_port_that_the_init_container_did(changes: list[Change]) -> None:
    for before, after in changes:
        assert ports_of(before) == {"before": [("early", 7001)], "main": [("web", 7002)]}
        assert ports_of(after) == {"main": [("web", 7002), ("early", 7001)]}
        assert without_ports(after) == without_ports(before)


@of(controls.NAME_OF_ANOTHER_SERVICE)
def test_the_client_resolves_the_name_of_another_service(changes: list[Change]) -> None:
    for before, after in changes:
        old, new = (by_name([item for item in objects if item["kind"] == "Pod"]) for objects in (before, after))
        [name] = [name for name, container in old.items() if container["args"][0] == "resolve"]
        assert old[name]["args"][1] in {"$(SERVICE)", "$(NAME)"}
        assert new[name]["args"][1] == "kubernetes.default"
        new[name]["args"][1] = old[name]["args"][1]
        assert new == old
