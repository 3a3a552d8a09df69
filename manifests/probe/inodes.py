"""Verbs about a file's inode: its facts, its names, and what outlives them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import event

if TYPE_CHECKING:
    from argparse import Namespace

LONGEST = 4096  # bytes of one read

_open: dict[str, int] = {}


def stat(arguments: Namespace) -> None:
    """``stat FILE``: print the facts of its inode, or the errno; the verb that follows runs either way."""
    try:
        found = os.lstat(arguments.file)
    except OSError as error:
        event.emit("not-there", file=arguments.file, errno=event.errno_name(error.errno))
        return
    access = {"mode": oct(found.st_mode & 0o7777), "uid": found.st_uid, "gid": found.st_gid}
    event.emit("stat", file=arguments.file, **access, inode=found.st_ino, device=found.st_dev, links=found.st_nlink)


def link(arguments: Namespace) -> None:
    """``link FILE NAME``: give the file a second name (a hard link)."""
    os.link(arguments.file, arguments.name)
    event.emit("linked", file=arguments.file, name=arguments.name)


def make_folder(arguments: Namespace) -> None:
    """``make-folder FOLDER [--mode MODE]``: make it with that mode; by default the umask decides."""
    os.mkdir(arguments.folder)
    if arguments.mode is not None:
        os.chmod(arguments.folder, arguments.mode)
    event.emit("folder-made", folder=arguments.folder, mode=oct(os.stat(arguments.folder).st_mode & 0o7777))


def open_file(arguments: Namespace) -> None:
    """``open FILE``: open it, and keep it open."""
    _open[arguments.file] = os.open(arguments.file, os.O_RDONLY)
    event.emit("opened", file=arguments.file)


def read_open(arguments: Namespace) -> int:
    """``read-open FILE``: print the content of the file that was opened under that name, and how many names it has."""
    descriptor = _open[arguments.file]
    try:
        content = os.pread(descriptor, LONGEST, 0).decode(errors="replace")
        links = os.fstat(descriptor).st_nlink
    except OSError as error:
        event.emit("open-not-read", file=arguments.file, errno=event.errno_name(error.errno))
        return 0
    event.emit("open-read", file=arguments.file, content=content, links=links)
    return 0


def empty(arguments: Namespace) -> None:
    """``empty FILE``: truncate it to nothing."""
    os.truncate(arguments.file, 0)
    event.emit("emptied", file=arguments.file)


def try_write(arguments: Namespace) -> None:
    """``try-write FILE``: write to it, or make it; print that this succeeded, or why not.

    Judges weigh what was printed: the verb that follows runs either way.
    """
    nonce = os.urandom(16).hex()
    try:
        with open(arguments.file, "a", encoding="ascii") as file:
            file.write(nonce)
    except OSError as error:
        event.emit("write-refused", file=arguments.file, errno=event.errno_name(error.errno))
    else:
        event.emit("write-done", file=arguments.file, content=nonce)


MODE = event.argument("--mode", type=lambda text: int(text, 8), default=None)
VERBS: event.Verbs = {
    "stat": (event.parser("stat", "file"), stat),
    "link": (event.parser("link", "file", "name"), link),
    "make-folder": (event.parser("make-folder", "folder", MODE), make_folder),
    "open": (event.parser("open", "file"), open_file),
    "read-open": (event.parser("read-open", "file"), read_open),
    "empty": (event.parser("empty", "file"), empty),
    "try-write": (event.parser("try-write", "file"), try_write),
}
