"""The containers of a Pod share one network: its addresses, its ports, its localhost.

https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, any_of, ended, event, if_there
from fixtures.session.features import needs_address, needs_hardware_address, unless_segmented
from fixtures.session.marks import requirement, scenario
from suite.network.localhost import controls, judges

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation

PROTOCOLS = ["tcp", "udp"]
FAMILIES = ["ipv4", "ipv6"]
LOOPBACK = {"ipv4": "127.0.0.1", "ipv6": "::1"}
ANY = {"ipv4": "0.0.0.0", "ipv6": "::"}  # noqa: S104 # in a Pod, where all of its addresses are meant
EVERYONE = ("before", "beside", "left", "right")  # an init container, a sidecar, two apps
SERVER, SIDECAR, AGAIN = {"server": 7000}, {"beside": 7001}, {"again": 7002}
ASKED = {  # who asks whom: an init container, a sidecar, an app, and one that crashes and asks again
    "before": SIDECAR,
    "beside": SERVER,
    "client": SERVER | SIDECAR | AGAIN,
    "again": SERVER,
}
ALL_HAVE_ASKED = any_of(
    ended(),
    all_of(
        *(if_there(name, event(name, "waiting", "not-bound")) for name in ("beside", "again")),
        if_there("client", event("client", "exit")),
    ),
)


@scenario("network/localhost/localhost.yaml", protocol=PROTOCOLS, family=FAMILIES)
def localhost(deploy: Stage, protocol: str, family: str) -> None:
    """Serve on a loopback address in apps and a sidecar; ask there in all containers, and again after a crash."""
    address = LOOPBACK[family]
    values = {"PROTOCOL": protocol, "LISTEN": address, "ADDRESS": address}
    deploy(environment=values, restart_policy="OnFailure").observe(ALL_HAVE_ASKED).delete()


@scenario("network/localhost/localhost.yaml", protocol=PROTOCOLS)
def localhost_by_name(deploy: Stage, protocol: str) -> None:
    """Serve on 127.0.0.1 in apps and a sidecar; ask the name localhost in all containers, and again after a crash."""
    values = {"PROTOCOL": protocol, "LISTEN": LOOPBACK["ipv4"], "ADDRESS": "localhost"}
    deploy(environment=values, restart_policy="OnFailure").observe(ALL_HAVE_ASKED).delete()


@scenario("network/localhost/one-address.yaml")
def one_address(deploy: Stage) -> None:
    """List addresses, in turns, in an init container, a sidecar, and two apps, one of which crashes once."""
    deploy(restart_policy="OnFailure").observe(ended())


@scenario("network/localhost/port-space.yaml", protocol=PROTOCOLS, family=FAMILIES)
def port_space(deploy: Stage, protocol: str, family: str) -> None:
    """Bind ports in an app, a sidecar and an app that crashes; try to bind them in others before and after."""
    values = {"PROTOCOL": protocol, "ANY": ANY[family]}
    deploy(environment=values, restart_policy="OnFailure").observe(ended())


@scenario("network/localhost/distinct-ports.yaml", family=FAMILIES, seconds=6)
def distinct_ports(deploy: Stage, family: str) -> None:
    """Serve a port each in two containers; ask both from another Pod, by the Pod's address."""
    listening = all_of(*(event(name, "serving", "not-bound") for name in ("first", "second")))
    server = deploy("server", environment={"ANY": ANY[family]}).observe(listening)
    if address := server.address(family):
        deploy("client", environment={"SERVER": address}).observe(ended())
    deploy.note_policies()
    server.delete()


@scenario("network/localhost/loopback-private.yaml", seconds=9)
def loopback_private(deploy: Stage) -> None:
    """Serve on 127.0.0.1; ask there from the neighbour, before and after another Pod tries to."""
    server = deploy("server").observe(event("neighbour", "waiting"))
    if address := server.address("ipv4"):
        addresses = {"SERVER": address, "SERVICE": deploy.service_address("loopback", "ipv4")}
        deploy("intruder", environment=addresses).observe(event("intruder", "exit"))
    deploy.note_policies()
    server.delete()


@requirement("NET-LOCALHOST", control=(controls.CLIENT_IN_ANOTHER_POD, controls.CRASHED_TWICE))
def test_one_container_reaches_another_on_localhost(localhost: Record) -> list[Violation]:
    if localhost.case.endswith("ipv6"):
        needs_address(localhost, "ipv6")
    violations = judges.not_run_again(localhost, "again")
    for client, owners in ASKED.items():
        violations += judges.not_reached(localhost, client, owners)
    return violations


@requirement("NET-LOCALHOST", case="name", control=controls.LOCALHOST_ELSEWHERE)
def test_every_container_reaches_the_others_by_the_name_localhost(localhost_by_name: Record) -> list[Violation]:
    violations = judges.not_run_again(localhost_by_name, "again")
    for client, owners in ASKED.items():
        violations += judges.not_reached(localhost_by_name, client, owners)
    return violations


@requirement("NET-ONE-ADDRESS", control=controls.RIGHT_IN_ANOTHER_POD)
def test_every_container_has_the_pods_addresses_on_the_same_interface(one_address: Record) -> list[Violation]:
    return judges.not_run_again(one_address, "right") + judges.not_one_address(one_address, *EVERYONE)


@requirement("NET-ONE-ADDRESS", case="mac", control=controls.RIGHT_IN_ANOTHER_POD)
def test_every_container_sees_the_same_hardware_address(one_address: Record) -> list[Violation]:
    needs_hardware_address(one_address)
    return judges.not_one_hardware_address(one_address, *EVERYONE)


@requirement(
    "NET-PORT-SPACE",
    control=(
        controls.REUSED_PORT,
        controls.PORTS_NOT_FREED,
        controls.NOBODYS_ADDRESS,
        controls.CRASHED_TWICE,
    ),
)
def test_a_port_that_one_container_holds_is_refused_to_another_until_it_is_freed(port_space: Record) -> list[Violation]:
    if port_space.case.endswith("ipv6"):
        needs_address(port_space, "ipv6")
    return [
        *judges.port_not_shared(port_space, "holder", "challenger"),
        *judges.port_not_kept(port_space, "beside", 7001, "before", "again"),
        *judges.not_freed_by_crash(port_space, "again", 7002),
    ]


@requirement("NET-DISTINCT-PORTS", control=(controls.SECOND_ON_LOOPBACK, controls.ONE_PORT, controls.GARBLED))
def test_containers_on_ports_of_their_own_are_each_reached_from_another_pod(distinct_ports: Record) -> list[Violation]:
    needs_address(distinct_ports, distinct_ports.case)
    violations = judges.not_reached(distinct_ports, "client", {"first": 7001, "second": 7002})
    return unless_segmented(distinct_ports, violations)


@requirement("NET-LOOPBACK-PRIVATE", control=controls.LISTENER_ON_EVERY_ADDRESS)
def test_what_listens_on_loopback_is_not_reached_from_another_pod(loopback_private: Record) -> list[Violation]:
    needs_address(loopback_private, "ipv4")
    violations = judges.loopback_exposed(
        loopback_private, "neighbour", "intruder", listener="listener", asked=(7002, 7001, 8002, 8001, 7002)
    )
    return unless_segmented(loopback_private, violations)
