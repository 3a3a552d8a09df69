"""Verbs about how much a volume holds: statfs(2), and writing until it is full."""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING

import event

if TYPE_CHECKING:
    from argparse import Namespace

MEBIBYTE = 1 << 20
WORDS = 64  # more than a struct statfs has

libc = ctypes.CDLL(None, use_errno=True)


def space(arguments: Namespace) -> None:
    """``space FOLDER``: print the magic number, the size and the room of the file system that a folder lies on."""
    told = os.statvfs(arguments.folder)
    event.emit(
        "space",
        folder=arguments.folder,
        magic=hex(magic_number(arguments.folder)),
        size=told.f_blocks * told.f_frsize,
        free=told.f_bavail * told.f_frsize,
    )


def fill(arguments: Namespace) -> None:
    """``fill FILE --mebibytes N``: write that much, or as much as is taken; each mebibyte reaches the disk, if any.

    What lies in no file system's cache is neither given back to a memory limit nor unknown to who counts its blocks.
    """
    part, goal, written = os.urandom(MEBIBYTE), arguments.mebibytes * MEBIBYTE, 0
    event.emit("filling", file=arguments.file, goal=goal)
    try:
        file = os.open(arguments.file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        try:
            while written < goal:
                written += os.write(file, part[written % MEBIBYTE :])
                os.fsync(file)
        finally:
            os.close(file)
    except OSError as error:
        event.emit("not-filled", file=arguments.file, bytes=written, errno=event.errno_name(error.errno))
    else:
        event.emit("filled", file=arguments.file, bytes=written)


def magic_number(folder: str) -> int:
    """What statfs(2) tells of a file system's type: the first word of its struct, on all 64-bit Linux but s390x."""
    told = (ctypes.c_long * WORDS)()
    if libc.statfs(os.fsencode(folder), ctypes.byref(told)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), folder)
    return int(told[0])


VERBS: event.Verbs = {
    "space": (event.parser("space", "folder"), space),
    "fill": (event.parser("fill", "file", event.number("--mebibytes", 1)), fill),
}
