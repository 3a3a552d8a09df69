"""Judges of Pods on their node's network: their histories."""

from dataclasses import replace
from typing import Any

from records import Instance, Record
from suite.network.host_network import judges
from tests.helpers.histories import (
    did,
    exited,
    pod,
    ran,
    record,
    rules,
    said,
    without,
)
from tests.helpers.trial import Trial

Listed = tuple[str, int, str]  # address, the interface's index and name

LOOPBACK, IPV4, IPV6 = ("127.0.0.1", 1, "lo"), ("198.18.0.2", 2, "eth0"), ("fd00::2", 2, "eth0")
OWN = ("10.0.0.7", 2, "eth0")
NODES = ("198.18.0.2", "fd00::2")


def listing(container: str, *addresses: Listed) -> Instance:
    events = [did(0.1, "address", address=a, index=i, interface=n, mac=None) for a, i, n in addresses]
    return ran(container, 0.0, *events, exited(0.2))


def telling(history: Record, **fields: Any) -> Record:
    """Return the history with these fields in every status."""
    first, *others = history.pods
    observations = tuple(replace(each, status=each.status | fields) for each in first.observations)
    return replace(history, pods=(replace(first, observations=observations), *others))


def seen_by_right(*addresses: Listed, own: tuple[str, ...] = NODES, nodes: tuple[str, ...] = NODES) -> Record:
    """Return two containers that list the node's addresses; the last one lists these."""
    history = record(pod(listing("left", LOOPBACK, IPV4, IPV6), listing("right", *addresses), addresses=own))
    return telling(history, hostIP=nodes[0], hostIPs=[{"ip": each} for each in nodes]) if nodes else history


GOOD = seen_by_right(LOOPBACK, IPV4, IPV6)

ADDRESSED = Trial(
    judges.not_the_nodes,
    ("left", "right"),
    good=GOOD,
    broken=(
        ("absent", "one never ran", without(seen_by_right(), "right")),
        ("absent", "one listed none", seen_by_right()),
        ("absent", "the status tells none", seen_by_right(LOOPBACK, IPV4, IPV6, nodes=())),
        ("absent", "one has an address of its own", seen_by_right(LOOPBACK, OWN)),
        ("absent", "one lacks the second", seen_by_right(LOOPBACK, IPV4)),
        ("absent", "one has it on another interface", seen_by_right(LOOPBACK, IPV4, ("fd00::2", 3, "eth1"))),
    ),
)

REPORTED = Trial(
    judges.has_addresses_of_its_own,
    (),
    good=GOOD,
    broken=(
        ("untold", "the Pod has none", seen_by_right(IPV4, own=())),
        ("untold", "the node has none", seen_by_right(IPV4, nodes=())),
        ("own-address", "the Pod has another", seen_by_right(IPV4, own=("10.0.0.7",))),
        ("own-address", "it has the second first", seen_by_right(IPV4, own=("fd00::2", "198.18.0.2"))),
        ("own-address", "it has one more", seen_by_right(IPV4, own=(*NODES, "10.0.0.7"))),
    ),
)


def named(left: str, right: str) -> Record:
    """Return two containers of the Pod called pod with these hostnames."""
    seen = [(name, did(0.1, "hostname", hostname=each, fqdn=each)) for name, each in (("left", left), ("right", right))]
    return record(pod(*(ran(name, 0.0, event, exited(0.2)) for name, event in seen)))


NAMED = Trial(
    judges.not_the_nodes_hostname,
    ("left", "right"),
    good=named("node-7", "node-7"),
    broken=(
        ("unwitnessed", "one never ran", without(named("node-7", "node-7"), "right")),
        ("own-hostname", "one has the Pod's", named("node-7", "pod")),
        ("own-hostname", "both have the Pod's", named("pod", "pod")),
        ("differs", "one has another", named("node-7", "node-8")),
    ),
)

TRIALS = (ADDRESSED, REPORTED, NAMED)


def test_a_missing_address_is_told_with_who_lacks_it() -> None:
    assert said(ADDRESSED(seen_by_right(LOOPBACK, IPV4))) == (
        "status.hostIPs tells fd00::2, which right does not have [absent]"
    )


def test_another_address_of_the_pod_is_told_beside_the_nodes() -> None:
    assert said(REPORTED(seen_by_right(IPV4, own=("10.0.0.7",)))) == (
        "status.podIPs is 10.0.0.7, but status.hostIPs is 198.18.0.2, fd00::2 [own-address]"
    )


def test_a_kubelet_that_tells_one_address_of_the_node_is_enough() -> None:
    history = seen_by_right(LOOPBACK, IPV4, nodes=(), own=("198.18.0.2",))
    assert rules(ADDRESSED(telling(history, hostIP="198.18.0.2"))) == set()
    assert REPORTED(telling(history, hostIP="198.18.0.2")) == []
