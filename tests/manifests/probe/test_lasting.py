"""The probe's verbs about a connection that lasts, on this machine's own kernel."""

from __future__ import annotations

import socket

from tests.helpers.probes import between, named, rest, run, start, until

HERE = "127.0.0.1"


def test_every_question_over_one_connection_is_answered(port: int) -> None:
    server = start("serve-lasting", HERE, port, "then", "expect-term")
    until(server, "waiting")
    asking = ("then", "ask-connected", "--within", 20)
    happened = between(run("connect", HERE, port, "--within", 20, *asking, *asking))
    server.terminate()
    asked = [event for event in rest(server) if event["event"] == "asked"]
    assert [name for name, _ in happened] == ["connected", "answered", "answered"]
    answered = named(happened, "answered")
    assert [(a["sent"], a["back"], a["answer"], a["own"]) for a in answered] == [
        (a["nonce"], a["nonce"], a["answer"], a["peer"]) for a in asked
    ]
    assert len({said["own"] for _, said in happened}) == 1


def test_who_connects_anew_asks_over_another_connection(port: int) -> None:
    server = start("serve-lasting", HERE, port, "then", "expect-term")
    until(server, "waiting")
    once = ("connect", HERE, port, "--within", 20, "then", "ask-connected", "--within", 20)
    first, second = named(between(run(*once, "then", *once)), "answered")
    server.terminate()
    rest(server)
    assert first["own"] != second["own"]


def test_a_question_over_a_connection_that_its_server_left_is_not_answered(port: int) -> None:
    server = start("serve-lasting", HERE, port, "then", "expect-term")
    until(server, "waiting")
    client = start("connect", HERE, port, "then", "expect-term", "then", "ask-connected")
    until(client, "waiting")
    server.terminate()
    rest(server)
    client.terminate()
    [said] = [event for event in rest(client) if event["event"] == "unanswered"]
    assert said["errno"] in {"ECONNABORTED", "ECONNRESET", "EPIPE"}


def test_who_finds_nobody_says_why_and_goes_on(port: int) -> None:
    happened = between(run("connect", HERE, port, "--within", "0.1", "then", "ask-connected"))
    assert [(name, said["errno"]) for name, said in happened] == [
        ("not-connected", "ECONNREFUSED"),
        ("unanswered", "ENOTCONN"),
    ]


def test_a_port_that_is_taken_is_told(port: int) -> None:
    with socket.socket() as taken:
        taken.bind((HERE, port))
        taken.listen()
        events = run("serve-lasting", HERE, port)
    assert (events[1]["event"], events[1]["errno"], events[-1]["code"]) == ("not-bound", "EADDRINUSE", 1)
