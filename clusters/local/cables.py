"""The cable of a node, a veth pair: what ``ip`` is told at both of its ends. Pure: text out."""

from dataclasses import dataclass

from clusters.local import link as addresses
from clusters.local.configuration import Node


@dataclass(frozen=True)
class Cable:
    """One veth pair; the node's end is eth0.

    Attributes:
        interface: Name of the other end.
        inside: Lines of ``ip -batch`` for the node's end.
        outside: The same for the other end: on this machine for node 1, on node 1 for the others.
    """

    interface: str
    inside: list[str]
    outside: list[str]


def cable(node: Node) -> Cable:
    """Return the cable of a node."""
    return _to_node_1(node, node.first) if node.first else _to_machine(node)


def _to_machine(node: Node) -> Cable:
    link = node.link
    inside = [
        f"address add {link.node}/30 dev eth0",
        f"address add {addresses.NODE_IPV6}/128 dev eth0 nodad",
        "link set eth0 up",
        *_services(),
    ]
    outside = [f"address add {link.host}/30 dev {link.interface}", f"link set {link.interface} up"]
    return Cable(link.interface, inside, outside)


def _to_node_1(node: Node, first: Node) -> Cable:
    """Return a cable between two addresses, those of the nodes: behind each lies all else that its node leads to.

    A route is ``onlink`` because the kernel does not look for a neighbour while the other end is down.
    """
    interface = f"node{node.number}"
    inside, outside = ["link set eth0 up", *_services()], [f"link set {interface} up"]
    for family, (width, no_wait) in enumerate([(32, ""), (128, " nodad")]):
        here, there = node.of_both_families[family], first.of_both_families[family]
        pods = addresses.pods(node.number)[family]
        inside += [
            f"address add {here} peer {there}/{width} dev eth0{no_wait}",
            f"route add {addresses.PODS[family]} via {there} dev eth0 onlink",
            f"route add {addresses.FURTHER[family]} via {there} dev eth0 onlink",
            # Until there is a bridge, whose own route comes first: else packets would go to and fro on the cable.
            f"route add unreachable {pods} metric 4096",
        ]
        outside += [
            f"address add {there} peer {here}/{width} dev {interface}{no_wait}",
            f"route add {pods} via {here} dev {interface} onlink",
        ]
    return Cable(interface, inside, outside)


def _services() -> list[str]:
    """Return routes that no packet takes, because kube-proxy translates it; but the kernel needs a route first."""
    return [f"route add {network} dev eth0" for network in addresses.SERVICES]
