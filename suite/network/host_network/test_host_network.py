"""A Pod on its node's network: all of its containers have the node's addresses.

https://kubernetes.io/docs/reference/kubernetes-api/core/pod-v1/#PodSpec
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import ended
from fixtures.session.marks import requirement, scenario
from suite.network.host_network import controls, judges

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation

EVERYONE = ("before", "beside", "left", "right")  # an init container, a sidecar, two apps


@scenario("network/host_network/addresses.yaml", pod_security="privileged")
def host_network(deploy: Stage) -> None:
    """Tell the hostname and list the addresses in an init container, a sidecar and two apps."""
    deploy().observe(ended())


@requirement("NET-HOST-NETWORK", control=controls.A_NETWORK_OF_ITS_OWN)
def test_every_container_has_the_nodes_addresses(host_network: Record) -> list[Violation]:
    return judges.not_the_nodes(host_network, *EVERYONE)


@requirement("NET-HOST-NETWORK", case="pod-ip", control=controls.ADDRESSES_OF_ITS_OWN)
def test_the_pods_addresses_are_the_nodes(host_network: Record) -> list[Violation]:
    return judges.has_addresses_of_its_own(host_network)


@requirement("NET-HOST-NETWORK", case="hostname", control=(controls.A_HOSTNAME_OF_ITS_OWN, controls.RIGHT_OFF_THE_NODE))
def test_every_container_has_the_nodes_hostname(host_network: Record) -> list[Violation]:
    return judges.not_the_nodes_hostname(host_network, *EVERYONE)
