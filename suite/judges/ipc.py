"""System V message queues: shared in the Pod, private to it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from records import Violation
from suite.judges.evidence import did_not, last_word

if TYPE_CHECKING:
    from records import Record

Content = tuple[int, str]


def messages_lost(record: Record, producer: str, consumer: str, *, count: int, size: int) -> list[Violation]:
    """Every message that the producer sent reached the consumer: each type in the order sent, with its exact content.

    Args:
        record: of a producer and a consumer.
        producer: the container that prints ``sent``.
        consumer: the container that prints ``received``.
        count: how many messages were to be sent.
        size: how long each was to be, bytes.

    Rules:
        no-queue: one of them found no queue.
        unsent: the producer did not send as many, as long as it was to.
        wrong-type: the consumer asked for a message of one type and got one of another.
        lost: a message did not reach the consumer.
        altered: a type's messages came in another order or with another content.
    """
    violations = []
    for name in (producer, consumer):
        violations += did_not(record, name, "queue-opened", "no-queue")
    sent, received = _by_type(record, producer, "sent"), _by_type(record, consumer, "received")
    lengths = [length for contents in sent.values() for length, _ in contents]
    if lengths != [size] * count:
        said = "".join(f"; its last word was {last_word(i)}" for i in record.instances_of(producer)[-1:])
        text = f"{producer} sent {len(lengths)} messages of {sorted(set(lengths))} bytes, not {count} of {size}{said}"
        violations.append(Violation("unsent", text))
    violations += [
        Violation(
            "wrong-type", f"{consumer} asked for type {event.fields['asked']} and got type {event.fields['type']}"
        )
        for instance in record.instances_of(consumer)
        for event in instance.all("received")
        if event.fields["asked"] != event.fields["type"]
    ]
    for kind in sorted(sent.keys() | received.keys()):
        if len(received[kind]) < len(sent[kind]):
            said = "".join(f"; its last word was {last_word(i)}" for i in record.instances_of(consumer)[-1:])
            text = f"{consumer} received {len(received[kind])} of {len(sent[kind])} messages of type {kind}{said}"
            expected = f"{consumer}  received type={kind}, {len(sent[kind])} in all"
            violations.append(Violation("lost", text, expected))
        elif received[kind] != sent[kind]:
            number = next(
                (n for n, pair in enumerate(zip(sent[kind], received[kind], strict=False)) if pair[0] != pair[1]), None
            )
            what = f"message {number + 1} differs" if number is not None else "more came than were sent"
            violations.append(Violation("altered", f"type {kind}: {what} at {consumer} from what {producer} sent"))
    return violations


def _by_type(record: Record, container: str, event: str) -> defaultdict[int, list[Content]]:
    contents: defaultdict[int, list[Content]] = defaultdict(list)
    for instance in record.instances_of(container):
        for each in instance.all(event):
            contents[each.fields["type"]].append((each.fields["bytes"], each.fields["sha256"]))
    return contents


def queue_leaked(record: Record, owner: str, observer: str) -> list[Violation]:
    """A queue in one Pod was not there for another Pod on the same node, while its owner saw that it existed.

    The owner's witness brackets the observer's look: it made the queue before the observer's Pod was created, and found
    it, with its message, after the observer had ended.

    Rules:
        unwitnessed: nothing proves that the queue existed all the while.
        leaked: the observer saw a queue.
    """
    violations = []
    for event in ("queue-opened", "sent", "queue-holds"):
        violations += did_not(record, owner, event, "unwitnessed", need="the queue must have existed all the while")
    held = [event for instance in record.instances_of(owner) for event in instance.all("queue-holds")]
    if held and held[-1].fields["messages"] != 1:
        text = f"{owner}'s queue held {held[-1].fields['messages']} messages at the end, not the one that it sent"
        violations.append(Violation("unwitnessed", text))
    for instance in record.instances_of(observer):
        if seen := instance.first("queue-seen"):
            text = f"{observer} saw the queue of {owner} (id {seen.fields['id']}, at look {seen.fields['looks']})"
            violations.append(Violation("leaked", text, f"{observer}  queue-absent errno=ENOENT", (seen,)))
    if not any(v.rule == "leaked" for v in violations):
        violations += did_not(record, observer, "queue-absent", "unwitnessed", need="it must have looked")
        violations += _no_true_look(record, owner, observer)
    return violations


def _no_true_look(record: Record, owner: str, observer: str) -> list[Violation]:
    """What keeps an absence from being proven: another errno than ENOENT, another node, another time.

    The clocks of two Pods may differ (each may have a kernel of its own): of the time, the suite's order counts.
    """
    texts = [
        f"{observer} could not look: {event.fields['errno']}"
        for instance in record.instances_of(observer)
        for event in instance.all("queue-absent")
        if event.fields["errno"] != "ENOENT"
    ]
    nodes = {pod.node for pod in record.pods}
    if len(nodes) != 1 or "" in nodes:
        texts.append(f"{owner} and {observer} were not on one node, but on {', '.join(sorted(nodes)) or 'none'}")
    made, held = _seen(record, owner, "sent"), _seen(record, owner, "queue-holds")
    created, looked = record.act("created", observer), _seen(record, observer, "queue-absent")
    if made is None or looked is None or held is None:
        return [Violation("unwitnessed", text) for text in texts]  # which of them is missing was said
    if created is None or not made < created.seen < looked < held:
        texts.append(f"{observer} did not look between two proofs by {owner} that its queue was there")
    return [Violation("unwitnessed", text) for text in texts]


def _seen(record: Record, container: str, event: str) -> float | None:
    return next((e.seen for instance in record.instances_of(container) for e in instance.all(event)), None)
