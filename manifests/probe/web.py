"""Verbs about the web: an app that answers over HTTP, and the clients of a web server.

Each request has a connection of its own, so that none is sent on one which the server is about to close. A client asks
again until its server is there; from then on every request counts.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import http.client
import os
import re
import signal
import socket
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Union

import event
import waits
from server import Server, listen

if TYPE_CHECKING:
    from argparse import Namespace

    from server import Request

NONCE = 8  # bytes
OK = 200
ENOUGH_FAILURES = 5  # in a row: more would tell no more
GENERATION = "X-Generation"  # the header with the generation of the configuration that a server answers by

Answer = tuple[int, str, bytes]  # status, generation, body
Content = dict[str, Union[int, str, list[str]]]
FAILURES = (OSError, http.client.HTTPException)

_served = threading.Semaphore(0)  # released once for every request that was answered


def serve_http(arguments: Namespace) -> int:
    """``serve-http ADDRESS PORT``: answer every GET from now on, beside the verbs that follow.

    The answer is the question's nonce (its path) and one of its own; both are printed before they are sent.
    """
    try:
        listening = listen(arguments.address, arguments.port)
    except OSError as error:
        event.emit("not-bound", address=arguments.address, port=arguments.port, errno=event.errno_name(error.errno))
        return 1
    event.emit("serving", address=arguments.address, port=arguments.port)
    threading.Thread(target=Server(listening, answer).serve_forever, daemon=True).start()
    return 0


def answer(request: Request) -> None:
    """Answer with the nonce of the path and a new one."""
    asked, own = request.path.rpartition("/")[2], nonce()
    event.emit("asked", path=request.path, peer=request.client_address[0], nonce=asked, answer=own)
    request.answer(OK, f"{asked} {own}\n".encode())
    _served.release()


def until_requested(arguments: Namespace) -> int:
    """``until-requested [--within SECONDS]``: live until a request was answered; print that none was."""
    if _served.acquire(timeout=arguments.within):
        return 0
    event.emit("not-requested", awaited=arguments.within)
    return 1


def request(arguments: Namespace) -> int:
    """``request ADDRESS PORT [--enough N] [--within SECONDS]``: request a new path again and again.

    Each answer is printed, and ``enough`` after N of them. It goes on until TERM came **and** the server is gone: what
    a server answers while it is being stopped counts, too.
    """
    if not reached(arguments):
        return 1
    number, end = 0, 0.0
    while not end or time.monotonic() < end:
        number += 1
        path = f"/{number}-{nonce()}"
        try:
            status, _, body = get(arguments, path)
        except FAILURES as error:
            event.emit("server-gone" if end else "unanswered", number=number, path=path, errno=name_of(error))
            return 0 if end else 1
        event.emit("answered", number=number, path=path, status=status, bytes=len(body))
        if number == arguments.enough:
            event.emit("enough", answers=number)
        if end:
            time.sleep(waits.INTERVAL)
        elif waits.caught(signal.SIGTERM, waits.INTERVAL):
            event.emit("terminated", signal="SIGTERM")
            end = time.monotonic() + arguments.within
    event.emit("server-stays", answers=number, awaited=arguments.within)
    return 1


def load(arguments: Namespace) -> int:
    """``load-http ADDRESS PORT PATH [--clients N] [--versions N] [--within SECONDS]``: let clients ask without a pause.

    Each client goes on until it has seen N contents. Equal answers in a row to one client are one event: how many, and
    when (the node's clock, ns) the first and the last of them was asked for.
    """
    if not reached(arguments):
        return 1
    end = time.monotonic() + arguments.within
    counts: deque[int] = deque()
    clients = [
        threading.Thread(target=lambda n=number: counts.append(ask_on(arguments, n, end)), daemon=True)
        for number in range(1, arguments.clients + 1)
    ]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    if min(counts) < arguments.versions:
        event.emit("not-refreshed", versions=min(counts), awaited=arguments.within)
        return 1
    event.emit("loaded", versions=min(counts))
    return 0


def ask_on(arguments: Namespace, client: int, end: float) -> int:
    """Ask as one client until it has seen as many versions as it should; return how many it saw.

    An answer of an error is no version of the content.
    """
    seen: set[str] = set()
    alike: Content = {}
    answers, first, last, failures = 0, 0, 0, 0
    while len(seen) < arguments.versions and time.monotonic() < end and failures < ENOUGH_FAILURES:
        asked = time.monotonic_ns()
        try:
            fields = content(*get(arguments, arguments.path))
            failures = 0
        except FAILURES as error:
            event.emit("unanswered", client=client, asked=asked, errno=name_of(error))
            failures += 1
            continue
        if fields != alike:
            if alike:
                event.emit("got", client=client, answers=answers, first=first, last=last, **alike)
            alike, answers, first = fields, 0, asked
            if fields["status"] == OK:
                seen.add(str(fields["versions"]))
        answers, last = answers + 1, asked
    if alike:
        event.emit("got", client=client, answers=answers, first=first, last=last, **alike)
    return len(seen)


def content(status: int, _generation: str, body: bytes) -> Content:
    """Return the event fields of an answer; the first word of every line of a content is its version."""
    versions = sorted({line.partition(b" ")[0].decode(errors="replace") for line in body.splitlines()}, key=natural)
    return {
        "status": status,
        "versions": versions[:ENOUGH_FAILURES],
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
    }


def natural(word: str) -> tuple[int, str]:
    """Return a sort key: numbers by their value, before words."""
    return (int(word), "") if re.fullmatch("[0-9]+", word) else (-1, word)


def browse(arguments: Namespace) -> int:
    """``browse ADDRESS PORT FILE APP [--generations N] [--within SECONDS]``: request the file and the app, in turn.

    A request to the app is for APP and a nonce. The first request is repeated until the app answers, the others are
    made once each, until the answers showed N generations of the server's configuration. A name is looked up before the
    first answer and no more: a lookup is no request.
    """
    if not reached(arguments, arguments.app + "/first"):
        return 1
    end, number, failures = time.monotonic() + arguments.within, 0, 0
    generations: set[str] = set()
    while len(generations) < arguments.generations or number % 2:  # each number of requests is even at the end
        if time.monotonic() > end:
            event.emit("not-enough", generations=len(generations), awaited=arguments.within)
            return 1
        if failures >= ENOUGH_FAILURES:
            return 1
        number += 1
        status, generation = once(arguments, number, arguments.file if number % 2 else f"{arguments.app}/{nonce()}")
        failures = 0 if status == OK else failures + 1
        if status:
            generations.add(generation)
        time.sleep(waits.INTERVAL)
    event.emit("browsed", requests=number, generations=len(generations))
    return 0


def ask(arguments: Namespace) -> int:
    """``ask-http ADDRESS PORT APP [--times N | --until-term] [--within SECONDS]``: request APP and a nonce, N times.

    The first request is repeated until it is answered, and is none of the N; those are made once each. With
    ``--until-term`` it goes on until TERM.
    """
    if not reached(arguments, arguments.app + "/first"):
        return 1
    failures, number = 0, 0
    while number < arguments.times or arguments.until_term:
        number += 1
        status, _ = once(arguments, number, f"{arguments.app}/{nonce()}")
        failures = 0 if status == OK else failures + 1
        if failures >= ENOUGH_FAILURES:
            return 1
        if not arguments.until_term:
            time.sleep(waits.INTERVAL)
        elif waits.caught(signal.SIGTERM, waits.INTERVAL):
            event.emit("terminated", signal="SIGTERM")
            break
    event.emit("asked-all", requests=number)
    return 0


def once(arguments: Namespace, number: int, path: str) -> tuple[int, str]:
    """Make one request and print what came of it; return the status, 0 without an answer, and the generation."""
    try:
        status, generation, body = get(arguments, path)
    except FAILURES as error:
        event.emit("unanswered", number=number, path=path, errno=name_of(error))
        return 0, ""
    text = body[:200].decode(errors="replace").strip()
    event.emit("answered", number=number, path=path, status=status, generation=generation, body=text)
    return status, generation


def nonce() -> str:
    """Return a word that nobody has used."""
    return os.urandom(NONCE).hex()


def write_upstream(arguments: Namespace) -> None:
    """``write-upstream FILE NAME ADDRESS PORT``: write nginx's upstream of that name, with one server."""
    address = f"[{arguments.address}]" if ":" in arguments.address else arguments.address
    lines = [f"upstream {arguments.name} {{", f"  server {address}:{arguments.port};", "}"]
    with open(arguments.file, "w", encoding="ascii") as file:
        file.write("\n".join([*lines, ""]))
    event.emit("leads-to", file=arguments.file, name=arguments.name, address=arguments.address, port=arguments.port)


def write_listen(arguments: Namespace) -> None:
    """``write-listen FILE PORT``: write nginx's listen lines for all addresses of every family that the kernel has."""
    lines = []
    for family, every in ((socket.AF_INET, "*"), (socket.AF_INET6, "[::]")):
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_STREAM) as tried:
            tried.bind(("", 0))
            lines.append(f"listen {every}:{arguments.port};")
    with open(arguments.file, "w", encoding="ascii") as file:
        file.write("\n".join([*lines, ""]))
    event.emit("listens", file=arguments.file, lines=lines)


