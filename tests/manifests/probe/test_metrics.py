"""The probe's verbs about metrics, on this machine: the adapter and its client, with a server that tells a status."""

import signal
import socket
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.helpers.probes import between, named, rest, run, start, until
from tests.helpers.web import HERE, Serve

Json = dict[str, Any]
Ends = Callable[..., list[Json]]

# As the page of ngx_http_stub_status_module shows it.
STATUS = (
    "Active connections: 291 \nserver accepts handled requests\n 16630948 16630948 {} \n"
    "Reading: 6 Writing: 179 Waiting: 106 \n"
)


def status(path: str, numbers: Iterator[int]) -> tuple[int, str, str]:
    """Return the answer of an nginx whose requests are counted, each time it is asked for its status."""
    return (200, "", STATUS.format(next(numbers))) if path == "/status" else (200, "", "fine")


@pytest.fixture
def own_port() -> int:
    with socket.socket() as free:
        free.bind((HERE, 0))
        port: int = free.getsockname()[1]
    return port


@pytest.fixture
def around(own_port: int) -> Ends:
    """Return what runs an adapter of a server's status, and a client; it returns the events of both."""

    def play(server: Any, *options: str, times: int = 3) -> list[Json]:
        verbs = ("adapt-status", HERE, server.port, "/status", own_port, "--within", 5, *options)
        adapter = start(*verbs, "then", "expect-term")
        until(adapter, "serving")
        client = run("count-requests", HERE, server.port, own_port, "--times", times, "--within", 0.5)
        adapter.send_signal(signal.SIGTERM)
        return [*client, *rest(adapter)]

    return play


def events(of: list[Json]) -> list[tuple[str, Json]]:
    return between([{"event": "started"}, *of, {"event": "exit"}])


def test_metrics_are_the_status_at_each_look_before_and_after_requests(serve: Serve, around: Ends) -> None:
    numbers = count(1)
    server = serve(lambda path: status(path, numbers))
    seen = events(around(server, times=3))
    first, second = named(seen, "scraped")
    families = {each.name: each for each in text_string_to_metric_families(first["text"])}
    assert {name: (each.type, each.samples[0].value) for name, each in families.items()} == {
        "nginx_connections_active": ("gauge", 291),
        "nginx_connections_accepted": ("counter", 16630948),
        "nginx_connections_handled": ("counter", 16630948),
        "nginx_connections_reading": ("gauge", 6),
        "nginx_connections_writing": ("gauge", 179),
        "nginx_connections_waiting": ("gauge", 106),
        "nginx_http_requests": ("counter", 1),
    }
    assert first["content_type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert (first["number"], second["number"]) == (1, 2)
    assert second["text"] == first["text"].replace("requests_total 1\n", "requests_total 2\n")
    assert [each["state"]["requests"] for each in named(seen, "adapted")] == [1, 2]
    assert [each["status"] for each in named(seen, "answered")] == [200] * 3
    assert len(set(server.asked)) == len(server.asked) - 1 == 5  # the status is asked for twice


def test_a_status_may_be_passed_on_as_it_is(serve: Serve, around: Ends) -> None:
    numbers = count(1)
    seen = events(around(serve(lambda path: status(path, numbers)), "--as-is"))
    assert named(seen, "scraped")[0]["text"] == STATUS.format(1)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((404, "", "none"), {"status": 404, "body": "none"}),
        ((200, "", "Active connections: many"), {"status": 200, "body": "Active connections: many"}),
        (None, {"errno": "RemoteDisconnected"}),
    ],
)
def test_a_status_that_is_none_makes_no_metrics(
    serve: Serve,
    around: Ends,
    answer: tuple[int, str, str] | None,
    told: Json,
) -> None:
    seen = events(around(serve(lambda path: answer if path == "/status" else (200, "", "fine"))))
    assert named(seen, "adapted", "scraped", "answered") == []
    assert all(each == told for each in named(seen, "not-adapted"))
    [failure] = named(seen, "not-scraped")
    assert (failure["number"], failure["status"], failure["awaited"]) == (1, 503, 0.5)


def test_metrics_that_nobody_tells_are_awaited_and_told(serve: Serve, nobody: int) -> None:
    server = serve(lambda _: (200, "", "fine"))
    seen = between(run("count-requests", HERE, server.port, nobody, "--within", 0.1))
    assert named(seen, "not-scraped") == [{"number": 1, "port": nobody, "errno": "ECONNREFUSED", "awaited": 0.1}]


def test_an_adapter_without_its_port_says_why(serve: Serve) -> None:
    port = serve(lambda _: (200, "", "fine")).port
    [failure] = named(between(run("adapt-status", HERE, port, "/status", port)), "not-bound")
    assert (failure["port"], failure["errno"]) == (port, "EADDRINUSE")
