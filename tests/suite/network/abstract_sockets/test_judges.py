"""Judges of abstract unix sockets: their histories, and what lies at the edges of their rules."""

from dataclasses import replace

from records import Act, Event, Record
from suite.network.abstract_sockets import judges
from tests.helpers.histories import (
    altered,
    did,
    exited,
    instead,
    pod,
    ran,
    record,
    rules,
    said,
    without,
)
from tests.helpers.trial import Trial

NAME = {"abstract": "podproof"}


def asked(at: float, nonce: str) -> Event:
    """Return the event of a question; its answer is the question in capitals."""
    return did(at, "asked", **NAME, nonce=nonce, answer=nonce.upper())


def answered(at: float, nonce: str) -> Event:
    return did(at, "answered", **NAME, sent=nonce, back=nonce, answer=nonce.upper())


VAIN = did(5.0, "unanswered", **NAME, sent="b", errno="ECONNREFUSED", awaited=2.0)
INTRUDER = (VAIN, did(5.1, "serving", **NAME), asked(5.2, "c"), answered(5.3, "c"))


def intruded(*events: Event, came: tuple[Event, ...] = ()) -> Record:
    """Return a history in which a neighbour reaches a socket before and after another Pod prints these events."""
    questions = [asked(1.0, "a"), *came, asked(9.0, "d")]
    return record(
        pod(
            ran("listener", 0.0, did(0.1, "serving", **NAME), *questions, exited(9.3)),
            ran("neighbour", 0.0, answered(1.1, "a"), did(1.2, "waiting"), answered(9.1, "d"), exited(9.2)),
            role="server",
        ),
        pod(ran("intruder", 4.0, *events, exited(5.4)), role="intruder"),
        acts=[Act(0.0, "created", "server"), Act(3.0, "created", "intruder"), Act(8.0, "deleted", "server")],
    )


PRIVATE = intruded(*INTRUDER)

REACHED = Trial(
    judges.socket_not_reached,
    ("neighbour", "listener"),
    good=PRIVATE,
    broken=(
        ("not-bound", "the listener did not say that it listens", without(PRIVATE, "listener", "serving")),
        ("not-reached", "no answer came", without(PRIVATE, "neighbour", "answered")),
        ("not-reached", "the neighbour asked in vain", instead(PRIVATE, "neighbour", "answered", VAIN)),
        ("altered", "another nonce came back", altered(PRIVATE, "neighbour", "answered", back="x")),
        ("altered", "an answer that nobody gave", altered(PRIVATE, "neighbour", "answered", answer="X")),
        ("altered", "the listener was not asked", without(PRIVATE, "listener", "asked")),
    ),
)

EXPOSED = Trial(
    judges.socket_exposed,
    ("neighbour", "intruder"),
    options={"owner": "listener"},
    good=PRIVATE,
    broken=(
        ("unwitnessed", "the intruder never ran", without(PRIVATE, "intruder")),
        ("unwitnessed", "it did not reach its own", intruded(*INTRUDER[:2])),
        ("unwitnessed", "it asked for nothing that is not its own", intruded(*INTRUDER[1:3])),
        ("unwitnessed", "the neighbour did not reach it", without(PRIVATE, "neighbour", "answered")),
        ("unwitnessed", "another answered the neighbour", altered(PRIVATE, "neighbour", "answered", answer="X")),
        ("unwitnessed", "nobody created it", replace(PRIVATE, acts=())),
        ("unwitnessed", "it came before the first proof", replace(PRIVATE, acts=(Act(1.1, "created", "intruder"),))),
        ("unwitnessed", "it looked after the last proof", intruded(*INTRUDER[:3], answered(9.1, "c"))),
        ("reached", "it was answered", intruded(answered(5.0, "b"), *INTRUDER[1:])),
        ("reached", "its question came", intruded(*INTRUDER, came=(asked(5.0, "b"),))),
        (
            "name-taken",
            "it could not have the name",
            intruded(VAIN, did(5.1, "not-bound", **NAME, errno="EADDRINUSE")),
        ),
    ),
)

TRIALS = (REACHED, EXPOSED)


def test_who_asked_in_vain_is_told_with_its_errno() -> None:
    assert said(REACHED(instead(PRIVATE, "neighbour", "answered", VAIN))) == (
        "neighbour did not reach the abstract socket of listener: "
        "unanswered abstract=podproof sent=b errno=ECONNREFUSED awaited=2.0 [not-reached]"
    )


def test_a_socket_that_was_reached_is_told_although_nothing_else_is_witnessed() -> None:
    history = without(intruded(answered(5.0, "b")), "neighbour", "answered")
    assert said(EXPOSED(history)) == (
        "intruder reached the abstract socket of listener, in another Pod: "
        "answered abstract=podproof sent=b back=b answer=B [reached]"
    )


def test_a_name_that_could_not_be_had_for_another_reason_is_no_leak() -> None:
    refused = intruded(VAIN, did(5.1, "not-bound", **NAME, errno="EACCES"))
    assert rules(EXPOSED(refused)) == {"unwitnessed"}
