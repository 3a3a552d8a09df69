"""Verbs of a web server's helpers: they follow and rotate its log, refresh what it serves, and reload it.

A helper signals the server by the process id in the server's pid file: both share a process namespace and a user.
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
import waits
import web

if TYPE_CHECKING:
    from argparse import Namespace

KEPT = 3  # versions that stay: a server may still be about to open an earlier one
HALVES = 0.2  # seconds between the halves of an overwrite in place


class Lines:
    """The whole lines of a file that another process writes."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.file, self.name, self.begun = file, name, b""

    def new(self) -> list[tuple[str, str]]:
        """Return the lines since the last look, each with the file's name."""
        *whole, self.begun = (self.begun + self.file.read()).split(b"\n")
        return [(self.name, line.decode(errors="replace")) for line in whole]


def follow_log(arguments: Namespace) -> int:
    """``follow-log FILE PIDFILE [--rotations N] [--every LINES] [--within SECONDS]``: print each line, until TERM.

    At TERM it reads to the end of the file, and ends. After every LINES lines it rotates the log as logrotate does: it
    renames the file and sends USR1, at which the server opens a new one. It reads the old file until the new one has a
    line: from then on, a server with one worker writes to the old one no more.
    """
    now = opened(arguments.file, arguments.within)
    if now is None:
        event.emit("no-log", file=arguments.file, errno="ENOENT", awaited=arguments.within)
        return 1
    before: Optional[Lines] = None
    number, rotations, wanted, over = 0, 0, arguments.rotations, False
    while not over:
        over = waits.caught(signal.SIGTERM, waits.INTERVAL) is not None
        if over:
            event.emit("terminated", signal="SIGTERM")
        lines = now.new()  # read first: once it has lines, the old file is complete
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
    """Close a followed file; an unfinished last line is an event."""
    if log is not None:
        if log.begun:
            event.emit("broken-line", file=log.name, text=log.begun.decode(errors="replace"))
        log.file.close()


def rotate(arguments: Namespace, number: int) -> Optional[Lines]:
    """Rename the log and have the server open it anew; return the new log, or None after an event that says why."""
    aside = f"{arguments.file}.{number}"
    os.rename(arguments.file, aside)
    event.emit("renamed", file=arguments.file, to=aside)
    why = send_signal(arguments.pidfile, signal.SIGUSR1)
    new = None if why else opened(arguments.file, arguments.within)
    if new is None:
        awaited = {} if why else {"awaited": arguments.within}
        event.emit("not-reopened", file=arguments.file, errno=why or "ENOENT", **awaited)
    return new


def opened(path: str, within: float) -> Optional[Lines]:
    """Return the file, once it exists; None once the time is over."""
    for _ in waits.looks(within):
        with contextlib.suppress(FileNotFoundError):
            return Lines(open(path, "rb", buffering=0), path)
    return None


def send_signal(pidfile: str, number: signal.Signals) -> str:
    """Send a signal to the server; return the errno's name where that failed, else an empty string."""
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
    """``publish FOLDER [--first N] [--last N] [--lines N] [--every SECONDS] [--in-place]``: show version after version.

    A version is written into a folder of its own, and then shown all at once: the symbolic link ``current`` is replaced
    by a rename, as the kubelet does with a ConfigMap's ``..data``. ``--in-place`` overwrites the shown version instead.
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
        if waits.caught(signal.SIGTERM, arguments.every):
            event.emit("terminated", signal="SIGTERM")
            return 0
        version += 1


def written(version: int, lines: int) -> bytes:
    """Return a version's content: the version begins every line; all versions have one length."""
    nonce = os.urandom(16).hex()
    return "".join(
        f"{version} {number:06} {nonce} {'.' * (9 - len(str(version)))}\n" for number in range(lines)
    ).encode()


def show(folder: str, version: int, text: bytes) -> None:
    """Write a version aside, and let the link point to it."""
    name = f"version-{version}"
    os.mkdir(os.path.join(folder, name))
    with open(os.path.join(folder, name, "content"), "wb") as file:
        file.write(text)
    os.symlink(name, os.path.join(folder, "next"))
    os.rename(os.path.join(folder, "next"), os.path.join(folder, "current"))
    shutil.rmtree(os.path.join(folder, f"version-{version - KEPT}"), ignore_errors=True)


def overwrite(path: str, text: bytes) -> None:
    """Write over the shown version: one half, and a moment later the other."""
    half = len(text) // 2
    with open(path, "r+b", buffering=0) as file:
        file.write(text[:half])
        time.sleep(HALVES)
        file.write(text[half:])


def reload(arguments: Namespace) -> int:
    """``reload PIDFILE FILE ADDRESS PORT [--every SECONDS] [--signal NAME] [--within SECONDS]``: reload until TERM.

    It writes one generation of the server's configuration after another, from the second on, has the server read it
    (HUP), and asks the server until that generation answers.
    """
    for generation in itertools.count(2):
        if waits.caught(signal.SIGTERM, arguments.every):
            event.emit("terminated", signal="SIGTERM")
            break
        with open(arguments.file + ".partial", "w", encoding="ascii") as file:
            file.write(f"set $generation {generation};\n")
        os.rename(arguments.file + ".partial", arguments.file)
        event.emit("reloading", generation=str(generation))
        if send_signal(arguments.pidfile, signal.Signals[f"SIG{arguments.signal}"]):
            return 1
        if (over := await_generation(arguments, str(generation))) is not None:
            return over
    return 0


def await_generation(arguments: Namespace, generation: str) -> Optional[int]:
    """Ask the server until an answer names that generation of its configuration; print the outcome.

    Return None where it did, else the exit code: 1 once the time is over, 0 at TERM, which the server gets, too.
    """
    end = time.monotonic() + arguments.within
    while True:
        last = time.monotonic() >= end
        try:
            _, now, _ = web.get(arguments, "/")
            if now == generation:
                event.emit("reloaded", generation=generation)
                return None
            why = {"answers_by": now}
        except (OSError, http.client.HTTPException) as error:
            why = {"errno": web.name_of(error)}
        if last:
            event.emit("not-reloaded", generation=generation, **why, awaited=arguments.within)
            return 1
        if waits.caught(signal.SIGTERM, waits.INTERVAL):
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
