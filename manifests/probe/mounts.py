"""Verbs that mount: a file system in memory inside a volume, and what others see of it.

What this process mounted is unmounted when it ends: by itself, by a failure, or by TERM. A mount that is propagated to
the node would keep the kubelet from removing the volume.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import signal
import threading
from typing import TYPE_CHECKING

import clib
import event

if TYPE_CHECKING:
    from argparse import Namespace

MNT_DETACH = 2  # umount2(2): gone at once for all processes, even with open files
OPTIONS = b"size=1m,mode=1777"  # of a tmpfs: tmpfs(5)

mount_at = clib.function("mount", ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p)
umount2 = clib.function("umount2", ctypes.c_char_p, ctypes.c_int)

_mounted: list[str] = []
_changing = threading.RLock()  # held while a mount and its entry change together; no event is printed under it


def mount(arguments: Namespace) -> int:
    """``mount FOLDER``: make the folder, mount a file system in memory there; from here on TERM ends this process."""
    os.mkdir(arguments.folder)
    try:
        with _changing:
            mount_at(b"podproof", arguments.folder.encode(), b"tmpfs", 0, OPTIONS)
            first = not _mounted
            _mounted.append(arguments.folder)
    except OSError as error:
        event.emit("not-mounted", folder=arguments.folder, errno=event.errno_name(error.errno))
        return 1
    if first:
        event.at_end(_unmount_all)
        atexit.register(_unmount_all)  # a traceback does not come to the last event
        threading.Thread(target=_end_on_term, daemon=True).start()
    event.emit("mounted", folder=arguments.folder)
    return 0


def unmount(arguments: Namespace) -> None:
    """``unmount FOLDER``: unmount what was mounted there; print why, where that fails."""
    _unmount(arguments.folder)


def _unmount(folder: str) -> None:
    try:
        with _changing:
            try:
                umount2(folder.encode(), MNT_DETACH)
            finally:
                _mounted.remove(folder)
    except OSError as error:
        event.emit("not-unmounted", folder=folder, errno=event.errno_name(error.errno))
    else:
        event.emit("unmounted", folder=folder)


def _unmount_all() -> None:
    """Unmount everything as the process ends, and let no thread mount any more."""
    _changing.acquire()
    while _mounted:
        _unmount(_mounted[-1])


def _end_on_term() -> None:
    signal.sigwait({signal.SIGTERM})
    event.emit("terminated", signal="SIGTERM")
    event.end(0)


VERBS: event.Verbs = {
    "mount": (event.parser("mount", "folder"), mount),
    "unmount": (event.parser("unmount", "folder"), unmount),
}
