"""A server on a port of this machine: a fake API server, or pages."""

from __future__ import annotations

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from email.message import Message
    from pathlib import Path

Json = dict[str, Any]


@contextlib.contextmanager
def serving(
    respond: Callable[[str, Json], tuple[Any, ...]],
    tls: ssl.SSLContext | None = None,
    hear: Callable[[str, Message], object] = lambda _method, _headers: None,
) -> Iterator[str]:
    """Serve HTTP and yield the URL.

    Args:
        respond: maps path and body to status, body and, optionally, headers.
        tls: serve HTTPS with this.
        hear: takes method and headers of each request, before ``respond``.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            hear(self.command, self.headers)
            status, body, *headers = respond(self.path, json.loads(said or "{}"))
            text = body if isinstance(body, (str, bytes)) else json.dumps(body)
            data = text if isinstance(text, bytes) else text.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            for name, value in (pair for each in headers for pair in each.items()):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_DELETE = do_GET  # noqa: N815 # the names that http.server asks for

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def kubeconfig(path: Path, server: str, *, user: Json | None = None, cluster: Json | None = None) -> str:
    """Write a kubeconfig with the context ``there`` for this server; return its path."""
    content = {
        "contexts": [{"name": "there", "context": {"cluster": "there", "user": "me"}}],
        "clusters": [{"name": "there", "cluster": {"server": server} | (cluster or {})}],
        "users": [{"name": "me", "user": user or {}}],
    }
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return str(path)
