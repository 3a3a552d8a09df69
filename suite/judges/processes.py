"""Processes: private to their container by default, shared by the Pod's containers on request."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from records import Violation
from records.timeline import words, zero
from suite.judges.evidence import did_not, seconds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from records import Event, Instance, Record

FIRST = 1  # the id of a namespace's first process


def neighbours_seen(record: Record, *containers: str) -> list[Violation]:
    """No container saw a process of another, while that lived; each one's first process was PID 1, and it saw that.

    A process lived when another listed what it sees: it had its mark before that, and printed something after it.

    Rules:
        unwitnessed: nothing proves that a container looked, that it would have seen a process, or that its neighbour's
            lived then.
        seen: a container saw its neighbour's process.
        not-first: a container's first process was not PID 1.
    """
    violations = _no_look(record, containers, "unwitnessed")
    if violations:
        return violations
    for name in containers:
        for run in record.instances_of(name):
            violations += [Violation("unwitnessed", text, "", events) for text, events in _sees_not_itself(run)]
            if (pid := _pid(run)) != FIRST:
                text = f"{name}'s first process has the id {pid}"
                violations.append(Violation("not-first", text, f"{name}  started pid={FIRST}", run.events[:1]))
    for looking, other in permutations(containers, 2):
        listed, run = _only(record, looking, "listed-processes"), _run(record, other)
        marked = _only(record, other, "marked")
        if marked.fields["mark"] in listed.fields["marks"]:
            pid = listed.fields["marks"][marked.fields["mark"]]
            text = f"{looking} saw the process of {other}, with the id {pid}"
            violations.append(Violation("seen", text, f"{looking}  listed-processes, none of {other}", (listed,)))
        elif not marked.clock < listed.clock < run.events[-1].clock:
            origin = zero(record.pods[0])
            text = (
                f"{looking} looked at {seconds(listed.clock, origin)}, and nothing proves that {other} lived then: "
                f"it was marked at {seconds(marked.clock, origin)}, its last word came at "
                f"{seconds(run.events[-1].clock, origin)}"
            )
            violations.append(Violation("unwitnessed", text, "", (marked, listed)))
    return violations


def neighbours_unseen(record: Record, *containers: str) -> list[Violation]:
    """Every container saw the processes of all others; none of their first processes was PID 1.

    Rules:
        unwitnessed: a container gave its process no mark, or did not look.
        unseen: a container did not see another's process.
        first: a container's first process was PID 1.
    """
    violations = _no_look(record, containers, "unwitnessed")
    if violations:
        return violations
    for name in containers:
        violations += [
            Violation("first", f"{name}'s first process has the id {FIRST}", f"{name}  started pid=…", run.events[:1])
            for run in record.instances_of(name)
            if _pid(run) == FIRST
        ]
    for looking, other in permutations(containers, 2):
        listed, mark = _only(record, looking, "listed-processes"), _only(record, other, "marked").fields["mark"]
        if mark not in listed.fields["marks"]:
            text = f"{looking} did not see the process of {other}: {words(listed)}"
            violations.append(Violation("unseen", text, f"{looking}  listed-processes marks={mark}", (listed,)))
    return violations


def not_signalled(record: Record, sender: str, target: str) -> list[Violation]:
    """The sender signalled the target's process, which got it, and was told by the kernel who sent it.

    Rules:
        not-sent: the sender did not find the process, or the kernel refused the signal.
        not-received: the target got no signal.
        other-sender: the kernel told the target another sender.
    """
    violations = did_not(record, sender, "signalled", "not-sent")
    violations += did_not(record, target, "got-signal", "not-received")
    if violations:
        return violations
    sent, got = _only(record, sender, "signalled"), _only(record, target, "got-signal")
    if got.fields["sender"] != sent.fields["by"]:
        text = f"{target} got a signal from process {got.fields['sender']}, {sender} is {sent.fields['by']}"
        expected = f"{target}  got-signal sender={sent.fields['by']}"
        violations.append(Violation("other-sender", text, expected, (sent, got)))
    return violations


def root_unread(record: Record, reader: str, owner: str) -> list[Violation]:
    """What the owner wrote into its own root file system, the reader read in the root of the owner's process.

    Rules:
        unwitnessed: the owner wrote nothing, or the reader's own root has such a file: it may be the one that it read.
        not-read: the reader did not find the process, or could not read the file.
        altered: the reader read something else.
    """
    violations = did_not(record, owner, "wrote", "unwitnessed")
    violations += did_not(record, reader, "root-read", "not-read")
    if violations:
        return violations
    wrote, read = _only(record, owner, "wrote"), _only(record, reader, "root-read")
    if read.fields["here_errno"] != "ENOENT":
        text = f"{reader}'s own root has {read.fields['file']} too, or could not be read: {words(read)}"
        return [Violation("unwitnessed", text, f"{reader}  root-read here_errno=ENOENT", (read,))]
    if read.fields["content"] != wrote.fields["content"]:
        text = f"{owner} wrote {wrote.fields['content']}, {reader} read {read.fields['content']!r}"
        expected = f"{reader}  root-read content={wrote.fields['content']}"
        return [Violation("altered", text, expected, (wrote, read))]
    return []


def orphan_left(record: Record, container: str) -> list[Violation]:
    """A process whose parent had ended was reaped once it ended itself.

    Rules:
        unwitnessed: there was no orphan.
        not-reaped: it stayed a zombie.
    """
    violations = did_not(record, container, "orphaned", "unwitnessed")
    if violations:
        return violations
    orphaned = _only(record, container, "orphaned")
    left = [event for run in record.instances_of(container) for event in run.all("not-reaped")]
    if left or not any(run.first("reaped") for run in record.instances_of(container)):
        told = words(left[0]) if left else "nothing tells that it is gone"
        text = f"the orphan of {container}, whose parent is process {orphaned.fields['parent']}, was not reaped: {told}"
        return [Violation("not-reaped", text, f"{container}  reaped pid={orphaned.fields['pid']}", tuple(left))]
    return []


def _no_look(record: Record, containers: Iterable[str], rule: str) -> list[Violation]:
    return [
        v for name in containers for event in ("marked", "listed-processes") for v in did_not(record, name, event, rule)
    ]


def _sees_not_itself(run: Instance) -> list[tuple[str, tuple[Event, ...]]]:
    """Where a process does not see its own mark under its own id, it would not see another's."""
    marked, listed = run.first("marked"), run.first("listed-processes")
    if marked and listed and listed.fields["marks"].get(marked.fields["mark"]) == listed.fields["own"]:
        return []
    return [(f"{run.container} did not see its own process", (listed,) if listed else ())]


def _pid(run: Instance) -> int:
    started = run.first("started")
    return int(started.fields["pid"]) if started else 0


def _run(record: Record, container: str) -> Instance:
    return record.instances_of(container)[-1]


def _only(record: Record, container: str, event: str) -> Event:
    return next(found for run in record.instances_of(container) for found in run.all(event))
