"""Processes: private to their container by default, shared by the Pod's containers on request."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from records import Violation
from records.timeline import words, zero
from suite.evidence import did_not, events_of, not_on_one_node, only
from suite.order import bracketed, in_turn, restarted, run_together, runs_of, seconds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from records import Event, Instance, Record

FIRST = 1  # the id of a namespace's first process


def neighbours_seen(record: Record, *containers: str) -> list[Violation]:
    """Check that no container saw a live process of another.

    A process was alive at a look if it had its mark before, and printed something after. That a container's process is
    PID 1 is not asked: no sentence says it of the default, and a runtime may start an init of its own before it.

    Rules:
        unwitnessed: nothing proves that a container looked, could see a process, or had a live neighbour then.
        seen: a container saw its neighbour's process.
    """
    violations = _no_look(record, containers, "unwitnessed")
    if violations:
        return violations
    for name in containers:
        for run in record.instances_of(name):
            violations += [Violation("unwitnessed", text, "", events) for text, events in _sees_not_itself(run)]
    for looking, other in permutations(containers, 2):
        listed, marked = only(record, looking, "listed-processes"), only(record, other, "marked")
        if marked.fields["mark"] in listed.fields["marks"]:
            pid = listed.fields["marks"][marked.fields["mark"]]
            text = f"{looking} saw the process of {other}, with the id {pid}"
            violations.append(Violation("seen", text, f"{looking}  listed-processes, none of {other}", (listed,)))
        elif not marked.clock < listed.clock or run_together(record, looking, other, at=listed):
            origin, last = zero(record.pods[0]), runs_of(record, other)[-1].events[-1]
            text = (
                f"{looking} looked at {seconds(listed.clock, origin)}, and nothing proves that {other} lived then: "
                f"it was marked at {seconds(marked.clock, origin)}, its last word came at "
                f"{seconds(last.clock, origin)}"
            )
            violations.append(Violation("unwitnessed", text, "", (marked, listed)))
    return violations


def neighbours_unseen(record: Record, *containers: str) -> list[Violation]:
    """Check that every container saw the processes of all others, and none was PID 1.

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
        listed, mark = only(record, looking, "listed-processes"), only(record, other, "marked").fields["mark"]
        if mark not in listed.fields["marks"]:
            text = f"{looking} did not see the process of {other}: {words(listed)}"
            violations.append(Violation("unseen", text, f"{looking}  listed-processes marks={mark}", (listed,)))
    return violations


def not_signalled(record: Record, sender: str, target: str) -> list[Violation]:
    """Check that the target got the sender's signal, and the kernel named the sender.

    Rules:
        not-sent: the sender did not find the process, or the kernel refused the signal.
        not-received: the target got no signal.
        other-sender: the kernel named another sender.
    """
    violations = did_not(record, sender, "signalled", "not-sent")
    violations += did_not(record, target, "got-signal", "not-received")
    if violations:
        return violations
    sent, got = only(record, sender, "signalled"), only(record, target, "got-signal")
    if got.fields["sender"] != sent.fields["by"]:
        text = f"{target} got a signal from process {got.fields['sender']}, {sender} is {sent.fields['by']}"
        expected = f"{target}  got-signal sender={sent.fields['by']}"
        violations.append(Violation("other-sender", text, expected, (sent, got)))
    return violations


def root_unread(record: Record, reader: str, owner: str) -> list[Violation]:
    """Check that the reader read the owner's file in the root of the owner's process.

    Rules:
        unwitnessed: the owner wrote nothing, or the reader may have read a file of its own root.
        not-read: the reader did not find the process, or could not read the file.
        altered: the reader read something else.
    """
    violations = did_not(record, owner, "wrote", "unwitnessed")
    violations += did_not(record, reader, "root-read", "not-read")
    if violations:
        return violations
    wrote, read = only(record, owner, "wrote"), only(record, reader, "root-read")
    if read.fields["here_errno"] != "ENOENT":
        text = f"{reader}'s own root has {read.fields['file']} too, or could not be read: {words(read)}"
        return [Violation("unwitnessed", text, f"{reader}  root-read here_errno=ENOENT", (read,))]
    if read.fields["content"] != wrote.fields["content"]:
        text = f"{owner} wrote {wrote.fields['content']}, {reader} read {read.fields['content']!r}"
        expected = f"{reader}  root-read content={wrote.fields['content']}"
        return [Violation("altered", text, expected, (wrote, read))]
    return []


def orphan_left(record: Record, container: str) -> list[Violation]:
    """Check that a process without a parent was reaped once it ended.

    Rules:
        unwitnessed: there was no orphan.
        not-reaped: it stayed a zombie.
    """
    violations = did_not(record, container, "orphaned", "unwitnessed")
    if violations:
        return violations
    orphaned = only(record, container, "orphaned")
    left = events_of(record, container, "not-reaped")
    if left or not events_of(record, container, "reaped"):
        why = words(left[0]) if left else "nothing tells that it is gone"
        text = f"the orphan of {container}, whose parent is process {orphaned.fields['parent']}, was not reaped: {why}"
        return [Violation("not-reaped", text, f"{container}  reaped pid={orphaned.fields['pid']}", left)]
    return []


