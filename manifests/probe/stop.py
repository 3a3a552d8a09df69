"""Verbs about a container's end: it speaks to a witness in another Pod, which hears when it no longer does.

KILL leaves no last word. A connection tells of it: the kernel closes it with the process, whoever says what of its end.
"""

from __future__ import annotations

import signal
import socket
import threading
import time
from typing import TYPE_CHECKING

import event
import net
import waits
from lookup import name_of
from server import ANY, listen

if TYPE_CHECKING:
    from argparse import Namespace

INTERVAL = 0.2  # seconds between two words
LONGEST_LIFE = 600.0  # seconds: longer than any scenario, so that no node keeps what nobody killed

STOPS = {signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2}
"""Signals by which programs are told to end."""

_told = threading.Event()  # TERM has come


def speak(arguments: Namespace) -> None:
    """``speak ADDRESS PORT NAME [--within SECONDS]``: connect to a witness, and speak to it for the rest of this life.

    A word is this name, whether TERM has come, and the clock. The verb that follows runs either way.
    """
    for last in waits.looks(arguments.within, net.INTERVAL):
        try:
            connection = socket.create_connection((arguments.address, arguments.port), net.PATIENCE)
        except OSError as error:
            if last:
                event.emit("not-connected", **net.where(arguments), errno=name_of(error), tried=arguments.within)
        else:
            event.emit("connected", **net.where(arguments))
            threading.Thread(target=go_on, args=(connection, arguments.name), daemon=True).start()
            return


def go_on(connection: socket.socket, name: str) -> None:
    """Say a word again and again, until nobody hears it; at once when TERM has come."""
    try:
        while True:
            told = _told.is_set()
            connection.sendall(f"{name} {int(told)} {time.monotonic_ns()}\n".encode())
            (time.sleep if told else _told.wait)(INTERVAL)
    except OSError as error:
        event.emit("unheard", errno=name_of(error))


def outlast_term(_arguments: Namespace) -> int:
    """``outlast-term``: live until the TERM signal comes, print that, and live on."""
    event.emit("waiting", signal="SIGTERM")
    signal.sigwait({signal.SIGTERM})
    _told.set()
    event.emit("terminated", signal="SIGTERM")
    time.sleep(LONGEST_LIFE)
    event.emit("outlasted", seconds=LONGEST_LIFE)
    return 1


def expect_stop(arguments: Namespace) -> None:
    """``expect-stop [--beyond SECONDS]``: live until one of STOPS comes, and that much longer; print each that came.

    They are blocked: they wait for this process, which is PID 1 of its container and would lose them.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    event.emit("waiting", signals=sorted(each.name for each in STOPS))
    event.emit("terminated", signal=signal.Signals(signal.sigwait(STOPS)).name)
    time.sleep(arguments.beyond)
    for number in sorted(signal.sigpending() & STOPS):
        event.emit("terminated", signal=signal.Signals(number).name)


class Heard:
    """Who speaks, and how many of those that are awaited have let go."""

    def __init__(self, awaited: list[str]) -> None:
        self.awaited = set(awaited)
        self.speaking: dict[socket.socket, dict[str, object]] = {}
        self.changed = threading.Condition()

    def listen_to(self, connection: socket.socket, _peer: object) -> None:
        """Print the first word of a connection, the first one that tells of TERM, and its end."""
        how = "closed"
        try:
            with connection, connection.makefile("r", encoding="ascii") as lines:
                for line in lines:
                    self.take(connection, *line.split())
        except OSError as error:
            how = name_of(error)
        with self.changed:
            said = self.speaking.pop(connection, None)
            if said:
                event.emit("let-go", **said, how=how)
                self.awaited.discard(str(said["who"]))
            self.changed.notify_all()

    def take(self, connection: socket.socket, name: str, told: str, clock: str) -> None:
        """Take a word; ``last`` is the clock that the last one told."""
        with self.changed:
            if connection not in self.speaking:
                self.speaking[connection] = {"who": name, "told": False}
                event.emit("hears", who=name)
            said = self.speaking[connection]
            if told == "1" and not said["told"]:
                event.emit("hears-told", who=name)
            said.update(told=told == "1", last=int(clock))


def hear(arguments: Namespace) -> None:
    """``hear PORT [NAME…]``: hear who speaks, until each of these has let go, or until TERM; print who speaks then."""
    heard = Heard(arguments.names)
    listening = listen(ANY, arguments.port)
    event.emit("serving", port=arguments.port)
    threading.Thread(target=net.accept_all, args=(listening, heard.listen_to), daemon=True).start()
    while True:
        with heard.changed:
            if arguments.names and not heard.awaited:
                return
        if waits.caught(signal.SIGTERM, waits.INTERVAL):
            event.emit("terminated", signal="SIGTERM")
            with heard.changed:
                for said in heard.speaking.values():
                    event.emit("still-hears", **said)
            return


_speak = event.parser("speak", "address", event.PORT, "name", within=True)
_speak.set_defaults(protocol="tcp")
VERBS: event.Verbs = {
    "speak": (_speak, speak),
    "outlast-term": (event.parser("outlast-term"), outlast_term),
    "expect-stop": (event.parser("expect-stop", event.number("--beyond", 1.0)), expect_stop),
    "hear": (event.parser("hear", event.PORT, event.argument("names", nargs="*", metavar="NAME")), hear),
}
