"""An HTTP server beside the verbs that follow: what it answers a GET is a function's to say."""

from __future__ import annotations

import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Callable

ANY = "any"  # all addresses of every family


def listen(address: str, port: int) -> socket.socket:
    """Return a socket that listens, on all addresses of every family that the kernel has where they are ``any``."""
    if address != ANY:
        return socket.create_server((address, port))
    if socket.has_dualstack_ipv6():
        return socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
    return socket.create_server(("", port))


class Request(BaseHTTPRequestHandler):
    """A GET, which the server's function answers."""

    server: Server

    def do_GET(self) -> None:
        """Have it answered."""
        self.server.respond(self)

    def answer(self, status: int, body: bytes = b"", content_type: str = "") -> None:
        """Send the answer."""
        self.send_response(status)
        if content_type:
            self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Do nothing: each request is an event already."""


class Server(ThreadingHTTPServer):
    """A server on a socket that listens already; each request has a thread of its own."""

    def __init__(self, listening: socket.socket, respond: Callable[[Request], None]) -> None:
        super().__init__(listening.getsockname()[:2], Request, bind_and_activate=False)
        self.socket.close()
        self.socket, self.respond = listening, respond
