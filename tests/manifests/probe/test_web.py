"""The probe's web verbs, on this machine: an app, and clients of a test server."""

import hashlib
import json
import signal
import socket
import threading
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.probes import (
    between,
    named,
    rest,
    run,
    start,
    until,
)
from tests.helpers.web import HERE, Answer, Serve

Json = dict[str, Any]


def fine(_path: str) -> Answer:
    return 200, "1", "fine"


def test_an_app_answers_with_both_nonces_and_prints_them() -> None:
    with socket.socket() as free:
        free.bind((HERE, 0))
        port = free.getsockname()[1]
    app = start("serve-http", HERE, port, "then", "until-requested", "--within", 20, "then", "expect-term")
    until(app, "serving")
    client = between(run("browse", HERE, port, "/file", "/app", "--generations", 1, "--within", 20))
    until(app, "waiting")
    app.send_signal(signal.SIGTERM)
    rest(app)
    _, answered = named(client, "answered")
    assert answered["path"].startswith("/app/")
    nonce, answer = answered["body"].split()
    assert answered["path"] == f"/app/{nonce}"
    assert answer != nonce


def test_an_app_that_nobody_asks_says_so(nobody: int) -> None:
    del nobody
    assert between(run("until-requested", "--within", 0.1)) == [("not-requested", {"awaited": 0.1})]


def test_an_app_without_its_port_says_why(serve: Serve) -> None:
    port = serve(fine).port
    expected = {"address": HERE, "port": port, "errno": "EADDRINUSE"}
    assert between(run("serve-http", HERE, port)) == [("not-bound", expected)]


def test_a_client_asks_on_after_term_until_the_server_is_gone(serve: Serve) -> None:
    last = threading.Event()

    def answer(path: str) -> Answer:
        if last.is_set():
            server.stop()  # while its one client waits for this: who waits to be accepted would be reset, not refused
        return fine(path)

    server = serve(answer)
    client = start("request", HERE, server.port, "--enough", 3, "--within", 20)
    until(client, "enough")
    client.send_signal(signal.SIGTERM)
    until(client, "terminated")
    assert until(client, "answered")["status"] == 200
    last.set()
    events = rest(client)
    assert (events[-2]["event"], events[-2]["errno"]) == ("server-gone", "ECONNREFUSED")
    assert events[-1]["code"] == 0
    assert len(set(server.asked)) == len(server.asked)


def test_a_server_that_stays_is_not_awaited_for_ever(serve: Serve) -> None:
    client = start("request", HERE, serve(fine).port, "--within", 0.2)
    until(client, "enough")
    client.send_signal(signal.SIGTERM)
    stays, end = rest(client)[-2:]
    assert (stays["event"], stays["awaited"], end["code"]) == ("server-stays", 0.2, 1)


def test_a_request_that_fails_before_term_ends_the_client(serve: Serve) -> None:
    events = between(run("request", HERE, serve(lambda _: None).port, "--within", 5))
    assert [name for name, _ in events] == ["reached", "unanswered"]
    assert events[-1][1]["errno"] == "RemoteDisconnected"


@pytest.mark.parametrize(
    "verb", [["request"], ["load-http", "/content"], ["browse", "/file", "/app"], ["ask-http", "/app"]]
)
def test_a_server_that_is_not_there_is_awaited_and_told(verb: list[str], nobody: int) -> None:
    name, *paths = verb
    expected = {"address": HERE, "port": nobody, "errno": "ECONNREFUSED", "awaited": 0.1}
    assert between(run(name, HERE, nobody, *paths, "--within", 0.1)) == [("not-reached", expected)]


def test_alike_answers_of_a_client_are_one_event(serve: Serve) -> None:
    bodies = iter(["1 a\n1 b\n"] * 3 + ["2 a\n2 b\n"] * 2 + ["2 a\n10 b\n"])
    events = between(
        run("load-http", HERE, serve(lambda _: (200, "", next(bodies))).port, "/", "--versions", 3, "--within", 9)
    )
    got = named(events, "got")
    assert [(e["client"], e["answers"], e["status"], e["versions"], e["bytes"]) for e in got] == [
        (1, 3, 200, ["1"], 8),
        (1, 2, 200, ["2"], 8),
        (1, 1, 200, ["2", "10"], 9),
    ]
    assert got[0]["sha256"] == hashlib.sha256(b"1 a\n1 b\n").hexdigest()
    assert [e["first"] < e["last"] for e in got] == [True, True, False]
    assert named(events, "loaded") == [{"versions": 3}]


def test_a_content_that_does_not_change_is_told_once_the_time_is_over(serve: Serve) -> None:
    server = serve(lambda _: (200, "", "1 a\n"))
    events = between(run("load-http", HERE, server.port, "/", "--clients", 2, "--versions", 2, "--within", 0.3))
    assert {e["client"] for e in named(events, "got")} == {1, 2}
    assert sum(e["answers"] for e in named(events, "got")) == len(server.asked)
    assert named(events, "not-refreshed") == [{"versions": 1, "awaited": 0.3}]


def test_the_page_of_an_error_is_no_version_of_the_content(serve: Serve) -> None:
    answers = chain([(200, "", "1 a\n")], repeat((404, "", "none\n")))
    server = serve(lambda _: next(answers))
    events = between(run("load-http", HERE, server.port, "/", "--versions", 2, "--within", 0.3))
    assert {e["status"] for e in named(events, "got")} == {200, 404}
    assert named(events, "not-refreshed") == [{"versions": 1, "awaited": 0.3}]


