"""A Pod on its node's network: its containers have the node's addresses."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from records import Violation
from suite.evidence import did_not, events_of, interfaces

if TYPE_CHECKING:
    from records import PodRecord, Record


def not_the_nodes(record: Record, *containers: str) -> list[Violation]:
    """Check that every container saw every address of the node in the status, each on one interface.

    Rules:
        absent: the status has no address of the node, or a container does not have it on the interface on which the
            others do.
    """
    pod, violations = record.pods[0], []
    addresses = _of_node(pod)
    if not addresses:
        return [Violation("absent", f"the status of Pod {pod.role} tells no address of its node")]
    for address in addresses:
        there = {name: interfaces(record, name, address) for name in containers}
        expected = f"each container  address address={address}, on one interface"
        if missing := [name for name, found in there.items() if not found]:
            text = f"status.hostIPs tells {address}, which {', '.join(missing)} does not have"
            violations.append(Violation("absent", text, expected))
        elif len(set(there.values())) > 1:
            text = "; ".join(f"{sorted(found)} in {name}" for name, found in there.items())
            violations.append(Violation("absent", f"{address} is on {text}", expected))
    return violations


def has_addresses_of_its_own(record: Record) -> list[Violation]:
    """Check that in the status the Pod's addresses are those of its node, the node's first one first.

    Rules:
        untold: the status has no address of the Pod or of its node. Nothing real fires it: a kubelet writes the
            addresses of its own node, and no container, network or runtime has a hand in that.
        own-address: an address of the Pod is not one of its node's, or another one is first.
    """
    pod = record.pods[0]
    nodes = _of_node(pod)
    if not (pod.addresses and nodes):
        return [Violation("untold", f"status.podIPs is {_listed(pod.addresses)}, status.hostIPs is {_listed(nodes)}")]
    if pod.addresses[0] != nodes[0] or not set(pod.addresses) <= set(nodes):
        text = f"status.podIPs is {_listed(pod.addresses)}, but status.hostIPs is {_listed(nodes)}"
        return [Violation("own-address", text)]
    return []


def not_the_nodes_hostname(record: Record, *containers: str) -> list[Violation]:
    """Check that every container has one hostname, which is not the Pod's own.

    The node's own name for itself is told nowhere: it may differ from the Node's name.

    Rules:
        unwitnessed: a container printed no hostname.
        own-hostname: a container has the Pod's name as its hostname.
        differs: two containers have different hostnames.
    """
    if violations := [v for name in containers for v in did_not(record, name, "hostname", "unwitnessed")]:
        return violations
    pod = record.pods[0]
    seen = {name: event for name in containers for event in events_of(record, name, "hostname")}
    own = [(name, event) for name, event in seen.items() if event.fields["hostname"] == pod.name]
    if own:
        text = "has the hostname of a Pod off the node's network"
        return [
            Violation("own-hostname", f"{name} {text}: {pod.name}", f"{name}  hostname hostname=(the node's)", (event,))
            for name, event in own
        ]
    if len({event.fields["hostname"] for event in seen.values()}) > 1:
        text = "; ".join(f"{event.fields['hostname']} in {name}" for name, event in seen.items())
        return [Violation("differs", f"the node's hostname is {text}", events=tuple(seen.values()))]
    return []


def _of_node(pod: PodRecord) -> tuple[str, ...]:
    """Return every address of the node in the statuses, in order; an old kubelet reports ``hostIP`` alone."""
    reported = [
        address
        for observation in pod.observations
        for address in [
            *([observation.status["hostIP"]] if observation.status.get("hostIP") else []),
            *(each["ip"] for each in observation.status.get("hostIPs") or []),
        ]
    ]
    return tuple(dict.fromkeys(str(ipaddress.ip_address(address)) for address in reported))


def _listed(addresses: tuple[str, ...]) -> str:
    return ", ".join(addresses) or "empty"
