"""Verbs about metrics: an adapter of nginx's own status, and a client that looks at them before and after requests."""

from __future__ import annotations

import contextlib
import re
import threading
from argparse import Namespace
from typing import TYPE_CHECKING, Union

import event
import waits
from server import ANY, Server, listen
from web import FAILURES, OK, WHERE, connection, name_of, nonce, once, reached

if TYPE_CHECKING:
    import http.client

    from server import Request

METRICS = "/metrics"  # where Prometheus looks unless it is told otherwise
TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"  # Prometheus 3 refuses metrics without a type
NO_STATE = 503
STATUS = re.compile(  # as ngx_http_stub_status_module writes it
    r"Active connections: (?P<active>\d+)\s+"
    r"server accepts handled requests\s+(?P<accepted>\d+) (?P<handled>\d+) (?P<requests>\d+)\s+"
    r"Reading: (?P<reading>\d+) Writing: (?P<writing>\d+) Waiting: (?P<waiting>\d+)\s*"
)
FAMILIES = (  # name, type, what it is, the word for it in STATUS; named as nginx-prometheus-exporter names them
    ("nginx_connections_active", "gauge", "Active client connections", "active"),
    ("nginx_connections_accepted", "counter", "Accepted client connections", "accepted"),
    ("nginx_connections_handled", "counter", "Handled client connections", "handled"),
    ("nginx_connections_reading", "gauge", "Connections where nginx is reading the request header", "reading"),
    ("nginx_connections_writing", "gauge", "Connections where nginx is writing the response", "writing"),
    ("nginx_connections_waiting", "gauge", "Idle client connections", "waiting"),
    ("nginx_http_requests_total", "counter", "Client requests", "requests"),
)


def adapt_status(arguments: Namespace) -> int:
    """``adapt-status ADDRESS PORT PATH OWN_PORT [--as-is]``: answer every GET with the metrics of an nginx.

    It asks the nginx for its status anew each time, and listens on all addresses, beside the verbs that follow. With
    ``--as-is`` it passes the status on in nginx's own format.
    """
    try:
        listening = listen(ANY, arguments.own_port)
    except OSError as error:
        event.emit("not-bound", address=ANY, port=arguments.own_port, errno=event.errno_name(error.errno))
        return 1
    event.emit("serving", address=ANY, port=arguments.own_port)
    server = Server(listening, lambda request: answer(request, arguments))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return 0


def answer(request: Request, arguments: Namespace) -> None:
    """Answer with the status of now; print it first, as numbers."""
    try:
        status, _, body = fetch(arguments, arguments.path)
    except FAILURES as error:
        event.emit("not-adapted", errno=name_of(error))
        request.answer(NO_STATE)
        return
    text = body.decode(errors="replace")
    found = STATUS.fullmatch(text)
    if status != OK or found is None:
        event.emit("not-adapted", status=status, body=text[:200])
        request.answer(NO_STATE)
        return
    state = {word: int(number) for word, number in found.groupdict().items()}
    event.emit("adapted", path=request.path, peer=request.client_address[0], state=state)
    request.answer(OK, (text if arguments.as_is else exposition(state)).encode(), TEXT_FORMAT)


def exposition(state: dict[str, int]) -> str:
    """Return a status in Prometheus' text format."""
    return "".join(
        f"# HELP {name} {what}\n# TYPE {name} {kind}\n{name} {state[word]}\n" for name, kind, what, word in FAMILIES
    )


def count_requests(arguments: Namespace) -> int:
    """``count-requests ADDRESS PORT METRICS_PORT [--times N] [--within SECONDS]``: look at metrics around N requests.

    The metrics are asked for until they come, then the server N times, then the metrics once more. Each request has a
    connection of its own.
    """
    if not reached(arguments, "/first"):
        return 1
    metrics = Namespace(**{**vars(arguments), "port": arguments.metrics_port})
    if not scrape(metrics, 1, arguments.within):
        return 1
    for number in range(1, arguments.times + 1):
        once(arguments, number, f"/{nonce()}")
    return 0 if scrape(metrics, 2, 0.0) else 1


def scrape(arguments: Namespace, number: int, within: float) -> bool:
    """Ask for the metrics until they come; print them, and return whether they did."""
    for last in waits.looks(within):
        why: dict[str, Union[str, int]]
        try:
            status, kind, body = fetch(arguments, METRICS)
            if status == OK:
                event.emit("scraped", number=number, content_type=kind, text=body.decode(errors="replace"))
                return True
            why = {"status": status}
        except FAILURES as error:
            why = {"errno": name_of(error)}
        if last:
            event.emit("not-scraped", number=number, port=arguments.port, **why, awaited=within)
    return False


def fetch(arguments: Namespace, path: str) -> tuple[int, str, bytes]:
    """Return the status, the type and the body of the answer to one request."""
    with contextlib.closing(connection(arguments)) as asking:
        asking.request("GET", path, headers={"Connection": "close"})
        response: http.client.HTTPResponse = asking.getresponse()
        return response.status, response.getheader("Content-Type", ""), response.read()


_adapt = event.parser(
    "adapt-status", *WHERE, "path", event.argument("own_port", type=int), event.flag("--as-is"), within=True
)
_count = event.parser(
    "count-requests", *WHERE, event.argument("metrics_port", type=int), event.number("--times", 1), within=True
)
VERBS: event.Verbs = {
    "adapt-status": (_adapt, adapt_status),
    "count-requests": (_count, count_requests),
}
