"""Verbs about abstract unix sockets: names in the network namespace, not in a file system (unix(7)).

Questions and answers are as in ``net``: two prints of the same two nonces prove both directions.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from typing import TYPE_CHECKING

import event
import net
import waits
from lookup import name_of

if TYPE_CHECKING:
    from argparse import Namespace

_bound: list[socket.socket] = []


def serve(arguments: Namespace) -> int:
    """``serve-abstract NAME``: answer every question from now on, beside the verbs that follow."""
    listening = socket.socket(socket.AF_UNIX)
    try:
        listening.bind(f"\0{arguments.name}")
        listening.listen()
    except OSError as error:
        event.emit("not-bound", abstract=arguments.name, errno=name_of(error))
        return 1
    event.emit("serving", abstract=arguments.name)
    threading.Thread(target=answer_all, args=(listening, arguments.name), daemon=True).start()
    return 0


def answer_all(listening: socket.socket, name: str) -> None:
    """Answer one question of each connection, in a thread of its own, for ever."""

    def answer_one(connection: socket.socket, _: object) -> None:
        with connection:
            connection.settimeout(net.QUESTION)
            try:
                nonce = net.line_from(connection)
                answer = os.urandom(net.NONCE).hex()
                event.emit("asked", abstract=name, nonce=nonce, answer=answer)
                connection.sendall(f"{nonce} {answer}\n".encode())
            except OSError as error:
                event.emit("not-answered", abstract=name, errno=name_of(error))

    net.accept_all(listening, answer_one)


def bind(arguments: Namespace) -> None:
    """``bind-abstract NAME``: have a socket of that name, to which nobody can connect, for the rest of this life."""
    _bound.append(socket.socket(socket.AF_UNIX))
    _bound[-1].bind(f"\0{arguments.name}")
    event.emit("bound", abstract=arguments.name)


def ask(arguments: Namespace) -> None:
    """``ask-abstract NAME [--within SECONDS]``: ask until there is an answer; print it, or why there is none.

    Judges weigh what was printed: the verb that follows runs either way.
    """
    end = time.monotonic() + arguments.within
    nonce = os.urandom(net.NONCE).hex()
    for last in waits.looks(arguments.within):
        try:
            with socket.socket(socket.AF_UNIX) as asking:
                asking.settimeout(max(net.left(end), net.ANSWER))
                asking.connect(f"\0{arguments.name}")
                asking.sendall(f"{nonce}\n".encode())
                back, _, answer = net.line_from(asking).partition(" ")
        except OSError as error:
            if last:
                why = name_of(error)
                event.emit("unanswered", abstract=arguments.name, sent=nonce, errno=why, awaited=arguments.within)
        else:
            event.emit("answered", abstract=arguments.name, sent=nonce, back=back, answer=answer)
            return


VERBS: event.Verbs = {
    "serve-abstract": (event.parser("serve-abstract", "name"), serve),
    "bind-abstract": (event.parser("bind-abstract", "name"), bind),
    "ask-abstract": (event.parser("ask-abstract", "name", within=True), ask),
}
