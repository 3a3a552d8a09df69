"""The addresses of a Pod, from its status."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

VERSIONS = {"ipv4": 4, "ipv6": 6}


def of_status(status: dict[str, Any]) -> list[str]:
    """Return ``status.podIPs`` as the kernel would write them; empty as long as the Pod has none."""
    return [str(ipaddress.ip_address(each["ip"])) for each in status.get("podIPs") or []]


def of_family(addresses: Iterable[str], family: str) -> str | None:
    """Return the first address of a family, ``ipv4`` or ``ipv6``, or None."""
    return next((a for a in addresses if ipaddress.ip_address(a).version == VERSIONS[family]), None)