def reached(arguments: Namespace, path: str = "") -> bool:
    """Connect until it succeeds and, where a path is given, until that is answered with 200; print the outcome.

    From then on the address is the one that was reached.
    """
    for last in waits.looks(arguments.within):
        try:
            with contextlib.closing(connection(arguments)) as first:
                peer = first.sock.getpeername()[0]
            status = get(arguments, path)[0] if path else http.client.OK
            if status == http.client.OK:
                event.emit("reached", address=arguments.address, port=arguments.port, peer=peer)
                arguments.address = peer
                return True
            why: dict[str, Union[str, int]] = {"status": status}
        except FAILURES as error:
            why = {"errno": name_of(error)}
        if last:
            event.emit("not-reached", address=arguments.address, port=arguments.port, **why, awaited=arguments.within)
    return False


def connection(arguments: Namespace) -> http.client.HTTPConnection:
    """Return a new connection."""
    opened = http.client.HTTPConnection(
        arguments.address, arguments.port, timeout=max(arguments.within, waits.INTERVAL)
    )
    opened.connect()
    return opened


def get(arguments: Namespace, path: str) -> Answer:
    """Return the whole answer to one request."""
    with contextlib.closing(connection(arguments)) as asking:
        asking.request("GET", path, headers={"Connection": "close"})
        answer = asking.getresponse()
        return answer.status, answer.getheader(GENERATION, ""), answer.read()


def name_of(error: Exception) -> str:
    """Return the errno's name; for an error without one, such as an answer that broke off, the exception's name."""
    if isinstance(error, socket.timeout):
        return "ETIMEDOUT"
    number = error.errno if isinstance(error, OSError) else None
    return errno.errorcode.get(number or 0, type(error).__name__)


WHERE = ("address", event.PORT)
_load = event.parser(
    "load-http", *WHERE, "path", event.number("--clients", 1), event.number("--versions", 1), within=True
)
_ask = event.parser("ask-http", *WHERE, "app", event.number("--times", 1), event.flag("--until-term"), within=True)
VERBS: event.Verbs = {
    "serve-http": (event.parser("serve-http", *WHERE, within=True), serve_http),
    "until-requested": (event.parser("until-requested", within=True), until_requested),
    "request": (event.parser("request", *WHERE, event.number("--enough", 1), within=True), request),
    "load-http": (_load, load),
    "write-listen": (event.parser("write-listen", "file", event.PORT), write_listen),
    "write-upstream": (event.parser("write-upstream", "file", "name", *WHERE), write_upstream),
    "ask-http": (_ask, ask),
    "browse": (event.parser("browse", *WHERE, "file", "app", event.number("--generations", 1), within=True), browse),
}
