"""Verbs about names: this container's own, those that it can resolve, and its resolver's settings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Dict, List

import clib
import event
import waits
from lookup import look_up, name_of

if TYPE_CHECKING:
    from argparse import Namespace

INTERVAL = 0.1  # seconds between two tries to resolve a name
PATIENCE = 2.0  # seconds that one look-up has at least
RESOLVER = "/etc/resolv.conf"


def tell_hostname(_arguments: Namespace) -> None:
    """``tell-hostname``: print the kernel's hostname, and its fully qualified name.

    The latter is the canonical name of the hostname by the resolver, as in ``hostname --fqdn``.
    """
    hostname = os.uname().nodename
    try:
        fqdn = look_up(hostname, PATIENCE).canonical
    except OSError as error:
        event.emit("hostname", hostname=hostname, fqdn=None, errno=name_of(error))
    else:
        event.emit("hostname", hostname=hostname, fqdn=fqdn)


def resolve(arguments: Namespace) -> None:
    """``resolve NAME [--within SECONDS]``: look the name up until it has an address; print all, or why there is none.

    Judges weigh what was printed: the verb that follows runs either way.
    """
    over = clib.Within(arguments.within)
    for last in waits.looks(arguments.within, INTERVAL):
        try:
            found = look_up(arguments.name, max(over.left(), PATIENCE))
        except OSError as error:
            if last:
                event.emit("unresolved", host=arguments.name, errno=name_of(error), awaited=arguments.within)
        else:
            event.emit("resolved", host=arguments.name, addresses=sorted(found.addresses))
            return


def tell_resolver(_arguments: Namespace) -> None:
    """``tell-resolver``: print the nameservers, the search domains and the options of /etc/resolv.conf."""
    with open(RESOLVER, encoding="utf-8", errors="replace") as file:
        event.emit("resolver", **understood(file.read()))


def understood(text: str) -> Dict[str, List[str]]:
    """Return the settings in a resolv.conf(5): the last search line counts, of the others every one."""
    nameservers: List[str] = []
    searches: List[str] = []
    options: List[str] = []
    for line in text.splitlines():
        keyword, *values = line.split() or [""]
        if keyword == "nameserver":
            nameservers += values[:1]
        elif keyword in {"search", "domain"}:
            searches = values
        elif keyword == "options":
            options += values
    return {"nameservers": nameservers, "searches": searches, "options": options}


VERBS: event.Verbs = {
    "tell-hostname": (event.parser("tell-hostname"), tell_hostname),
    "resolve": (event.parser("resolve", "name", within=True), resolve),
    "tell-resolver": (event.parser("tell-resolver"), tell_resolver),
}
