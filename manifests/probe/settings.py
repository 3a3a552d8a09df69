"""Verbs about configuration: files that are updated from outside, and environment variables."""

from __future__ import annotations

import contextlib
import hashlib
import os
import select
import signal
from typing import TYPE_CHECKING, Optional

import coherence
import event
import files
import waits

if TYPE_CHECKING:
    from argparse import Namespace

INTERVAL = 0.1  # seconds between two looks at a file that is updated at most every few seconds
PAIR_INTERVAL = 0.02  # seconds, where nothing was noticed meanwhile
BUSY_LOOKS = 1000  # at once after a notice: about 50 ms
MOST_SHOWN = 4096  # characters of a file


def follow(arguments: Namespace) -> int:
    """``follow FILE [--digest] [--until CONTENT]``: print its content, and each new one; at TERM, print it once more.

    ``--digest`` prints the SHA-256 of a secret content, such as a token.
    ``--until`` ends the verb once the file has that content.
    """
    awaited = None if arguments.until is None else arguments.until.encode()
    known = _content(arguments.file)
    event.emit("read", file=arguments.file, **_fields(known, arguments))
    while known != awaited:
        if waits.caught(signal.SIGTERM, INTERVAL):
            event.emit("terminated", signal="SIGTERM")
            event.emit("read", file=arguments.file, **_fields(_content(arguments.file), arguments))
            return 0 if awaited is None else 1
        now = _content(arguments.file)
        if now != known:
            known = now
            event.emit("changed", file=arguments.file, **_fields(known, arguments))
    return 0


def follow_pair(arguments: Namespace) -> int:
    """``follow-pair FILE OTHER --watch FOLDER``: print two files' contents, and each new pair; at TERM, once more.

    A pair is of one moment: the first file has the same content before and after the other is read. A notice of the
    kernel that something changes in the folder (inotify) has them read at once, again and again. All notices are
    printed at the end. Without inotify, which a user may have too many of, the files are read now and then.
    """
    noticing = _noticing(arguments.watch)
    told: list[dict[str, object]] = []
    pair = _pair(arguments)
    event.emit("pair", first=pair[0], other=pair[1])
    busy = looks = 0
    while True:
        term = signal.sigtimedwait({signal.SIGTERM}, 0)
        if term and term.si_signo == signal.SIGTERM:
            break
        if select.select(noticing, [], [], 0 if busy else PAIR_INTERVAL)[0]:
            told += _told(noticing[0])
            busy = BUSY_LOOKS
        now = _pair(arguments)
        looks, busy = looks + 1, max(busy - 1, 0)
        if now != pair:
            pair = now
            event.emit("pair-changed", first=pair[0], other=pair[1])
    event.emit("terminated", signal="SIGTERM")
    while select.select(noticing, [], [], 0)[0]:  # what came before TERM, too
        told += _told(noticing[0])
    pair = _pair(arguments)
    event.emit("pair", first=pair[0], other=pair[1], looks=looks)
    if noticing:
        event.emit("notices", folder=arguments.watch, notices=told)
    return 0


def _noticing(folder: str) -> list[int]:
    """Return a descriptor of inotify(7) for the folder; none, and an event, where there is no inotify to be had."""
    try:
        return [coherence.watching(folder)]
    except OSError as error:
        event.emit("not-watched", folder=folder, errno=event.errno_name(error.errno))
        return []


def _told(noticing: int) -> list[dict[str, object]]:
    """Return the notices that have come: each the name in the folder, and what happened to it."""
    return [
        {"name": name, "told": changes} for name, changes in coherence.notices(os.read(noticing, coherence.LONGEST))
    ]


def environment(arguments: Namespace) -> None:
    """``environment NAME…``: print the values of these variables; null for one that is not set."""
    event.emit("environment", values={name: os.environ.get(name) for name in arguments.names})


def write_environment(arguments: Namespace) -> None:
    """``write-environment FILE [--also NAME]``: write variables, one of them new and random, in Kubernetes' syntax.

    https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-via-file/#env-file-syntax
    """
    values = {
        "NONCE": os.urandom(16).hex(),
        "LITERAL": 'two  spaces, $HOME, "quotes", \\n, # no comment',
        "LINES": "the first\nthe second",
    }
    values.update({name: os.urandom(16).hex() for name in arguments.also})
    lines = ["# a comment, a blank line, and a variable behind spaces", "", f"  NONCE='{values['NONCE']}'"]
    lines += [f"{name}='{value}'" for name, value in values.items() if name != "NONCE"]
    partial = arguments.file + ".partial"
    with open(partial, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    os.rename(partial, arguments.file)
    event.emit("wrote-environment", file=arguments.file, values=values)


def _pair(arguments: Namespace) -> tuple[Optional[str], Optional[str]]:
    """Return the contents of two files at one moment."""
    while True:
        first, other, again = (_shown(path) for path in (arguments.file, arguments.other, arguments.file))
        if first == again:
            return first, other


def _shown(path: str) -> Optional[str]:
    """Return a file's content; None where there is none."""
    with contextlib.suppress(FileNotFoundError):
        return _content(path).decode(errors="replace")[:MOST_SHOWN]
    return None


def _content(path: str) -> bytes:
    with files.opened(path) as file:
        return file.read()


def _fields(content: bytes, arguments: Namespace) -> dict[str, object]:
    if arguments.digest:
        return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return {"content": content.decode(errors="replace")[:MOST_SHOWN]}


WATCH = event.argument("--watch", required=True, metavar="FOLDER")
UNTIL = event.argument("--until", metavar="CONTENT")
NAMES = event.argument("names", nargs="+", metavar="NAME")
ALSO = event.argument("--also", action="append", default=[], metavar="NAME")
VERBS: event.Verbs = {
    "follow": (event.parser("follow", "file", event.flag("--digest"), UNTIL), follow),
    "follow-pair": (event.parser("follow-pair", "file", "other", WATCH), follow_pair),
    "environment": (event.parser("environment", NAMES), environment),
    "write-environment": (event.parser("write-environment", "file", ALSO), write_environment),
}
