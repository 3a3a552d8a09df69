"""Verbs about a container's surroundings: its namespaces, and the size of one of its file systems."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import event

if TYPE_CHECKING:
    from argparse import Namespace

KINDS = ("ipc", "net", "uts", "pid", "mnt", "user", "cgroup")


def list_namespaces(_arguments: Namespace) -> None:
    """``list-namespaces``: print the kernel's names of this process's namespaces, or the errno of a hidden one."""
    event.emit("namespaces", **{kind: namespace_of(kind) for kind in KINDS})


def namespace_of(kind: str) -> str:
    """Return the kernel's name of a namespace, such as ``ipc:[4026531839]``, or the errno."""
    try:
        return os.readlink(f"/proc/self/ns/{kind}")
    except OSError as error:
        return event.errno_name(error.errno)


def measure(arguments: Namespace) -> None:
    """``measure-folder FOLDER``: print the size of its file system, by statvfs(3)."""
    found = os.statvfs(arguments.folder)
    event.emit("measured", folder=arguments.folder, bytes=found.f_blocks * found.f_frsize)


VERBS: event.Verbs = {
    "list-namespaces": (event.parser("list-namespaces"), list_namespaces),
    "measure-folder": (event.parser("measure-folder", "folder"), measure),
}