def test_a_load_on_a_server_that_answers_nothing_is_given_up(serve: Serve) -> None:
    events = between(run("load-http", HERE, serve(lambda _: None).port, "/", "--versions", 2, "--within", 20))
    assert len(named(events, "unanswered")) == 5
    assert named(events, "not-refreshed") == [{"versions": 0, "awaited": 20.0}]


def test_file_and_app_are_requested_in_turn_until_enough_generations_came(serve: Serve) -> None:
    generations = iter(["1", "1", "1", "2", "3", "3"])  # the first answers the client that awaits the app
    server = serve(lambda path: (200, next(generations), f" of {path}\n"))
    events = between(run("browse", HERE, server.port, "/file", "/app", "--generations", 3, "--within", 9))
    answered = named(events, "answered")
    assert [e["path"].rpartition("/")[0] for e in answered] == ["", "/app", "", "/app"]
    assert [e["generation"] for e in answered] == ["1", "1", "2", "3"]
    assert [e["body"] for e in answered] == [f"of {path}" for path in server.asked[1:]]
    assert named(events, "browsed") == [{"requests": 4, "generations": 3}]


def test_an_app_that_does_not_come_is_told_with_the_status(serve: Serve) -> None:
    [failure] = named(
        between(run("browse", HERE, serve(lambda _: (502, "1", "")).port, "/", "/app", "--within", 0.1)), "not-reached"
    )
    assert (failure["status"], failure["awaited"]) == (502, 0.1)


def test_a_request_that_fails_is_told_and_the_next_one_made(serve: Serve) -> None:
    answers = iter([(200, "1", ""), None, (502, "1", ""), (200, "2", ""), (200, "2", "")])
    events = between(
        run("browse", HERE, serve(lambda _: next(answers)).port, "/f", "/app", "--generations", 2, "--within", 9)
    )
    came = [(name, said.get("status", said.get("errno"))) for name, said in events[1:]]
    assert came[:4] == [
        ("unanswered", "RemoteDisconnected"),
        ("answered", 502),
        ("answered", 200),
        ("answered", 200),
    ]


@pytest.mark.parametrize("verb", [["browse", "/f", "/app", "--generations", 2], ["ask-http", "/app", "--times", 9]])
def test_a_server_that_fails_again_and_again_is_given_up(serve: Serve, verb: list[object]) -> None:
    answers = iter([(200, "1", ""), *[(500, "1", "")] * 9])
    name, *arguments = verb
    events = run(name, HERE, serve(lambda _: next(answers)).port, *arguments, "--within", 9)
    assert len(named(between(events), "answered")) == 5
    assert events[-1]["code"] == 1


def test_an_app_is_asked_so_many_times_with_a_new_nonce_each_time(serve: Serve) -> None:
    bodies = iter([None, (200, "", "first"), (200, "", "one"), None, (200, "", "three")])
    server = serve(lambda _: next(bodies))
    events = between(run("ask-http", HERE, server.port, "/app", "--times", 3, "--within", 9))
    assert server.asked[:2] == ["/app/first"] * 2
    assert len(set(server.asked[2:])) == 3
    came = [(name, said["number"], said.get("body", said.get("errno"))) for name, said in events[1:-1]]
    assert came == [("answered", 1, "one"), ("unanswered", 2, "RemoteDisconnected"), ("answered", 3, "three")]
    assert events[-1] == ("asked-all", {"requests": 3})


def test_an_app_is_asked_until_term_where_that_is_said(serve: Serve) -> None:
    server = serve(fine)
    client = start("ask-http", HERE, server.port, "/app", "--until-term", "--within", 9)
    for _ in range(3):
        until(client, "answered")
    client.send_signal(signal.SIGTERM)
    events = rest(client)
    assert [each["event"] for each in events[-3:]] == ["terminated", "asked-all", "exit"]
    assert events[-2]["requests"] == len(server.asked) - 1 >= 3
    assert events[-1]["code"] == 0


def test_generations_that_do_not_come_are_told(serve: Serve) -> None:
    events = between(run("browse", HERE, serve(fine).port, "/f", "/app", "--generations", 2, "--within", 0.2))
    assert named(events, "not-enough") == [{"generations": 1, "awaited": 0.2}]


def test_events_are_lines_of_their_own_although_clients_are_threads(serve: Serve) -> None:
    numbers = iter(range(100_000))
    server = serve(lambda _: (200, "", f"{next(numbers)} a\n"))
    process = start("load-http", HERE, server.port, "/", "--clients", 4, "--versions", 20, "--within", 20)
    output, _ = process.communicate(timeout=30)
    assert [json.loads(text)["seq"] for text in output.splitlines()] == list(range(len(output.splitlines())))


def test_a_server_is_told_to_listen_in_every_family_that_this_machine_has(tmp_path: Path) -> None:
    [listens] = named(between(run("write-listen", tmp_path / "listen.conf", 8080)), "listens")
    assert listens["lines"][0] == "listen *:8080;"
    assert listens["lines"][1:] in ([], ["listen [::]:8080;"])
    assert (tmp_path / "listen.conf").read_text("ascii").splitlines() == listens["lines"]


@pytest.mark.parametrize(
    ("address", "written"), [("web", "web:80"), ("10.0.0.1", "10.0.0.1:80"), ("fd00::1", "[fd00::1]:80")]
)
def test_a_server_is_told_where_another_is(address: str, written: str, tmp_path: Path) -> None:
    file = tmp_path / "upstream.conf"
    told = between(run("write-upstream", file, "elsewhere", address, 80))
    assert told == [("leads-to", {"file": str(file), "name": "elsewhere", "address": address, "port": 80})]
    assert file.read_text("ascii") == f"upstream elsewhere {{\n  server {written};\n}}\n"
