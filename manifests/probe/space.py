"""Verbs about a volume's room: statfs(2), and writing until it is full."""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING

import clib
import event

if TYPE_CHECKING:
    from argparse import Namespace

MEBIBYTE = 1 << 20
WORDS = 64  # more than a struct statfs has

statfs = clib.function("statfs", ctypes.c_char_p, ctypes.c_void_p)


def space(arguments: Namespace) -> None:
    """``space FOLDER``: print the magic number, the size and the free room of its file system."""
    room = os.statvfs(arguments.folder)
    event.emit(
        "space",
        folder=arguments.folder,
        magic=hex(magic_number(arguments.folder)),
        size=room.f_blocks * room.f_frsize,
        free=room.f_bavail * room.f_frsize,
    )


def fill(arguments: Namespace) -> None:
    """``fill FILE --mebibytes N``: write that much, or until it fails; each mebibyte is flushed to the disk, if any.

    Without the flush, dirty pages would fill a memory limit, and the file system would not count their blocks yet.
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
    """Return statfs(2)'s magic number: the first word of its struct, on all 64-bit Linux but s390x."""
    buffer = (ctypes.c_long * WORDS)()
    statfs(os.fsencode(folder), ctypes.byref(buffer))
    return int(buffer[0])


VERBS: event.Verbs = {
    "space": (event.parser("space", "folder"), space),
    "fill": (event.parser("fill", "file", event.number("--mebibytes", 1)), fill),
}
