"""Verbs about who a container is: its users and groups, its service account, what it is told in its environment."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from typing import TYPE_CHECKING, Optional

import event

if TYPE_CHECKING:
    from argparse import Namespace

TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"  # noqa: S105 # where it is mounted, no secret


def identity(_arguments: Namespace) -> None:
    """``identity``: print the users and groups of this process and how it is confined, as /proc/self/status tells.

    ``uid`` and ``gid`` are the real, the effective, the saved and the file system's; ``seccomp`` is 2 where a filter is
    in force, 0 where there is none.
    """
    told = {}
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:
        for line in status:
            name, _, value = line.partition(":")
            told[name] = value.split()
    event.emit(
        "identity",
        uid=_numbers(told, "Uid"),
        gid=_numbers(told, "Gid"),
        groups=_numbers(told, "Groups"),
        seccomp=_number(told, "Seccomp"),
        no_new_privs=_number(told, "NoNewPrivs"),
        capabilities=next(iter(told.get("CapEff", [])), None),
    )


def user_map(_arguments: Namespace) -> None:
    """``user-map``: print how users and groups in here are those outside: first inside, first outside, how many."""
    event.emit("user-map", users=_map("uid_map"), groups=_map("gid_map"))


def read_token(arguments: Namespace) -> None:
    """``read-token [FILE]``: whose the service account token is, and who may read its file; never the token itself.

    ``subject`` is the claim ``sub``. What comes of it is for others to judge: the verb that follows runs either way.
    """
    try:
        with open(arguments.file, encoding="ascii") as file:
            token, status = file.read(), os.fstat(file.fileno())
    except OSError as error:
        event.emit("no-token", file=arguments.file, errno=event.errno_name(error.errno), reader=os.getuid())
        return
    event.emit(
        "token",
        file=arguments.file,
        subject=subject_of(token),
        sha256=hashlib.sha256(token.encode()).hexdigest(),
        owner=status.st_uid,
        group=status.st_gid,
        mode=oct(status.st_mode & 0o7777),
        reader=os.getuid(),
    )


def subject_of(token: str) -> Optional[str]:
    """The claim ``sub`` of a JWT; None where it is none, or has none. Its signature is not looked at."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(claims["sub"])
    except (IndexError, KeyError, TypeError, ValueError):
        return None


def _map(name: str) -> list[list[int]]:
    with open("/proc/self/" + name, encoding="ascii") as lines:
        return [[int(value) for value in line.split()] for line in lines]


def _numbers(told: dict[str, list[str]], name: str) -> list[int]:
    return [int(value) for value in told.get(name, [])]


def _number(told: dict[str, list[str]], name: str) -> Optional[int]:
    """The one number of a line; None where the kernel tells none."""
    return next(iter(_numbers(told, name)), None)


VERBS: event.Verbs = {
    "identity": (event.parser("identity"), identity),
    "user-map": (event.parser("user-map"), user_map),
    "read-token": (event.parser("read-token", event.argument("file", nargs="?", default=TOKEN)), read_token),
}
