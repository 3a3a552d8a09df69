"""Verbs about the kernel's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import event

if TYPE_CHECKING:
    from argparse import Namespace


def read_sysctl(arguments: Namespace) -> None:
    """``read-sysctl NAME``: print this container's value, words separated by one space, or the errno."""
    try:
        with open("/proc/sys/" + arguments.name.replace(".", "/"), encoding="ascii") as file:
            event.emit("sysctl", sysctl=arguments.name, value=" ".join(file.read().split()))
    except OSError as error:
        event.emit("no-sysctl", sysctl=arguments.name, errno=event.errno_name(error.errno))


VERBS: event.Verbs = {"read-sysctl": (event.parser("read-sysctl", "name"), read_sysctl)}
