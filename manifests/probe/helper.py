"""Verbs of a web server's helpers: they follow its log and rotate it, refresh what it serves, and reload it.

A server is told by its own signals, through the file in which it keeps its process id: its helper shares its process
namespace and its user.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import itertools
import os
import shutil
import signal
import time
from typing import TYPE_CHECKING, BinaryIO, Optional

import event
import web

if TYPE_CHECKING:
    from argparse import Namespace

INTERVAL = 0.02  # seconds between two looks
KEPT = 3  # versions of a content: a server may still be about to open the one before
HALVES = 0.2  # seconds that a content which is overwritten in place stays half done


class Lines:
    """The whole lines of a file that somebody else writes."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.file, self.name, self.begun = file, name, b""

    def new(self) -> list[tuple[str, str]]:
        """Those that came since the last look, each with the file's name."""
        *whole, self.begun = (self.begun + self.file.read()).split(b"\n")
        return [(self.name, line.decode(errors="replace")) for line in whole]


def follow_log(arguments: Namespace) -> int:
    """``follow-log FILE PIDFILE [--rotations N] [--every LINES] [--within SECONDS]``: print each line, until TERM.

    TERM makes it read to the end of the file before it ends. After every so many lines it rotates the log as logrotate
    does: it renames the file and sends USR1, at which the server opens a new one. The old one is read on until the new
    one has a line: a server with one worker writes to the old one no more by then.
    """
    now = opened(arguments.file, arguments.within)
    if now is None:
        event.emit("no-log", file=arguments.file, errno="ENOENT", awaited=arguments.within)
        return 1
    before: Optional[Lines] = None
    number, rotations, wanted, over = 0, 0, arguments.rotations, False
    while not over:
        over = signal.sigtimedwait({signal.SIGTERM}, INTERVAL) is not None
        if over:
            event.emit("terminated", signal="SIGTERM")
        lines = now.new()  # first: when it has lines, all of the file before is there
        rotated = before is not None and bool(lines)
        if before is not None:
            lines = before.new() + lines
        for name, text in lines:
            number += 1
            event.emit("line", number=number, file=name, text=text)
        if rotated:
            close(before)
            before = None
            event.emit("rotated", rotations=rotations)
            if rotations == arguments.rotations:
                event.emit("all-rotated", rotations=rotations)
        if before is None and rotations < wanted and number >= arguments.every * (rotations + 1) and not over:
            rotations += 1
            new = rotate(arguments, rotations)
            if new is None:
                wanted = 0
            else:
                before, now = now, new
                before.name = f"{arguments.file}.{rotations}"
    close(before)
    close(now)
    event.emit("followed", lines=number, rotations=rotations)
    return 0


def close(log: Optional[Lines]) -> None:
    """A file is followed no more; the line that it breaks off in, if any, is an event."""
    if log is not None:
        if log.begun:
            event.emit("broken-line", file=log.name, text=log.begun.decode(errors="replace"))
        log.file.close()


def rotate(arguments: Namespace, number: int) -> Optional[Lines]:
    """Rename the log and have the server open it anew; None, and why, where it did not."""
    aside = f"{arguments.file}.{number}"
    os.rename(arguments.file, aside)
    event.emit("renamed", file=arguments.file, to=aside)
    why = tell(arguments.pidfile, signal.SIGUSR1)
    new = None if why else opened(arguments.file, arguments.within)
    if new is None:
        awaited = {} if why else {"awaited": arguments.within}
        event.emit("not-reopened", file=arguments.file, errno=why or "ENOENT", **awaited)
    return new


def opened(path: str, within: float) -> Optional[Lines]:
    """The file, once it is there."""
    end = time.monotonic() + within
    while True:
        with contextlib.suppress(FileNotFoundError):
            return Lines(open(path, "rb", buffering=0), path)
        if time.monotonic() >= end:
            return None
        time.sleep(INTERVAL)


def tell(pidfile: str, number: signal.Signals) -> str:
    """Send a signal to the server; answers the errno's name where that failed, else nothing."""
    try:
        with open(pidfile, encoding="ascii") as file:
            pid = int(file.read())
        os.kill(pid, number)
    except OSError as error:
        event.emit("not-signalled", pidfile=pidfile, signal=number.name, errno=event.errno_name(error.errno))
        return str(event.errno_name(error.errno))
    event.emit("signalled", pid=pid, signal=number.name)
    return ""


