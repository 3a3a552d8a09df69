"""Verbs about a container's own life: lasting work, an exit code, a crash, the TERM signal."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from typing import TYPE_CHECKING, Union

import event

if TYPE_CHECKING:
    from argparse import Namespace

PR_SET_DUMPABLE = 4  # prctl(2)
MESSAGE = "/dev/termination-log"  # the default of terminationMessagePath


def work(arguments: Namespace) -> None:
    """``work SECONDS``: stay alive for that long."""
    event.emit("working", seconds=arguments.seconds)
    time.sleep(arguments.seconds)
    event.emit("worked", seconds=arguments.seconds)


def leave(arguments: Namespace) -> None:
    """``exit CODE``: end with that exit code."""
    event.end(arguments.code)


def attempt(arguments: Namespace) -> int:
    """``attempt FILE [END…]``: count this run in a file, and end as the END of that number says; after the last, go on.

    An END is an exit code, or ``crash``.
    """
    with open(arguments.file, "ab") as file:
        file.write(b".")
        number = file.tell()
    end = arguments.ends[number - 1] if number <= len(arguments.ends) else None
    event.emit("attempt", number=number, end=end)
    if isinstance(end, int):
        event.end(end)
    return crash() if end else 0


def crash() -> int:
    """Touch unmapped memory: the kernel ends this process with SIGSEGV, and leaves no core.

    A signal that PID 1 of a container sends to itself would not end it; a fault does.
    """
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0)
    event.emit("crashing", signal="SIGSEGV")
    ctypes.string_at(0)
    return 1


def expect_term(_arguments: Namespace) -> None:
    """``expect-term``: live until the TERM signal comes, print that, go on."""
    event.emit("waiting", signal="SIGTERM")
    signal.sigwait({signal.SIGTERM})
    event.emit("terminated", signal="SIGTERM")


def last_words(arguments: Namespace) -> None:
    """``last-words [FILE] [--bytes N]``: write a random text where the kubelet looks for a termination message."""
    text = "".join(os.urandom(16).hex() for _ in range(arguments.bytes // 32 + 1))[: arguments.bytes]
    with open(arguments.file, "w", encoding="ascii") as file:  # in place: the file is a mount of its own
        file.write(text)
    event.emit("last-words", file=arguments.file, bytes=len(text), content=text)


def _end(text: str) -> Union[int, str]:
    return text if text == "crash" else int(text)


ENDS = event.argument("ends", nargs="*", type=_end, metavar="END")
WHERE = event.argument("file", nargs="?", default=MESSAGE)
VERBS: event.Verbs = {
    "attempt": (event.parser("attempt", "file", ENDS), attempt),
    "work": (event.parser("work", event.argument("seconds", type=float)), work),
    "exit": (event.parser("exit", event.argument("code", type=int)), leave),
    "expect-term": (event.parser("expect-term"), expect_term),
    "last-words": (event.parser("last-words", WHERE, event.number("--bytes", 32)), last_words),
}
