"""Verbs about what surrounds a container: its namespaces, and the size of a file system that it was given."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import event

if TYPE_CHECKING:
    from argparse import Namespace

KINDS = ("ipc", "net", "uts", "pid", "mnt", "user", "cgroup")


def list_namespaces(_arguments: Namespace) -> None:
    """``list-namespaces``: the kernel's names of the namespaces of this process, and the errno of one that it hides."""
    event.emit("namespaces", **{kind: namespace_of(kind) for kind in KINDS})


def namespace_of(kind: str) -> str:
    """The kernel's name of one, such as ``ipc:[4026531839]``, or the errno."""
    try:
        return os.readlink(f"/proc/self/ns/{kind}")
    except OSError as error:
        return event.errno_name(error.errno)


def measure(arguments: Namespace) -> None:
    """``measure-folder FOLDER``: print the size of the file system that it lies on, as statvfs(3) tells."""
    found = os.statvfs(arguments.folder)
    event.emit("measured", folder=arguments.folder, bytes=found.f_blocks * found.f_frsize)


VERBS: event.Verbs = {
    "list-namespaces": (event.parser("list-namespaces"), list_namespaces),
    "measure-folder": (event.parser("measure-folder", "folder"), measure),
}
