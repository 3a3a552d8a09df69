"""Verbs of a container that is probed: servers that print every question, and answer badly where they are told to.

A bad answer over HTTP is 503. A TCP server is bad once it no longer listens.
"""

from __future__ import annotations

import http.client
import math
import os
import threading
from collections import Counter
from typing import TYPE_CHECKING, Callable, Optional, Tuple

import event
from server import ANY, Server, listen

if TYPE_CHECKING:
    import socket
    from argparse import Namespace

    from server import Request

TCP = "tcp"  # what a question is for where it has no path
MAPPED = "::ffff:"  # what an IPv4 address begins with on a socket of both families

Bad = Tuple[int, str, int, float]  # a run, a path, and the first and the last question there that is answered badly


class Health:
    """How a server answers: the questions for a path are counted from 1."""

    def __init__(self, run: int, bad: list[Bad], bad_with: Optional[str], bad_until: Optional[str]) -> None:
        self.run, self.bad, self.bad_with, self.bad_until = run, bad, bad_with, bad_until
        self.asked: Counter[str] = Counter()
        self.one_at_a_time = threading.Lock()

    def is_bad(self, path: str, number: int) -> bool:
        """Return whether the question of that number for a path is answered badly."""
        if self.bad_with and os.path.exists(self.bad_with):
            return True
        if self.bad_until and not os.path.exists(self.bad_until):
            return True
        return any(
            (run, bad_path) == (self.run, path) and first <= number <= last for run, bad_path, first, last in self.bad
        )

    def answered(self, path: str, **fields: object) -> bool:
        """Count a question, and print it with the status of its answer before that is sent; return whether it is OK."""
        with self.one_at_a_time:
            self.asked[path] += 1
            number = self.asked[path]
            bad = self.is_bad(path, number)
            status = http.client.SERVICE_UNAVAILABLE if bad else http.client.OK
            event.emit("probed", path=path, number=number, status=int(status), **fields)
        return not bad


def answer_probes(arguments: Namespace) -> int:
    """``answer-probes http|tcp PORT [OPTIONS]``: answer every probe from now on, beside the verbs that follow.

    ``--on ADDRESS…`` has the address of each run in turn, the last one of all that come after; ``any`` is all of them.
    ``--runs FILE`` counts the runs in a file. ``--bad RUN:PATH:FROM[-TO]`` answers some questions for a path badly:
    ``1:/live:3`` in the first run from the third on. ``--bad-with FILE`` does so for all questions once there is that
    file, ``--bad-until FILE`` until there is.
    """
    run = counted(arguments.runs) if arguments.runs else 1
    address = arguments.on[min(run, len(arguments.on)) - 1]
    at = {"protocol": arguments.protocol, "address": address, "port": arguments.port, "run": run}
    try:
        listening = listen(address, arguments.port)
    except OSError as error:
        event.emit("not-bound", **at, errno=event.errno_name(error.errno))
        return 1
    event.emit("serving", **at)
    health = Health(run, arguments.bad, arguments.bad_with, arguments.bad_until)
    threading.Thread(target=SERVE[arguments.protocol], args=(listening, health), daemon=True).start()
    return 0


def counted(file: str) -> int:
    """Count this run in a file, a byte for each; return its number."""
    with open(file, "ab") as runs:
        runs.write(b".")
        return runs.tell()


def ends_of(connection: socket.socket) -> dict[str, object]:
    """Return the addresses of both ends of a connection, and this one's port."""
    here, there = connection.getsockname(), connection.getpeername()
    return {"local": plain(here[0]), "port": here[1], "peer": plain(there[0])}


def plain(address: str) -> str:
    """Return an address as the Pod's status has it."""
    return address.removeprefix(MAPPED)


def serve_http(listening: socket.socket, health: Health) -> None:
    """Answer every GET with 200 or 503, and no body, for ever."""

    def answer(request: Request) -> None:
        headers = [[name, value] for name, value in request.headers.items() if name != "Host"]
        seen = {"host": request.headers.get("Host"), "headers": headers, **ends_of(request.connection)}
        is_ok = health.answered(request.path, **seen)
        request.answer(http.client.OK if is_ok else http.client.SERVICE_UNAVAILABLE)

    Server(listening, answer).serve_forever()


def serve_tcp(listening: socket.socket, health: Health) -> None:
    """Accept one connection after another, until the next one is to be bad: then listen no more."""
    while not health.is_bad(TCP, health.asked[TCP] + 1):
        connection, _ = listening.accept()
        with connection:
            health.answered(TCP, **ends_of(connection))
    listening.close()
    event.emit("closed", path=TCP)


def _bad(text: str) -> Bad:
    run, path, questions = text.split(":")
    first, _, last = questions.partition("-")
    return int(run), path, int(first), float(last or math.inf)


SERVE: dict[str, Callable[[socket.socket, Health], None]] = {"http": serve_http, TCP: serve_tcp}
PROTOCOL = event.argument("protocol", choices=sorted(SERVE))
ON = event.argument("--on", nargs="+", default=[ANY], metavar="ADDRESS")
BAD = event.argument("--bad", action="append", type=_bad, default=[], metavar="RUN:PATH:FROM[-TO]")
FILES = tuple(event.argument(name, metavar="FILE") for name in ("--runs", "--bad-with", "--bad-until"))
VERBS: event.Verbs = {
    "answer-probes": (event.parser("answer-probes", PROTOCOL, event.PORT, ON, BAD, *FILES), answer_probes),
}
