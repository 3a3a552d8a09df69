"""Verbs about files: what containers read and write on shared volumes."""

from __future__ import annotations

import fcntl
import os
import signal
from typing import TYPE_CHECKING

import event
import waits

if TYPE_CHECKING:
    from argparse import Namespace
    from typing import BinaryIO

MOST_READ = 4096  # bytes that ``read`` prints of a file


def opened(path: str) -> BinaryIO:
    """Open a file for reading. It is looked for twice.

    The kubelet replaces the folder that a file of a ConfigMap, a Secret or a token lies in: a look that followed the
    link to the old one may find it gone. It does so once in some seconds at most.
    """
    try:
        return open(path, "rb")
    except FileNotFoundError:
        return open(path, "rb")


def list_folder(arguments: Namespace) -> None:
    """``list FOLDER``: print the names in a folder, its file system's type and its mode."""
    names = sorted(os.listdir(arguments.folder))
    mode = os.stat(arguments.folder).st_mode & 0o7777
    event.emit("listed", folder=arguments.folder, names=names, mode=oct(mode), filesystem=filesystem(arguments.folder))


def write(arguments: Namespace) -> None:
    """``write FILE [--content TEXT]``: write that, else a new random nonce, and print it; the file appears whole."""
    nonce = arguments.content or os.urandom(16).hex()
    partial = arguments.file + ".partial"
    with open(partial, "w", encoding="ascii") as file:
        file.write(nonce)
    os.rename(partial, arguments.file)
    event.emit("wrote", file=arguments.file, content=nonce)


def keep(arguments: Namespace) -> int:
    """``keep FILE``: read the file, or write a missing one, so that one run finds what an earlier one wrote."""
    if os.path.exists(arguments.file):
        return read(arguments)
    write(arguments)
    return 0


def remove(arguments: Namespace) -> None:
    """``remove FILE``: remove it, for every container."""
    os.remove(arguments.file)
    event.emit("removed", file=arguments.file)


def read(arguments: Namespace) -> int:
    """``read FILE [--within SECONDS]``: print the content, or why there is none once the time is over."""
    for last in waits.looks(arguments.within):
        try:
            with opened(arguments.file) as file:
                event.emit("read", file=arguments.file, content=file.read(MOST_READ).decode(errors="replace"))
                return 0
        except OSError as error:
            if last:
                why = event.errno_name(error.errno)
                event.emit("not-read", file=arguments.file, errno=why, awaited=arguments.within)
    return 1


def await_file(arguments: Namespace) -> int:
    """``await FILE``: wait for a file however long it takes, or until TERM, and print its content.

    For a wait that proves nothing, however long it is: who writes the file may not have been started yet.
    """
    while not os.path.exists(arguments.file):
        if waits.caught(signal.SIGTERM, waits.INTERVAL):
            event.emit("terminated", signal="SIGTERM")
            return 1
    return read(arguments)


def lock(arguments: Namespace) -> None:
    """``lock FILE [--shared]``: take a lock that the kernel frees when this process ends; print that another holds it.

    Those who share a lock refuse it to nobody but who wants it alone.
    """
    kind = fcntl.LOCK_SH if arguments.shared else fcntl.LOCK_EX
    try:
        fcntl.flock(lockable(arguments.file), kind | fcntl.LOCK_NB)
    except BlockingIOError as error:
        event.emit("lock-refused", file=arguments.file, errno=event.errno_name(error.errno))
    else:
        event.emit("locked", file=arguments.file)


def await_lock(arguments: Namespace) -> int:
    """``await-lock FILE``: take that lock once its holder's process is gone, however long it takes, or until TERM."""
    descriptor = lockable(arguments.file)
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waits.caught(signal.SIGTERM, waits.INTERVAL):
                event.emit("terminated", signal="SIGTERM")
                return 1
        else:
            event.emit("locked", file=arguments.file)
            return 0


def lockable(path: str) -> int:
    """Return a descriptor of a file, made if there is none; it is never closed, so that a lock is held for life."""
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o666)


def filesystem(folder: str) -> str:
    """Return the type of a folder's file system by /proc/self/mountinfo; ``unknown`` where that does not list it."""
    best, kind = "", "unknown"
    with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
        for line in mounts:
            fields, _, rest = line.partition(" - ")
            point = fields.split()[4]
            inside = folder == point or folder.startswith(point.rstrip("/") + "/")
            if inside and len(point) >= len(best):
                best, kind = point, rest.split()[0]
    return kind


_await = event.parser("await", "file")
_await.set_defaults(within=0.0)
_keep = event.parser("keep", "file")
_keep.set_defaults(within=0.0, content=None)
VERBS: event.Verbs = {
    "list": (event.parser("list", "folder"), list_folder),
    "write": (event.parser("write", "file", event.argument("--content")), write),
    "keep": (_keep, keep),
    "remove": (event.parser("remove", "file"), remove),
    "read": (event.parser("read", "file", within=True), read),
    "await": (_await, await_file),
    "lock": (event.parser("lock", "file", event.flag("--shared")), lock),
    "await-lock": (event.parser("await-lock", "file"), await_lock),
}
