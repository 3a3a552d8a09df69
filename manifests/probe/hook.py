"""The verb of a container whose lifecycle hook is an HTTP request: it does what the request's query says, and answers.

A query is a chain like that of an exec hook's verbs, in files of one folder: ``/?write=began&await=released``.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import threading
import time
from http.client import OK
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import event
import waits

if TYPE_CHECKING:
    from argparse import Namespace

PATIENCE = 300.0  # seconds for another container's file: longer than any scenario that awaits one


class Server(ThreadingHTTPServer):
    """A server at a port of all addresses, of both families where the kernel has them."""

    address_family = socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET
    folder = ""

    def server_bind(self) -> None:
        """Bind without a look for the host's name, which may ask a name server."""
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "", self.server_address[1]


class Handler(BaseHTTPRequestHandler):
    """The handler of a GET: an event when it comes, the acts of its query, an event before it is answered."""

    server: Server

    def do_GET(self) -> None:
        """Do what the query says, in its order; what it locks is free before the answer is sent."""
        event.emit("asked", path=self.path, peer=self.client_address[0])
        with contextlib.ExitStack() as held:
            for act, value in parse_qsl(urlsplit(self.path).query):
                do(act, value, self.server.folder, held)
        event.emit("answering", path=self.path)
        with contextlib.suppress(OSError):  # who asked may be gone
            self.send_response(OK)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, *_: object) -> None:
        """Do nothing: each request is an event already."""


def do(act: str, value: str, folder: str, held: contextlib.ExitStack) -> None:
    """Do one act: ``write=FILE``, ``await=FILE``, ``lock=FILE`` until ``held`` ends, ``work=SECONDS``."""
    path = os.path.join(folder, value)
    if act == "work":
        time.sleep(float(value))
    elif act == "write":
        with open(path, "w", encoding="ascii"):
            pass
    elif act == "lock":
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        held.callback(os.close, descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    elif act == "await":
        for _ in waits.looks(PATIENCE):
            if os.path.exists(path):
                return


def serve(arguments: Namespace) -> None:
    """``serve-hooks PORT FOLDER``: do what requests say in a folder, from now on, beside the verbs that follow."""
    server = Server(("", arguments.port), Handler)
    server.folder = arguments.folder
    event.emit("serving", port=arguments.port)
    threading.Thread(target=server.serve_forever, daemon=True).start()


VERBS: event.Verbs = {"serve-hooks": (event.parser("serve-hooks", event.PORT, "folder"), serve)}
