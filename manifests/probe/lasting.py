"""Verbs about a TCP connection that lasts: opened once, and asked over for as long as both ends live.

Questions and answers are as in ``net``: two prints of the same two nonces prove both directions. ``peer``, of the
server's events, and ``own``, of the client's, name the client's end, by which the kernel knows a connection.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import event
import net
import waits
from lookup import name_of

if TYPE_CHECKING:
    import socket
    from argparse import Namespace

_connected: list[socket.socket] = []


def serve(arguments: Namespace) -> int:
    """``serve-lasting ADDRESS PORT``: answer all questions of every connection, beside the verbs that follow."""
    try:
        listening = net.open_socket(arguments)
    except OSError as error:
        event.emit("not-bound", **net.where(arguments), errno=name_of(error))
        return 1
    event.emit("serving", **net.where(arguments))
    at = net.where(arguments)
    answering = (listening, lambda connection, peer: answer_all(connection, at, end_of(peer)))
    threading.Thread(target=net.accept_all, args=answering, daemon=True).start()
    return 0


def answer_all(connection: socket.socket, at: dict[str, object], peer: str) -> None:
    """Answer every question of a connection, until its other end is closed."""
    with connection:
        try:
            while True:
                connection.sendall(net.answer_to(net.line_from(connection), at, peer))
        except OSError as error:
            event.emit("closed", **at, peer=peer, errno=name_of(error))


def connect(arguments: Namespace) -> None:
    """``connect ADDRESS PORT [--within SECONDS]``: open a connection, and keep it for the rest of this life."""
    for last in waits.looks(arguments.within):
        connection = net.new_socket(arguments)
        try:
            connection.settimeout(net.PATIENCE)
            connection.connect((arguments.address, arguments.port))
        except OSError as error:
            connection.close()
            if last:
                event.emit("not-connected", **net.where(arguments), errno=name_of(error), awaited=arguments.within)
        else:
            _connected.append(connection)
            event.emit("connected", **net.where(arguments), own=end_of(connection.getsockname()))
            return


def ask(arguments: Namespace) -> None:
    """``ask-connected [--within SECONDS]``: ask over the last connection; print the answer, or why there is none.

    Judges weigh what was printed: the verb that follows runs either way.
    """
    nonce = os.urandom(net.NONCE).hex()
    if not _connected:
        event.emit("unanswered", sent=nonce, errno="ENOTCONN")
        return
    connection = _connected[-1]
    own = end_of(connection.getsockname())
    connection.settimeout(max(arguments.within, net.PATIENCE))
    try:
        connection.sendall(f"{nonce}\n".encode())
        back, _, answer = net.line_from(connection).partition(" ")
    except OSError as error:
        event.emit("unanswered", sent=nonce, own=own, errno=name_of(error))
    else:
        event.emit("answered", sent=nonce, own=own, back=back, answer=answer)


def end_of(name: tuple[str, int]) -> str:
    """Return one end of a connection, address and port, in a word."""
    return f"{name[0]} {name[1]}"


TCP = {"protocol": "tcp"}
_serve = event.parser("serve-lasting", "address", event.PORT)
_serve.set_defaults(**TCP)
_connect = event.parser("connect", "address", event.PORT, within=True)
_connect.set_defaults(**TCP)
VERBS: event.Verbs = {
    "serve-lasting": (_serve, serve),
    "connect": (_connect, connect),
    "ask-connected": (event.parser("ask-connected", within=True), ask),
}
