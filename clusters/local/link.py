"""Addresses: the link between this machine and node 1, and what lies inside the cluster.

198.18.0.0/15 is set aside for benchmarks (RFC 2544) and collides with no real network; the IPv6 prefix is a
unique local one (RFC 4193). Pods, Services and further nodes lie in the nodes' own network namespaces, so every cluster
uses the same.
"""

import ipaddress
import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from clusters.cluster import ClusterError
from clusters.local import toolchain

LINKS = ipaddress.IPv4Network("198.18.0.0/18")
PODS = ("198.18.64.0/18", "fd70:6f64:7072:4000::/64")
SERVICES = ("198.19.0.0/16", "fd70:6f64:7072:8000::/108")
API_SERVICE = ("198.19.0.1", "fd70:6f64:7072:8000::1")
DNS_SERVICE = ("198.19.0.10", "fd70:6f64:7072:8000::a")
NODE_IPV6 = "fd70:6f64:7072::2"
FURTHER = ("198.18.128.0/24", "fd70:6f64:7072::1:0/112")
"""Of the nodes beside node 1; a node's address is that of its number."""


@dataclass(frozen=True)
class Link:
    """One veth pair; ``index`` counts the /30 networks of ``LINKS``."""

    index: int

    @property
    def interface(self) -> str:
        """Return the name of this machine's end; the node's end is eth0."""
        return f"podproof{self.index}"

    @property
    def network(self) -> ipaddress.IPv4Network:
        """Return the network that holds both ends and nothing else."""
        return ipaddress.IPv4Network((int(LINKS.network_address) + 4 * self.index, 30))

    @property
    def host(self) -> str:
        """Return the address of this machine's end."""
        return str(self.network[1])

    @property
    def node(self) -> str:
        """Return the node's address."""
        return str(self.network[2])


def pods(number: int) -> tuple[str, str]:
    """Return the ranges of the Pods of a node, IPv4 first."""
    ipv4, ipv6 = (
        next(islice(ipaddress.ip_network(network).subnets(new_prefix=length), number - 1, None))
        for network, length in zip(PODS, (22, 80), strict=True)
    )
    return str(ipv4), str(ipv6)


def further(number: int) -> list[str]:
    """Return the addresses of a node beside node 1, IPv4 first."""
    return [str(ipaddress.ip_network(network)[number]) for network in FURTHER]


def free() -> Link:
    """Return the first link that no interface of this machine uses or overlaps; the caller holds the machine's lock."""
    shown = subprocess.run(
        ["ip", "-json", "address"], env={"PATH": toolchain.search_path()}, capture_output=True, text=True, check=True
    )
    used = [
        ipaddress.IPv4Interface(f"{address['local']}/{address['prefixlen']}").network
        for interface in json.loads(shown.stdout)
        for address in interface.get("addr_info", [])
        if address.get("family") == "inet"
    ]
    return first_free(used, {path.name for path in Path("/sys/class/net").iterdir()})


def first_free(used: Iterable[ipaddress.IPv4Network], interfaces: set[str]) -> Link:
    """Return the first link that overlaps none of the networks and whose interface name is not taken."""
    taken = list(used)
    for index in range(LINKS.num_addresses // 4):
        link = Link(index)
        if link.interface not in interfaces and not any(link.network.overlaps(network) for network in taken):
            return link
    raise ClusterError(f"no free /30 network in {LINKS}: `ip address` shows what uses them")
