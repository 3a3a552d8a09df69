"""The probe's verbs about abstract unix sockets, on this machine's own kernel."""

import os
import socket

import pytest

from tests.helpers.probes import between, rest, run, start, until


@pytest.fixture
def name() -> str:
    return f"podproof-{os.urandom(8).hex()}"


def test_both_print_the_nonces_of_both(name: str) -> None:
    server = start("serve-abstract", name, "then", "expect-term")
    until(server, "waiting")
    [(said, answered)] = between(run("ask-abstract", name, "--within", 20))
    server.terminate()
    [asked] = [event for event in rest(server) if event["event"] == "asked"]
    assert (said, answered["abstract"]) == ("answered", name)
    assert (answered["sent"], answered["back"], answered["answer"]) == (asked["nonce"], asked["nonce"], asked["answer"])


def test_who_asks_before_anybody_serves_is_answered_later(name: str) -> None:
    client = start("ask-abstract", name, "--within", 20)
    until(client, "started")
    server = start("serve-abstract", name, "then", "expect-term")
    assert [event["event"] for event in rest(client)] == ["answered", "exit"]
    server.terminate()
    rest(server)


def test_who_is_not_answered_says_why_and_goes_on(name: str) -> None:
    events = run("ask-abstract", name, "--within", "0.2", "then", "work", "0")
    happened = between(events)
    assert [said for said, _ in happened] == ["unanswered", "working", "worked"]
    assert (happened[0][1]["errno"], happened[0][1]["awaited"]) == ("ECONNREFUSED", 0.2)
    assert events[-1]["code"] == 0


def test_a_name_that_is_taken_is_refused(name: str) -> None:
    with socket.socket(socket.AF_UNIX) as taken:
        taken.bind(f"\0{name}")
        events = run("serve-abstract", name)
    assert between(events) == [("not-bound", {"abstract": name, "errno": "EADDRINUSE"})]
    assert events[-1]["code"] == 1


def test_a_name_that_is_held_takes_no_question_and_is_no_others(name: str) -> None:
    said = [
        name
        for name, _ in between(run("bind-abstract", name, "then", "ask-abstract", name, "then", "serve-abstract", name))
    ]
    assert said == ["bound", "unanswered", "not-bound"]


def test_a_container_reaches_a_socket_of_its_own(name: str) -> None:
    happened = between(run("serve-abstract", name, "then", "ask-abstract", name, "--within", 20))
    assert [said for said, _ in happened] == ["serving", "asked", "answered"]


def test_a_question_that_breaks_off_is_told_and_the_next_is_answered(name: str) -> None:
    server = start("serve-abstract", name, "then", "expect-term")
    until(server, "waiting")
    with socket.socket(socket.AF_UNIX) as rude:
        rude.connect(f"\0{name}")
        rude.sendall(b"half a line")
    assert between(run("ask-abstract", name, "--within", 20))[0][0] == "answered"
    server.terminate()
    broken, asked, *_ = rest(server)
    assert (broken["event"], broken["errno"]) == ("not-answered", "ECONNABORTED")
    assert asked["event"] == "asked"
