"""A Service finds the ports of a Pod's containers by their names; a Pod that has a name by one is found by that.

https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, any_of, ended, event, ready
from fixtures.session.features import needs_address, unless_segmented
from fixtures.session.marks import requirement, scenario
from suite.network.localhost import judges as network
from suite.network.services import controls
from suite.network.services import judges as services

if TYPE_CHECKING:
    from fixtures.play.awaited import Awaited
    from fixtures.play.stage import Stage
    from records import Record, Violation

FAMILIES = ["ipv4", "ipv6"]
ANY = {"ipv4": "0.0.0.0", "ipv6": "::"}  # noqa: S104 # in a Pod, where all of its addresses are meant
APPS = {"first": 8001, "second": 8002}  # the Service's ports, as the manifest says
SIDECAR = {"beside": 8003}


def endpoint(*servers: str) -> Awaited:
    """Await that the Pod is ready, so that a Service may lead to it, or never will be."""
    return any_of(ready(), *(event(name, "not-bound") for name in servers))


@scenario("network/services/named-ports.yaml", family=FAMILIES, seconds=7)
def named_ports(deploy: Stage, family: str) -> None:
    """Serve a port each in two apps and a sidecar; ask a Service for all from another Pod, by address and by name."""
    listening = all_of(*(event(name, "serving", "not-bound") for name in (*APPS, *SIDECAR)))
    server = deploy("server", environment={"ANY": ANY[family]}).observe(listening).require(endpoint(*APPS, *SIDECAR))
    if server.address(family):
        service = {"ADDRESS": deploy.service_address("web", family), "SERVICE": deploy.named("web")}
        deploy("client", environment=service | {"FAMILY": family}).observe(ended())
    deploy.note_policies()
    server.delete()


@scenario("network/services/init-ports.yaml", family=FAMILIES, seconds=9)
def init_ports(deploy: Stage, family: str) -> None:
    """Ask a Service, from another Pod, for a port that only an init container named, and for one of the app."""
    server = deploy("server", environment={"ANY": ANY[family]}).observe(event("main", "waiting", "not-bound"))
    server.require(endpoint("main"))
    if address := server.address(family):
        asked = {"POD": address, "ADDRESS": deploy.service_address("web", family)}
        deploy("client", environment=asked).observe(ended())
    deploy.note_policies()
    server.delete()


@scenario("network/services/pod-name.yaml", family=FAMILIES, seconds=7)
def pod_name(deploy: Stage, family: str) -> None:
    """Serve a port each in two containers of a Pod with hostname and subdomain; ask both from another Pod, by name."""
    listening = all_of(*(event(name, "serving", "not-bound") for name in ("first", "second")))
    server = deploy("server", environment={"ANY": ANY[family]}).observe(listening)
    server.require(endpoint("first", "second"))
    if server.address(family):
        deploy.needs_service_family("bar", family)
        deploy("client", environment={"NAME": f"foo.{deploy.named('bar')}", "FAMILY": family}).observe(ended())
    deploy.note_policies()
    server.delete()


@requirement("NET-SERVICE-PORTS", control=controls.PORT_NAMES_PASSED_ON)
def test_a_service_reaches_the_app_that_owns_each_named_port(named_ports: Record) -> list[Violation]:
    needs_address(named_ports, named_ports.case)
    by_address = network.not_reached(named_ports, "by-address", APPS)
    return unless_segmented(named_ports, by_address + network.not_reached(named_ports, "by-name", APPS))


@requirement("NET-SERVICE-SIDECAR-PORT", control=controls.PORT_NAMES_PASSED_ON)
def test_a_service_reaches_the_sidecar_that_owns_a_named_port(named_ports: Record) -> list[Violation]:
    needs_address(named_ports, named_ports.case)
    by_address = network.not_reached(named_ports, "by-address", SIDECAR)
    return unless_segmented(named_ports, by_address + network.not_reached(named_ports, "by-name", SIDECAR))


@requirement("NET-SERVICE-NAME", control=controls.NAME_OF_ANOTHER_SERVICE)
def test_the_name_of_a_service_stands_for_its_address(named_ports: Record) -> list[Violation]:
    needs_address(named_ports, named_ports.case)
    return unless_segmented(named_ports, services.name_elsewhere(named_ports, "by-name", "by-address"))


@requirement("NET-POD-NAME", control=(controls.ANOTHER_HOSTNAME, controls.NAME_OF_ANOTHER_SERVICE))
def test_both_containers_of_a_pod_are_reached_by_its_name(pod_name: Record) -> list[Violation]:
    needs_address(pod_name, pod_name.case)
    elsewhere = services.pod_name_elsewhere(pod_name, "client", pod_name.case)
    reached = network.not_reached(pod_name, "client", {"first": 7001, "second": 7002})
    return unless_segmented(pod_name, elsewhere + reached)


@requirement("INIT-PORTS", control=controls.PORT_OF_THE_APP)
def test_a_named_port_of_an_init_container_is_no_services(init_ports: Record) -> list[Violation]:
    needs_address(init_ports, init_ports.case)
    violations = services.init_port_served(init_ports, "client", "main", init="before", port=8001, others=(7001, 8002))
    return unless_segmented(init_ports, violations)