def publish(arguments: Namespace) -> int:
    """``publish FOLDER [--first N] [--last N] [--lines N] [--every SECONDS] [--in-place]``: one version after another.

    A version is written into a folder of its own, and then shown all at once: the symbolic link ``current`` is replaced
    by a rename, as the kubelet does with a ConfigMap's ``..data``. ``--in-place`` overwrites what is shown instead.
    Without ``--last`` it goes on until TERM.
    """
    version = arguments.first
    while True:
        text = written(version, arguments.lines)
        if arguments.in_place:
            overwrite(os.path.join(arguments.folder, "current", "content"), text)
        else:
            show(arguments.folder, version, text)
        event.emit("published", version=str(version), bytes=len(text), sha256=hashlib.sha256(text).hexdigest())
        if version == arguments.last:
            return 0
        if signal.sigtimedwait({signal.SIGTERM}, arguments.every):
            event.emit("terminated", signal="SIGTERM")
            return 0
        version += 1


def written(version: int, lines: int) -> bytes:
    """A content: its version at the beginning of every line; as long in every version."""
    nonce = os.urandom(16).hex()
    return "".join(
        f"{version} {number:06} {nonce} {'.' * (9 - len(str(version)))}\n" for number in range(lines)
    ).encode()


def show(folder: str, version: int, text: bytes) -> None:
    """Write a version aside, and replace the link to the one before."""
    name = f"version-{version}"
    os.mkdir(os.path.join(folder, name))
    with open(os.path.join(folder, name, "content"), "wb") as file:
        file.write(text)
    os.symlink(name, os.path.join(folder, "next"))
    os.rename(os.path.join(folder, "next"), os.path.join(folder, "current"))
    shutil.rmtree(os.path.join(folder, f"version-{version - KEPT}"), ignore_errors=True)


def overwrite(path: str, text: bytes) -> None:
    """Write over what is there: one half, and a moment later the other."""
    half = len(text) // 2
    with open(path, "r+b", buffering=0) as file:
        file.write(text[:half])
        time.sleep(HALVES)
        file.write(text[half:])


def reload(arguments: Namespace) -> int:
    """``reload PIDFILE FILE ADDRESS PORT [--every SECONDS] [--signal NAME] [--within SECONDS]``, until TERM.

    Writes one generation of the server's configuration after another, the second first, has the server read it (HUP),
    and asks it until it answers by it.
    """
    for generation in itertools.count(2):
        if signal.sigtimedwait({signal.SIGTERM}, arguments.every):
            event.emit("terminated", signal="SIGTERM")
            break
        with open(arguments.file + ".partial", "w", encoding="ascii") as file:
            file.write(f"set $generation {generation};\n")
        os.rename(arguments.file + ".partial", arguments.file)
        event.emit("reloading", generation=str(generation))
        if tell(arguments.pidfile, signal.Signals[f"SIG{arguments.signal}"]):
            return 1
        if (over := took(arguments, str(generation))) is not None:
            return over
    return 0


def took(arguments: Namespace, generation: str) -> Optional[int]:
    """Ask the server until it answers by that generation of its configuration; every outcome is an event.

    Answers the exit code where that was the end: it did not come to do so, or TERM came, which the server gets, too.
    """
    end = time.monotonic() + arguments.within
    while True:
        try:
            _, now, _ = web.get(arguments, "/")
            if now == generation:
                event.emit("reloaded", generation=generation)
                return None
            why = {"answers_by": now}
        except (OSError, http.client.HTTPException) as error:
            why = {"errno": web.name_of(error)}
        if time.monotonic() >= end:
            event.emit("not-reloaded", generation=generation, **why, awaited=arguments.within)
            return 1
        if signal.sigtimedwait({signal.SIGTERM}, INTERVAL):
            event.emit("terminated", signal="SIGTERM")
            return 0


_follow = event.parser(
    "follow-log", "file", "pidfile", event.number("--rotations", 0), event.number("--every", 1), within=True
)
_publish = event.parser(
    "publish",
    "folder",
    event.number("--first", 1),
    event.number("--last", 0),
    event.number("--lines", 4000),
    event.number("--every", 0.1),
    event.flag("--in-place"),
)
_reload = event.parser(
    "reload",
    "pidfile",
    "file",
    "address",
    event.PORT,
    event.number("--every", 0.3),
    event.argument("--signal", default="HUP", choices=["HUP", "TERM"]),
    within=True,
)
VERBS: event.Verbs = {
    "follow-log": (_follow, follow_log),
    "publish": (_publish, publish),
    "reload": (_reload, reload),
}
