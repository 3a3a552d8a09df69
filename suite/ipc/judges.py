"""Message queues, semaphores, shared memory: shared in the Pod, private to it, gone with it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from records import Violation
from records.timeline import words
from suite.evidence import did_not, events_of, last_said, last_word, not_on_one_node, not_recreated
from suite.order import bracketed, ending, restarted, runs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from records import Event, Instance, PodRecord, Record

Content = tuple[int, str]

PODS = 2  # the one that is deleted, and the one that follows it


def messages_lost(
    record: Record, producer: str, consumer: str, *, count: int, size: int, by: str = "type"
) -> list[Violation]:
    """Check that every message reached the consumer: each type in the order sent, with its exact content.

    Args:
        record: of a producer and a consumer.
        producer: the container that prints ``sent``.
        consumer: the container that prints ``received``.
        count: how many messages were to be sent.
        size: how long each was to be, bytes.
        by: what the consumer asks for: a message's ``type``, or its ``priority``, the highest first.

    Rules:
        no-queue: one of them found no queue.
        unsent: the producer did not send the expected number of messages of that size.
        wrong-type: the consumer asked for a message of one type or priority and got one of another.
        lost: a message did not reach the consumer.
        altered: a type's messages came in another order or with another content.
    """
    violations = []
    for name in (producer, consumer):
        violations += did_not(record, name, "queue-opened", "no-queue")
    sent, received = _by(by, record, producer, "sent"), _by(by, record, consumer, "received")
    lengths = [length for contents in sent.values() for length, _ in contents]
    if lengths != [size] * count:
        said = last_said(record.instances_of(producer))
        text = f"{producer} sent {len(lengths)} messages of {sorted(set(lengths))} bytes, not {count} of {size}{said}"
        violations.append(Violation("unsent", text))
    violations += [
        Violation("wrong-type", f"{consumer} asked for {by} {event.fields['asked']} and got {by} {event.fields[by]}")
        for event in events_of(record, consumer, "received")
        if event.fields["asked"] != event.fields[by]
    ]
    for kind in sorted(sent.keys() | received.keys()):
        if len(received[kind]) < len(sent[kind]):
            said = last_said(record.instances_of(consumer))
            text = f"{consumer} received {len(received[kind])} of {len(sent[kind])} messages of {by} {kind}{said}"
            expected = f"{consumer}  received {by}={kind}, {len(sent[kind])} in all"
            violations.append(Violation("lost", text, expected))
        elif received[kind] != sent[kind]:
            number = next(
                (n for n, pair in enumerate(zip(sent[kind], received[kind], strict=False)) if pair[0] != pair[1]), None
            )
            what = f"message {number + 1} differs" if number is not None else "more came than were sent"
            violations.append(Violation("altered", f"{by} {kind}: {what} at {consumer} from what {producer} sent"))
    return violations


def _by(by: str, record: Record, container: str, event: str) -> defaultdict[int, list[Content]]:
    contents: defaultdict[int, list[Content]] = defaultdict(list)
    for each in events_of(record, container, event):
        contents[each.fields[by]].append((each.fields["bytes"], each.fields["sha256"]))
    return contents


def not_listed(record: Record, consumer: str, name: str) -> list[Violation]:
    """Check that a POSIX message queue is a file under /dev/mqueue for a container that used it.

    Rules:
        unwitnessed: the container did not open the queue before it listed the folder.
        unlisted: it did not list the folder.
        not-listed: the queue was not in it.
    """
    violations = did_not(record, consumer, "queue-opened", "unwitnessed", need="the queue must have been there")
    violations += did_not(record, consumer, "listed", "unlisted")
    for listed in events_of(record, consumer, "listed"):
        if name not in listed.fields["names"]:
            held = ", ".join(listed.fields["names"]) or "nothing"
            text = f"{consumer} found {held} in {listed.fields['folder']} ({listed.fields['filesystem']}), not {name}"
            violations.append(Violation("not-listed", text, f"{consumer}  listed names=['{name}']", (listed,)))
    return violations


def not_blocked(record: Record, holder: str, contender: str, semaphore: str) -> list[Violation]:
    """Check that a held semaphore is refused to another container, and granted once it is released.

    The two tell each other by a second semaphore who is to go on: nothing rests on time but the order.

    Rules:
        no-semaphore: the contender found none.
        unwitnessed: the holder did not hold it while the contender tried, or did not release it.
        not-blocked: the contender was not refused it while it was held, or not for that, or took it before it was
            released.
        not-freed: the contender did not take it once it was released.
    """
    if missing := did_not(record, contender, "semaphore-there", "no-semaphore"):
        return missing
    held = _of_semaphore(record, holder, semaphore, "semaphore-taken")
    released = _of_semaphore(record, holder, semaphore, "semaphore-released")
    refused = _of_semaphore(record, contender, semaphore, "semaphore-refused")
    taken = _of_semaphore(record, contender, semaphore, "semaphore-taken")
    violations = []
    if not held or not released:
        said = last_said(record.instances_of(holder))
        text = f"{holder} did not {'release' if held else 'take'} {semaphore}{said}"
        violations.append(Violation("unwitnessed", text))
    for event in (event for event in refused if event.fields["errno"] != "EAGAIN"):
        text = f"{contender} could not try {semaphore}: {event.fields['errno']}"
        violations.append(Violation("not-blocked", text, f"{contender}  semaphore-refused errno=EAGAIN", (event,)))
    if not refused:
        text = f"{contender} was not refused {semaphore} while {holder} held it"
        violations.append(Violation("not-blocked", text, f"{contender}  semaphore-refused errno=EAGAIN", taken))
    elif held and released and not held[0].clock < refused[0].clock < released[0].clock:
        text = f"{contender} did not try {semaphore} while {holder} held it"
        violations.append(Violation("unwitnessed", text, events=(*held, *refused, *released)))
    if released and (early := tuple(event for event in taken if event.clock <= released[0].clock)) and refused:
        text = f"{contender} took {semaphore} before {holder} released it"
        violations.append(Violation("not-blocked", text, events=(*early, *released)))
    if released and not taken:
        said = last_said(record.instances_of(contender))
        text = f"{contender} did not take {semaphore} after {holder} released it{said}"
        violations.append(Violation("not-freed", text, f"{contender}  semaphore-taken", released))
    return violations


def _of_semaphore(record: Record, container: str, semaphore: str, name: str) -> tuple[Event, ...]:
    return tuple(event for event in events_of(record, container, name) if event.fields["key"] == semaphore)


def not_seen_by_all(record: Record, *containers: str, before: Sequence[str] = ()) -> list[Violation]:
    """Check that every container read the files of all containers that ran with it or before it.

    Args:
        record: of all of them.
        containers: those that run at the same time; each reads the files of all others.
        before: those that had ended by then; they only write.

    Rules:
        not-written: a container did not write.
        not-read: a container did not find the file of another.
        altered: it read something else.
    """
    violations = []
    for writer in (*before, *containers):
        violations += did_not(record, writer, "wrote", "not-written")
        wrote = events_of(record, writer, "wrote")
        for reader in (name for name in containers if name != writer):
            violations += [violation for event in wrote for violation in _not_read(record, writer, reader, event)]
    return violations


def _not_read(record: Record, writer: str, reader: str, wrote: Event) -> list[Violation]:
    file, content = wrote.fields["file"], wrote.fields["content"]
    read = [event for event in events_of(record, reader, "read") if event.fields["file"] == file]
    expected = f"{reader}  read file={file} content={content}"
    if not read:
        said = last_said(record.instances_of(reader)) or "; it never ran"
        return [Violation("not-read", f"{reader} did not read {file}, which {writer} wrote{said}", expected, (wrote,))]
    return [
        Violation(
            "altered", f"{writer} wrote {content}, {reader} read {event.fields['content']!r}", expected, (wrote, event)
        )
        for event in read
        if event.fields["content"] != content
    ]


def leaked(record: Record, owner: str, observer: str, kind: str) -> list[Violation]:
    """Check that an object of one Pod was invisible to another Pod on its node, although it existed.

    The owner's proofs bracket the observer's look: it made the object before the observer's Pod was created, and found
    it, with its content, after the look.

    Args:
        record: of the two.
        owner: the container that prints ``object-made``, and ``object-holds`` at its end.
        observer: the container that prints ``object-absent`` or ``object-seen``.
        kind: the kind of the judged objects, such as ``sysv-queue``.

    Rules:
        unwitnessed: nothing proves that the object existed all the while, or that the observer looked.
        leaked: the observer saw it.
    """
    violations = [Violation("unwitnessed", text) for text in _not_kept(record, owner, kind)]
    for seen in _about(record, observer, kind, "object-seen"):
        text = f"{observer} saw the {kind} of {owner} (at look {seen.fields['looks']})"
        expected = f"{observer}  object-absent kind={kind} errno=ENOENT"
        violations.append(Violation("leaked", text, expected, (seen,)))
    if not any(violation.rule == "leaked" for violation in violations):
        violations += [Violation("unwitnessed", text) for text in _no_true_look(record, owner, observer, kind)]
    return violations


def _no_true_look(record: Record, owner: str, observer: str, kind: str) -> list[str]:
    """Return why the object's absence is unproven: no look, another errno than ENOENT, another node or time.

    Two Pods may have two kernels and so two clocks: the order of the suite's clock counts.
    """
    absent = _about(record, observer, kind, "object-absent")
    if not absent:
        return [_silent(record, observer, kind, "object-absent")]
    texts = _not_looked(observer, absent) + not_on_one_node(record, f"{owner} and {observer}")
    made, held = _about(record, owner, kind, "object-made"), _about(record, owner, kind, "object-holds")
    if made and held and not bracketed(record, observer, (made[0], held[-1]), absent):
        texts.append(f"{observer} did not look between two proofs by {owner} that its {kind} was there")
    return texts


def _not_looked(observer: str, absent: Iterable[Event]) -> list[str]:
    return [
        f"{observer} could not look for the {event.fields['kind']}: {event.fields['errno']}"
        for event in absent
        if event.fields["errno"] != "ENOENT"
    ]


def not_shared_with_node(record: Record, owner: str, observer: str, kind: str) -> list[Violation]:
    """Check that an object in the node's IPC namespace is there for another Pod on it, with its content.

    Rules:
        unwitnessed: the owner did not make it, or the two were not on one node.
        not-found: the observer did not find it.
        altered: the observer found one with another content.
    """
    made = _about(record, owner, kind, "object-made")
    if not made:
        return [Violation("unwitnessed", _silent(record, owner, kind, "object-made"))]
    violations = [Violation("unwitnessed", text) for text in not_on_one_node(record, f"{owner} and {observer}")]
    content = made[0].fields["content"]
    expected = f"{observer}  object-holds kind={kind} content={content}"
    held = _about(record, observer, kind, "object-holds")
    if not held:
        text = _silent(record, observer, kind, "object-holds")
        violations.append(Violation("not-found", text, expected, _about(record, observer, kind, "object-lost")))
    for event in held:
        if event.fields["content"] != content:
            text = f"{owner} made a {kind} that holds {content}, {observer} found {event.fields['content']!r}"
            violations.append(Violation("altered", text, expected, (*made, event)))
    return violations


def lost_with_container(record: Record, creator: str, kind: str) -> list[Violation]:
    """Check that an object is there, with its content, after its container crashed and ran again.

    Rules:
        unwitnessed: the first run did not make it, or no signal ended that run, or the container was not run again.
        lost: its next run did not find it.
        altered: its next run found one with another content.
    """
    runs = runs_of(record, creator)
    made = [event for run in runs[:1] for event in _by_kind(run, kind, "object-made")]
    if not made:
        return [Violation("unwitnessed", _silent(record, creator, kind, "object-made"))]
    violations = []
    if runs[0].signal is None:
        text = f"the first run of {creator} was to be ended by a signal, and had {ending(runs[0])}"
        violations.append(Violation("unwitnessed", text))
    if once := restarted(record, creator, "unwitnessed"):
        return violations + once
    content = made[0].fields["content"]
    expected = f"{creator}  object-holds kind={kind} content={content}"
    for run in runs[1:]:
        held = _by_kind(run, kind, "object-holds")
        if not held:
            said = next((words(event) for event in run.events[1:] if event.fields.get("kind") == kind), last_word(run))
            text = f"{creator}, run again, did not find the {kind} that it had made: {said}"
            violations.append(Violation("lost", text, expected, _by_kind(run, kind, "object-made", "object-lost")))
        for event in held:
            if event.fields["content"] != content:
                text = f"{creator} made a {kind} that held {content}; run again, it found {event.fields['content']!r}"
                violations.append(Violation("altered", text, expected, (*made, event)))
    return violations


def not_exchanged(
    record: Record, kind: str, part: str, *others: str, one_way: bool = False, again: str = ""
) -> list[Violation]:
    """Check that the others found what a container made, with its content, and it what each of them made.

    Args:
        record: of containers whose objects have their own names, or names that end with them behind a hyphen.
        kind: the kind of the judged objects, such as ``sysv-queue``.
        part: the container whose part is judged.
        others: those that run beside it.
        one_way: it had ended before the others looked: only what it made is judged.
        again: its part in its second run is judged: the name of what it made there.

    Rules:
        unwitnessed: it was not run again; or one gave up looking before what it looked for was made.
        not-made: a container did not make its object.
        not-found: a container did not find the object of another.
        altered: it found one with another content.
    """
    runs = runs_of(record, part)
    if again:
        if once := restarted(record, part, "unwitnessed"):
            return once
        runs = runs[1:]
    violations = []
    for other in others:
        beside = runs_of(record, other)
        violations += _not_found(kind, (part, runs, again or part), (other, beside))
        if not one_way:
            violations += _not_found(kind, (other, beside, other), (part, runs))
    return violations


def _not_found(
    kind: str, made_by: tuple[str, Sequence[Instance], str], sought_by: tuple[str, Sequence[Instance]]
) -> list[Violation]:
    """Return violations unless the runs of one container found what the runs of another made under a name."""
    (maker, making, name), (finder, looking) = made_by, sought_by
    made = [event for run in making for event in _named(run, kind, name, "object-made")]
    if not made:
        text = f"{maker} made no {kind} {name}{last_said(making) or '; it never ran'}"
        return [Violation("not-made", text, f"{maker}  object-made kind={kind} key={name}")]
    content = made[0].fields["content"]
    expected = f"{finder}  object-holds kind={kind} key={name} content={content}"
    held = [event for run in looking for event in _named(run, kind, name, "object-holds")]
    if not held:
        lost = tuple(event for run in looking for event in _named(run, kind, name, "object-lost"))
        if lost and all(event.clock < made[0].clock for event in lost):
            text = f"{finder} gave up looking for the {kind} {name} before {maker} made it"
            return [Violation("unwitnessed", text, events=(*lost, made[0]))]
        why = f": {lost[-1].fields['errno']}" if lost else last_said(looking) or "; it never ran"
        text = f"{finder} did not find the {kind} {name} that {maker} made{why}"
        return [Violation("not-found", text, expected, (*made, *lost))]
    return [
        Violation(
            "altered", f"{maker} made a {kind} that holds {content}, {finder} found {now!r}", expected, (*made, event)
        )
        for event in held
        if (now := event.fields["content"]) != content
    ]


def _named(run: Instance, kind: str, name: str, event: str) -> tuple[Event, ...]:
    return tuple(each for each in _by_kind(run, kind, event) if each.fields["key"].rpartition("-")[2] == name)


def survived_pod(record: Record, owner: str, kind: str) -> list[Violation]:
    """Check that an object is gone once its Pod was deleted and created anew on the same node.

    Rules:
        unwitnessed: nothing proves that the first Pod's object was there until that Pod ended, that the second is
            another Pod of that name, created after the first was gone, on the same node, or that it looked.
        survived: the second Pod saw it.
    """
    if len(record.pods) != PODS:
        return [Violation("unwitnessed", f"{len(record.pods)} Pods ran, not one and then another")]
    before, after = record.pods
    violations = [Violation("unwitnessed", text) for text in _not_kept(before, owner, kind)]
    violations += not_recreated(record, before, after)
    seen, absent = _about(after, owner, kind, "object-seen"), _about(after, owner, kind, "object-absent")
    for event in seen:
        text = f"Pod {after.role}: {owner} saw a {kind}, though Pod {before.role} was gone, and it had made none itself"
        violations.append(Violation("survived", text, f"{owner}  object-absent kind={kind} errno=ENOENT", (event,)))
    if not seen and not absent:
        violations.append(Violation("unwitnessed", _silent(after, owner, kind, "object-absent")))
    return violations + [Violation("unwitnessed", text) for text in _not_looked(owner, absent)]


def _not_kept(record: Record | PodRecord, owner: str, kind: str) -> list[str]:
    """Return why an object may not have existed, with its content, until its owner's end."""
    made, held = _about(record, owner, kind, "object-made"), _about(record, owner, kind, "object-holds")
    if not made:
        return [_silent(record, owner, kind, "object-made")]
    if not held:
        return [_silent(record, owner, kind, "object-holds")]
    if held[-1].fields["content"] != made[0].fields["content"]:
        was, now = made[0].fields["content"], held[-1].fields["content"]
        return [f"the {kind} of {owner} held {now!r} at the end, not {was}, which it was made with"]
    return []


def _about(record: Record | PodRecord, container: str, kind: str, *names: str) -> tuple[Event, ...]:
    """Return the events of these names that a container printed about objects of a kind."""
    return tuple(event for run in record.instances_of(container) for event in _by_kind(run, kind, *names))


def _by_kind(run: Instance, kind: str, *names: str) -> tuple[Event, ...]:
    return tuple(event for event in run.events if event.name in names and event.fields.get("kind") == kind)


def _silent(record: Record | PodRecord, container: str, kind: str, event: str) -> str:
    """Return the sentence that a container printed no such event about a kind, with its last word about it."""
    runs = record.instances_of(container)
    if not runs:
        return f"{container} never ran, so it has no event {event} of a {kind}"
    last = [words(event) for event in events_of(record, container) if event.fields.get("kind") == kind][-1:]
    said = last[0] if last else last_word(runs[-1])
    return f"{container} has no event {event} of a {kind}; its last word was {said}"
