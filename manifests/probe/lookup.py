"""Names and their addresses, by this container's resolver (hosts file, DNS); and the names of errors."""

from __future__ import annotations

import contextlib
import math
import socket
import threading
from typing import List, NamedTuple, Union

import event

SLICE = 0.1  # seconds of waiting that are counted at once
FAMILIES = {"ipv4": socket.AF_INET, "ipv6": socket.AF_INET6}
_EAI = {getattr(socket, name): name for name in dir(socket) if name.startswith("EAI_")}


class Found(NamedTuple):
    """The addresses of a name, each once, in the resolver's order, and its canonical name."""

    addresses: List[str]
    canonical: str


def look_up(name: str, within: float, family: str = "") -> Found:
    """Look a name up once; an address is its own result, without a query.

    getaddrinfo(3) has no argument for a time limit: it runs in a thread, which is abandoned at the limit. The limit
    guards against a resolver that hangs; what this process was stopped for does not count: both threads were.

    Raises:
        OSError: ``socket.gaierror`` for an unknown name, ``socket.timeout`` where no answer came in time.
    """
    outcome: List[Union[Found, OSError]] = []

    def ask() -> None:
        try:
            wanted = FAMILIES.get(family, socket.AF_UNSPEC)
            found = socket.getaddrinfo(name, None, wanted, socket.SOCK_STREAM, 0, socket.AI_CANONNAME)
        except OSError as error:
            outcome.append(error)
        else:
            outcome.append(Found(list(dict.fromkeys(str(each[4][0]) for each in found)), found[0][3]))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    for _ in range(math.ceil(within / SLICE)):
        asking.join(SLICE)
        if outcome:
            break
    if not outcome:
        raise socket.timeout
    if isinstance(outcome[0], OSError):
        raise outcome[0]
    return outcome[0]


def is_address(text: str) -> bool:
    """Return whether it is an IPv4 or IPv6 address, not a name."""
    for family in FAMILIES.values():
        with contextlib.suppress(OSError):
            socket.inet_pton(family, text)
            return True
    return False


def name_of(error: OSError) -> str:
    """Return the errno's name, or the resolver's (``EAI_NONAME``); Python's own time-out has no number."""
    if isinstance(error, socket.timeout):
        return "ETIMEDOUT"
    if isinstance(error, socket.gaierror):
        return _EAI.get(error.errno, str(error.errno))
    return str(event.errno_name(error.errno))
