"""Judges of IPC: their histories, and what lies at the edges of their rules."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from records import Act, Event, Record
from suite.judges import ipc as judges
from tests.histories import altered, did, exited, instead, moved, pod, ran, record, rules, said, without
from tests.trial import Trial

Message = tuple[int, str]

THREE: tuple[Message, ...] = ((1, "a"), (1, "b"), (2, "c"))
NO_QUEUE = did(30.0, "no-queue", key=7, errno="ENOENT", looks=1500)


def exchange(received: Sequence[Message], sent: Sequence[Message] = THREE, size: int = 64) -> Record:
    """A producer sends these messages, a consumer receives those: type and digest of each."""
    return record(
        pod(
            ran("producer", 0.0, *_messages(1.0, "sent", sent, size), exited(2.0)),
            ran("consumer", 0.1, *_messages(1.5, "received", received, size), exited(2.0)),
        )
    )


def _messages(at: float, event: str, messages: Sequence[Message], size: int) -> list[Event]:
    each = [did(at, event, asked=kind, type=kind, bytes=size, sha256=digest) for kind, digest in messages]
    return [did(at, "queue-opened", key=7, id=0), *each]


EXCHANGED = exchange([(2, "c"), (1, "a"), (1, "b")])

EXCHANGE = Trial(
    judges.messages_lost,
    ("producer", "consumer"),
    options={"count": 3, "size": 64},
    good=EXCHANGED,
    broken=(
        ("no-queue", "the producer opened none", without(EXCHANGED, "producer", "queue-opened")),
        ("no-queue", "the consumer opened none", without(EXCHANGED, "consumer", "queue-opened")),
        ("unsent", "one too few", exchange(THREE[:2], sent=THREE[:2])),
        ("unsent", "one too many", exchange((*THREE, (2, "d")), sent=(*THREE, (2, "d")))),
        ("unsent", "each a byte too short", exchange(THREE, size=63)),
        ("wrong-type", "the first that came", altered(EXCHANGED, "consumer", "received", asked=1)),
        ("lost", "the last of a type", exchange([(1, "a"), (2, "c")])),
        ("lost", "all of a type", exchange([(1, "a"), (1, "b")])),
        ("altered", "another order within a type", exchange([(1, "b"), (1, "a"), (2, "c")])),
        ("altered", "another content", exchange([(1, "a"), (1, "x"), (2, "c")])),
        ("altered", "one came twice", exchange([*THREE, (2, "c")])),
        ("altered", "of a type that nobody sent", exchange([*THREE, (3, "d")])),
    ),
)

OWNER = ran(
    "owner",
    0.0,
    did(0.1, "queue-opened", key=7, id=0),
    did(0.2, "sent", type=1, bytes=64, sha256="a"),
    did(0.3, "waiting"),
    did(6.0, "terminated"),
    did(6.1, "queue-opened", key=7, id=0),
    did(6.2, "queue-holds", id=0, bytes=64, messages=1),
    exited(6.3),
)
OBSERVER = ran("observer", 2.0, did(4.0, "queue-absent", key=7, errno="ENOENT", looks=100), exited(4.1))
KEPT_APART = record(
    pod(OWNER, role="owner"),
    pod(OBSERVER, role="observer"),
    acts=[Act(0.0, "created", "owner"), Act(1.0, "created", "observer"), Act(5.0, "deleted", "owner")],
)
SEEN = did(4.0, "queue-seen", key=7, id=5, looks=3)

PRIVACY = Trial(
    judges.queue_leaked,
    ("owner", "observer"),
    good=KEPT_APART,
    broken=(
        ("unwitnessed", "the owner made no queue", without(KEPT_APART, "owner", "queue-opened")),
        ("unwitnessed", "the owner sent nothing", without(KEPT_APART, "owner", "sent")),
        ("unwitnessed", "the owner did not find it again", without(KEPT_APART, "owner", "queue-holds")),
        ("unwitnessed", "its message was gone", altered(KEPT_APART, "owner", "queue-holds", messages=0)),
        ("unwitnessed", "the observer did not look", without(KEPT_APART, "observer", "queue-absent")),
        ("unwitnessed", "the observer never ran", without(KEPT_APART, "observer")),
        ("leaked", "the observer saw a queue", instead(KEPT_APART, "observer", "queue-absent", SEEN)),
    ),
)

TRIALS = (EXCHANGE, PRIVACY)


def test_types_may_be_received_in_another_order_than_they_were_sent() -> None:
    assert EXCHANGE(exchange([(1, "a"), (2, "c"), (1, "b")])) == []


def test_a_consumer_without_a_queue_has_lost_every_message_and_says_why() -> None:
    history = instead(exchange([]), "consumer", "queue-opened", NO_QUEUE)
    why = "its last word was no-queue key=7 errno=ENOENT looks=1500"
    assert said(EXCHANGE(history)).splitlines() == [
        f"consumer has no event queue-opened; {why} [no-queue]",
        f"consumer received 0 of 2 messages of type 1; {why} [lost]",
        f"consumer received 0 of 1 messages of type 2; {why} [lost]",
    ]


def test_a_consumer_that_never_ran_is_told_as_such() -> None:
    violations = EXCHANGE(without(EXCHANGED, "consumer"))
    assert rules(violations) == {"no-queue", "lost"}
    assert "consumer never ran, so it has no event queue-opened" in said(violations)


def test_a_producer_that_could_not_send_says_what_the_kernel_answered() -> None:
    history = without(exchange([]), "producer", "sent")
    [producer, consumer] = history.instances
    refused = did(1.0, "not-sent", type=1, errno="EAGAIN", msgmax=8192)
    violations = EXCHANGE(record(pod(ran("producer", 0.0, *producer.events[1:-1], refused, exited(2.0, 1)), consumer)))
    assert said(violations) == (
        "producer sent 0 messages of [] bytes, not 3 of 64; "
        "its last word was not-sent type=1 errno=EAGAIN msgmax=8192 [unsent]"
    )


def test_an_altered_message_is_told_by_its_type_and_its_place() -> None:
    violations = EXCHANGE(exchange([(1, "a"), (1, "x"), (2, "c")]))
    assert said(violations) == "type 1: message 2 differs at consumer from what producer sent [altered]"


def test_a_message_that_came_twice_is_told() -> None:
    violations = EXCHANGE(exchange([*THREE, (2, "c")]))
    assert said(violations) == "type 2: more came than were sent at consumer from what producer sent [altered]"


def test_messages_of_every_run_of_a_container_count() -> None:
    first = ran("consumer", 0.1, *_messages(1.5, "received", THREE[:1], 64), exited(1.6, code=1))
    second = ran("consumer", 2.0, *_messages(2.5, "received", THREE[1:], 64), exited(2.6))
    assert EXCHANGE(record(pod(EXCHANGED.instances[0], first, second))) == []


def test_a_leak_tells_who_saw_whose_queue_and_when() -> None:
    violations = PRIVACY(instead(KEPT_APART, "observer", "queue-absent", SEEN))
    assert said(violations) == "observer saw the queue of owner (id 5, at look 3) [leaked]"


def test_a_leak_is_a_leak_although_nothing_else_is_witnessed() -> None:
    history = instead(without(KEPT_APART, "owner", "queue-holds"), "observer", "queue-absent", SEEN)
    assert rules(PRIVACY(history)) == {"leaked", "unwitnessed"}


@pytest.mark.parametrize(
    ("container", "event", "seconds"),
    [("owner", "sent", 1.0), ("observer", "queue-absent", 1.0), ("observer", "queue-absent", 6.2)],
)
def test_a_look_at_the_very_time_of_a_proof_is_not_between_two(container: str, event: str, seconds: float) -> None:
    assert said(PRIVACY(moved(KEPT_APART, container, event, seconds))) == (
        "observer did not look between two proofs by owner that its queue was there [unwitnessed]"
    )


def test_a_queue_that_lost_its_message_is_told_with_what_it_held() -> None:
    violations = PRIVACY(altered(KEPT_APART, "owner", "queue-holds", messages=0))
    assert said(violations) == "owner's queue held 0 messages at the end, not the one that it sent [unwitnessed]"


def test_a_missing_proof_is_told_with_what_it_was_needed_for() -> None:
    assert said(PRIVACY(without(KEPT_APART, "owner", "queue-holds"))) == (
        "owner has no event queue-holds; its last word was queue-opened key=7 id=0; "
        "the queue must have existed all the while [unwitnessed]"
    )


def test_a_missing_look_is_told_with_its_errno() -> None:
    refused = did(4.0, "failed", verb="look-queue own", errno="EPERM")
    assert said(PRIVACY(instead(KEPT_APART, "observer", "queue-absent", refused))) == (
        "observer has no event queue-absent; its last word was failed verb=look-queue own errno=EPERM; "
        "it must have looked [unwitnessed]"
    )


def test_an_observer_that_nobody_created_proves_nothing() -> None:
    assert rules(PRIVACY(replace(KEPT_APART, acts=()))) == {"unwitnessed"}


@pytest.mark.parametrize("errno", ["EACCES", "ENOSYS", "EPERM"])
def test_a_look_that_the_kernel_refused_is_no_absence(errno: str) -> None:
    refused = altered(KEPT_APART, "observer", "queue-absent", errno=errno)
    assert said(PRIVACY(refused)) == f"observer could not look: {errno} [unwitnessed]"
    unproven = altered(refused, "owner", "queue-holds", messages=0)
    assert len(PRIVACY(unproven)) == 2


def test_a_look_from_another_node_proves_nothing() -> None:
    elsewhere = pod(OBSERVER, role="observer", node="node-2")
    history = replace(KEPT_APART, pods=(KEPT_APART.pods[0], elsewhere))
    assert rules(PRIVACY(history)) == {"unwitnessed"}
