"""Verbs about who a container is: its users and groups, its service account, its environment."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from typing import TYPE_CHECKING, Optional

import event
import files

if TYPE_CHECKING:
    from argparse import Namespace

TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"  # noqa: S105 # where it is mounted, no secret


def identity(_arguments: Namespace) -> None:
    """``identity``: print this process's users, groups and confinement, from /proc/self/status.

    ``uid`` and ``gid`` are the real, the effective, the saved and the file system's; ``seccomp`` is 2 where a filter is
    in force, 0 where there is none. ``bounding`` are the capabilities that any process of it may come to have.
    """
    status = {}
    with open("/proc/self/status", encoding="ascii", errors="replace") as file:
        for line in file:
            name, _, value = line.partition(":")
            status[name] = value.split()
    event.emit(
        "identity",
        uid=_numbers(status, "Uid"),
        gid=_numbers(status, "Gid"),
        groups=_numbers(status, "Groups"),
        seccomp=_number(status, "Seccomp"),
        no_new_privs=_number(status, "NoNewPrivs"),
        capabilities=next(iter(status.get("CapEff", [])), None),
        bounding=next(iter(status.get("CapBnd", [])), None),
        read_only_root=bool(os.statvfs("/").f_flag & os.ST_RDONLY),
    )


def user_map(_arguments: Namespace) -> None:
    """``user-map``: print the map of users and groups: first id inside, first id outside, how many."""
    event.emit("user-map", users=_map("uid_map"), groups=_map("gid_map"))


def read_token(arguments: Namespace) -> None:
    """``read-token [FILE]``: print the subject of the service account token and who may read its file, never the token.

    ``subject`` is the claim ``sub``. Judges weigh what was printed: the verb that follows runs either way.
    """
    try:
        with files.opened(arguments.file) as file:
            token, status = file.read().decode("ascii"), os.fstat(file.fileno())
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
    """Return the claim ``sub`` of a JWT, without a check of its signature; None where there is no JWT or no claim."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(claims["sub"])
    except (IndexError, KeyError, TypeError, ValueError):
        return None


def _map(name: str) -> list[list[int]]:
    with open("/proc/self/" + name, encoding="ascii") as lines:
        return [[int(value) for value in line.split()] for line in lines]


def _numbers(status: dict[str, list[str]], name: str) -> list[int]:
    return [int(value) for value in status.get(name, [])]


def _number(status: dict[str, list[str]], name: str) -> Optional[int]:
    """Return the one number of a line; None where the kernel has no such line."""
    return next(iter(_numbers(status, name)), None)


VERBS: event.Verbs = {
    "identity": (event.parser("identity"), identity),
    "user-map": (event.parser("user-map"), user_map),
    "read-token": (event.parser("read-token", event.argument("file", nargs="?", default=TOKEN)), read_token),
}
