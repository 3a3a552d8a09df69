"""Controls of Pods on their node's network."""

from __future__ import annotations

from suite.control import Control, Json, pods_of


def a_network_of_its_own(objects: list[Json]) -> list[Json]:
    """Remove hostNetwork."""
    for pod in pods_of(objects):
        del pod["spec"]["hostNetwork"]
    return objects


A_NETWORK_OF_ITS_OWN = Control("a-network-of-its-own", ("absent",), a_network_of_its_own)
ADDRESSES_OF_ITS_OWN = Control("addresses-of-its-own", ("own-address",), a_network_of_its_own)
A_HOSTNAME_OF_ITS_OWN = Control("a-hostname-of-its-own", ("own-hostname",), a_network_of_its_own)
