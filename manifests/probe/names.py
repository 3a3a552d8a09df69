"""Verbs about names: this container's own, those that it can resolve, and its resolver's settings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Dict, List

import clib
import event
import waits
from lookup import FAMILIES, Found, look_up, name_of

if TYPE_CHECKING:
    from argparse import Namespace

INTERVAL = 0.1  # seconds between two tries to resolve a name
PATIENCE = 2.0  # seconds that one look-up has at least
ANSWERS_WITHIN = 10.0  # seconds that a resolver has which need not ask anybody
NO_ANSWER = ("ETIMEDOUT", "EAI_AGAIN")
RESOLVER, HOSTS = "/etc/resolv.conf", "/etc/hosts"


def tell_hostname(_arguments: Namespace) -> None:
    """``tell-hostname``: print the kernel's hostname, and its fully qualified name.

    The latter is the canonical name of the hostname by the resolver, as in ``hostname --fqdn``. Where there is none,
    ``listed`` tells whether the hosts file has the hostname.
    """
    hostname = os.uname().nodename
    try:
        fqdn = answered(hostname, PATIENCE).canonical
    except OSError as error:
        event.emit("hostname", hostname=hostname, fqdn=None, errno=name_of(error), listed=in_hosts(hostname))
    else:
        event.emit("hostname", hostname=hostname, fqdn=fqdn)


def resolve(arguments: Namespace) -> None:
    """``resolve NAME [--family F] [--within SECONDS]``: look a name up until it has an address; print all, or why not.

    With a family it is looked up until it has an address of that one: a resolver asks for each family by itself, and an
    answer may be lost, or come later. Judges weigh what was printed: the verb that follows runs either way. Without an
    address, ``listed`` tells whether the hosts file has the name.
    """
    over = clib.Within(arguments.within)
    for last in waits.looks(arguments.within, INTERVAL):
        try:
            found = sorted(answered(arguments.name, max(over.left(), PATIENCE)).addresses)
        except OSError as error:
            found, why = [], name_of(error)
        if found and (has_family(found, arguments.family) or last):
            event.emit("resolved", host=arguments.name, addresses=found)
            return
        if last:
            known = in_hosts(arguments.name)
            event.emit("unresolved", host=arguments.name, errno=why, awaited=arguments.within, listed=known)
            return


def answered(name: str, within: float) -> Found:
    """Look a name up. Where no answer came, although the hosts file has it, ask again: the node may be starved.

    Raises:
        OSError: as ``look_up`` does.
    """
    for last in waits.looks(ANSWERS_WITHIN, INTERVAL):
        try:
            return look_up(name, within)
        except OSError as error:
            if last or name_of(error) not in NO_ANSWER or not in_hosts(name):
                raise
    raise AssertionError("the last look returns or raises")


def in_hosts(name: str) -> bool:
    """Return whether the hosts file has a name; False where there is no such file."""
    try:
        with open(HOSTS, encoding="utf-8", errors="replace") as file:
            return any(name.lower() in line.lower().partition("#")[0].split()[1:] for line in file)
    except OSError:
        return False


def has_family(addresses: List[str], family: str) -> bool:
    """Return whether one of the addresses is of the family ``ipv4`` or ``ipv6``; any will do without a family."""
    return not family or any((":" in address) == (family == "ipv6") for address in addresses)


def tell_resolver(_arguments: Namespace) -> None:
    """``tell-resolver``: print the nameservers, the search domains and the options of /etc/resolv.conf.

    Where there is no such file, or none that can be read, there are none: that is for judges to see.
    """
    try:
        with open(RESOLVER, encoding="utf-8", errors="replace") as file:
            event.emit("resolver", **understood(file.read()))
    except OSError as error:
        event.emit("resolver", **understood(""), errno=event.errno_name(error.errno))


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


FAMILY = event.argument("--family", choices=FAMILIES, default="", help="of an address that has to be there")
VERBS: event.Verbs = {
    "tell-hostname": (event.parser("tell-hostname"), tell_hostname),
    "resolve": (event.parser("resolve", "name", FAMILY, within=True), resolve),
    "tell-resolver": (event.parser("tell-resolver"), tell_resolver),
}
