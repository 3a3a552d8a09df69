"""A web server on this machine, for tests of the probe's verbs about the web."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, str, str]  # status, generation, body

HERE = "127.0.0.1"


class Server:
    """A server that answers every GET by a function, and keeps the requested paths."""

    def __init__(self, answer: Callable[[str], Answer | None]) -> None:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                if (answered := answer(self.path)) is None:
                    return  # the connection ends without a word
                status, generation, body = answered
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("X-Generation", generation)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                """Print nothing."""

        self.asked = asked
        self._server = ThreadingHTTPServer((HERE, 0), Handler)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def stop(self) -> None:
        """Take no more connections."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()


Serve = Callable[[Callable[[str], Answer | None]], Server]
