"""Controls of Pods on their node's network."""

from __future__ import annotations

from suite.control import Control, Json, in_another_pod, pods_of


def a_network_of_its_own(objects: list[Json]) -> list[Json]:
    """Remove hostNetwork."""
    for pod in pods_of(objects):
        del pod["spec"]["hostNetwork"]
    return objects


def right_off_the_node(objects: list[Json]) -> list[Json]:
    """Move one app into a Pod that is not on its node's network."""
    first, second = in_another_pod("right")(objects)
    del second["spec"]["hostNetwork"]
    return [first, second]


A_NETWORK_OF_ITS_OWN = Control("a-network-of-its-own", ("absent",), a_network_of_its_own)
ADDRESSES_OF_ITS_OWN = Control("addresses-of-its-own", ("own-address",), a_network_of_its_own)
A_HOSTNAME_OF_ITS_OWN = Control("a-hostname-of-its-own", ("own-hostname",), a_network_of_its_own)
RIGHT_OFF_THE_NODE = Control("right-off-the-node", ("differs",), right_off_the_node)