def host_unseen(record: Record, watcher: str, owner: str) -> list[Violation]:
    """Check that a container with hostPID saw the process of another Pod on its node, and those of the node itself.

    By the suite's clock: the owner was marked before the watcher's Pod was created, and ended after its look. In the
    node's namespace every process descends from PID 1, and a container's by way of the runtime that started it. In a
    namespace that only Pods share, the runtime stands outside, and so a container's first process has no parent there.

    Rules:
        unwitnessed: nothing proves that the owner's process was there when the watcher looked, or that it looked.
        unseen: the watcher did not see it.
        first: the watcher's first process was PID 1.
        not-the-nodes: the watcher did not see the processes of the node that it descends from, up to PID 1.
    """
    violations = [v for event in ("marked", "terminated") for v in did_not(record, owner, event, "unwitnessed")]
    violations += did_not(record, watcher, "listed-processes", "unwitnessed")
    if violations:
        return violations
    marked, terminated = only(record, owner, "marked"), only(record, owner, "terminated")
    listed = only(record, watcher, "listed-processes")
    if not bracketed(record, watcher, (marked, terminated), [listed]):
        violations.append(Violation("unwitnessed", f"{watcher} did not look while {owner} was there for certain"))
    violations += [Violation("unwitnessed", text) for text in not_on_one_node(record, f"{owner} and {watcher}")]
    if listed.fields["own"] == FIRST:
        text = f"{watcher}'s first process has the id {FIRST}, which is the node's own first process"
        violations.append(Violation("first", text, f"{watcher}  listed-processes own=…", (listed,)))
    elif listed.fields["ancestors"][-1:] != [FIRST]:
        seen = ", ".join(map(str, listed.fields["ancestors"])) or "none"
        text = f"{watcher} descends from no process of the node: of its parents it saw {seen}, and not PID {FIRST}"
        expected = f"{watcher}  listed-processes ancestors=[…, {FIRST}]"
        violations.append(Violation("not-the-nodes", text, expected, (listed,)))
    if marked.fields["mark"] not in listed.fields["marks"]:
        text = f"{watcher} did not see the process of {owner}, in another Pod of its node: {words(listed)}"
        expected = f"{watcher}  listed-processes marks={marked.fields['mark']}"
        violations.append(Violation("unseen", text, expected, (listed,)))
    return violations


def target_unseen(record: Record, ephemeral: str, target: str) -> list[Violation]:
    """Check that an ephemeral container saw the process of its target.

    Rules:
        unwitnessed: the target was not marked before the other looked, did nothing after that, or nobody looked.
        unseen: the ephemeral container did not see it.
    """
    violations = did_not(record, target, "marked", "unwitnessed")
    violations += did_not(record, ephemeral, "listed-processes", "unwitnessed")
    if violations:
        return violations
    marked, listed = only(record, target, "marked"), only(record, ephemeral, "listed-processes")
    if not marked.clock < listed.clock or run_together(record, ephemeral, target, at=listed):
        return [Violation("unwitnessed", f"{ephemeral} did not look while {target} was there for certain")]
    if marked.fields["mark"] in listed.fields["marks"]:
        return []
    text = f"{ephemeral} did not see the process of {target}: {words(listed)}"
    return [Violation("unseen", text, f"{ephemeral}  listed-processes marks={marked.fields['mark']}", (listed,))]


def run_again(record: Record, ephemeral: str, later: str, neighbour: str) -> list[Violation]:
    """Check that an ephemeral container did not run again after its exit, though its neighbour did.

    A kubelet that has not heard of the exit cannot run it again: the neighbour exits once the Pod's status has told.

    Args:
        record: what was seen.
        ephemeral: the container.
        later: another one, which the suite injects once the status tells that the first has ended.
        neighbour: the app, which exits when the later one says so.

    Rules:
        unwitnessed: it did not exit, or the later one did not start after that, or the neighbour did not exit after
            both and run again.
        restarted: it was run again.
    """
    violations = (
        did_not(record, ephemeral, "started", "unwitnessed")
        or restarted(record, ephemeral, "restarted", times=0)
        or did_not(record, ephemeral, "exit", "unwitnessed")
        or did_not(record, later, "started", "unwitnessed")
        or restarted(record, neighbour, "unwitnessed")
    )
    if violations:
        return violations
    first, again, *_ = runs_of(record, neighbour)
    if not first.first("exit"):
        return [Violation("unwitnessed", f"the first run of {neighbour} did not exit", f"{neighbour}  exit")]
    before = [(ephemeral, only(record, ephemeral, "exit")), (later, only(record, later, "started"))]
    after = [(neighbour, event) for event in (*first.all("exit"), *again.all("started"))]
    return in_turn(record.pods[0], "unwitnessed", *before, *after)


def _no_look(record: Record, containers: Iterable[str], rule: str) -> list[Violation]:
    return [
        v for name in containers for event in ("marked", "listed-processes") for v in did_not(record, name, event, rule)
    ]


def _sees_not_itself(run: Instance) -> list[tuple[str, tuple[Event, ...]]]:
    """Return why a look proves nothing: the container did not see its own mark under its own PID."""
    marked, listed = run.first("marked"), run.first("listed-processes")
    if marked and listed and listed.fields["marks"].get(marked.fields["mark"]) == listed.fields["own"]:
        return []
    return [(f"{run.container} did not see its own process", (listed,) if listed else ())]


def _pid(run: Instance) -> int:
    started = run.first("started")
    return int(started.fields["pid"]) if started else 0
