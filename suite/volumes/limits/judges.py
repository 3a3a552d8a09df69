"""What a volume may hold, and what becomes of a container or a Pod that puts more on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records import Violation
from records.timeline import words
from suite import stored
from suite.evidence import did_not, events_of, last_said, last_word
from suite.order import ending
from suite.stored import MEBIBYTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from records import Event, PodRecord, Record

TMPFS = 0x01021994  # statfs(2): TMPFS_MAGIC of linux/magic.h
KILLED = 9
OUT_OF_MEMORY = "OOMKilled"


def not_tmpfs(record: Record, *containers: str) -> list[Violation]:
    """Check that each container sees a tmpfs.

    Rules:
        unseen: a container did not look.
        not-tmpfs: it saw another file system.
    """
    violations = [v for name in containers for v in did_not(record, name, "space", "unseen")]
    for name in containers:
        for event in events_of(record, name, "space"):
            magic, folder = event.fields["magic"], event.fields["folder"]
            if int(magic, 16) != TMPFS:
                text = f"{name} sees a file system of the type {magic} at {folder}, no tmpfs"
                violations.append(Violation("not-tmpfs", text, f"{name}  space magic={TMPFS:#x}", (event,)))
    return violations


def not_counted(record: Record, writer: str, neighbour: str, *, limit: int) -> list[Violation]:
    """Check that a container is ended or refused when it fills a volume in memory beyond its memory limit.

    Its neighbour, with a higher limit, is not.

    Args:
        record: of both; the neighbour is deleted once the writer has ended.
        writer: is to write more than its memory limit.
        neighbour: is to write as much, and has a higher limit.
        limit: the writer's memory limit, MiB.

    Rules:
        unwitnessed: the writer did not begin to write more than its limit; it ended otherwise than by KILL; it was
            refused for want of room (ENOSPC), or the neighbour could not write as much, so that the volume may have
            been too small.
        not-counted: the writer wrote more than its limit.
        neighbour-ended: the neighbour did not outlive the writer.
    """
    began = [event for event in events_of(record, writer, "filling") if event.fields["goal"] > limit * MEBIBYTE]
    if not began:
        said = last_said(record.instances_of(writer))
        return [Violation("unwitnessed", f"{writer} did not begin to write more than its limit of {limit} MiB{said}")]
    goal, violations = began[0].fields["goal"], []
    for run in record.instances_of(writer):
        wrote = run.first("filled") or run.first("not-filled")
        if wrote is not None and wrote.fields["bytes"] > limit * MEBIBYTE:
            text = f"{writer} may have {limit} MiB of memory, and wrote {_mebibytes(wrote)} MiB to a volume in memory"
            violations.append(Violation("not-counted", text, f"{writer}  ended by signal {KILLED}", (wrote,)))
        elif wrote is not None and wrote.fields.get("errno") == "ENOSPC":
            text = f"{writer} was refused for want of room on the volume, not of memory: {words(wrote)}"
            violations.append(Violation("unwitnessed", text, f"{writer}  ended by signal {KILLED}", (wrote,)))
        elif wrote is None and run.signal != KILLED:
            text = f"{writer} was to be ended by signal {KILLED} while it wrote, and had {ending(run)}"
            violations.append(Violation("unwitnessed", text, events=tuple(began)))
    return violations + _neighbour_ended(record, writer, neighbour, goal)


def other_reason(record: Record, writer: str) -> list[Violation]:
    """Check that the status of a container which the kernel ended for its memory says so.

    Rules:
        unwitnessed: the writer did not end by KILL in the midst of its output.
        other-reason: its status gives another reason than OOMKilled.
    """
    killed = [run for run in record.instances_of(writer) if run.signal == KILLED]
    if not killed:
        said = last_said(record.instances_of(writer))
        return [Violation("unwitnessed", f"{writer} was to be ended by signal {KILLED}{said}")]
    reasons = [(run.terminated or {}).get("reason") for run in killed]
    return [
        Violation("other-reason", f"{writer} was ended for its memory, and its status says {reason}", OUT_OF_MEMORY)
        for reason in reasons
        if reason != OUT_OF_MEMORY
    ]


def _neighbour_ended(record: Record, writer: str, neighbour: str, goal: int) -> list[Violation]:
    """Return violations unless the neighbour wrote as much as the writer was to, and outlived it."""
    ended = _first_seen_ended(record, writer)
    runs = record.instances_of(neighbour)
    if len(runs) != 1 or runs[0].first("terminated") is None:
        had = " and ".join(ending(run) for run in runs) or "never run"
        text = f"{neighbour} was to live until it was deleted, and had {had}"
        return [Violation("neighbour-ended", text, f"{neighbour}  terminated signal=SIGTERM")]
    terminated = runs[0].first("terminated")
    if ended is not None and terminated is not None and terminated.seen <= ended:
        return [Violation("neighbour-ended", f"{neighbour} ended before {writer} had", events=(terminated,))]
    filled = runs[0].first("filled")
    if filled is None or filled.fields["bytes"] < goal:
        text = f"{neighbour} could not write as much as {writer} was to; its last word was {last_word(runs[0])}"
        return [Violation("unwitnessed", text, f"{neighbour}  filled bytes={goal}")]
    return []


def _first_seen_ended(record: Record, container: str) -> float | None:
    """Return when the suite first saw that a container had ended, s; None if it did not."""
    return next(
        (
            observation.seen
            for pod in record.pods
            for observation in pod.observations
            for status in observation.status.get("containerStatuses") or []
            if status["name"] == container and "terminated" in status.get("state", {})
        ),
        None,
    )


def other_size(record: Record, *containers: str, volume: str) -> list[Violation]:
    """Check that a volume in memory has the size in each container that the stored Pod gives it.

    That is its size limit or, if smaller, the sum of the memory limits of all containers, others' too.

    Args:
        record: of these containers, in one Pod.
        containers: print ``space``.
        volume: the volume's name.

    Rules:
        unseen: a container did not look.
        other-size: it saw another size.
    """
    violations = [v for name in containers for v in did_not(record, name, "space", "unseen")]
    expected = int((stored.size_in_memory(record.pods[0].got, volume) if record.pods else None) or 0)
    for name in containers:
        for event in events_of(record, name, "space"):
            if (seen := event.fields["size"]) != expected:
                text = f"{name} sees a volume of {seen / MEBIBYTE:g} MiB, not of {expected / MEBIBYTE:g} MiB"
                violations.append(Violation("other-size", text, f"{name}  space size={expected}", (event,)))
    return violations


def not_refused(record: Record, writer: str, neighbour: str, *, size: int) -> list[Violation]:
    """Check that a full volume takes no more, from the neighbour neither, until there is room again.

    Args:
        record: of both.
        writer: fills the volume, and then removes its file.
        neighbour: tries to write once it is full, and again once there is room.
        size: the volume's size limit, MiB.

    Rules:
        unwitnessed: the writer did not try to write more than the size, or the neighbour did not try.
        not-refused: the writer wrote more than the size.
        other-errno: one was refused with another errno than ENOSPC.
        not-same: the neighbour wrote to the full volume.
        not-freed: the neighbour could not write once there was room.
    """
    began = [event for event in events_of(record, writer, "filling") if event.fields["goal"] > size * MEBIBYTE]
    filled = _results(record, writer)
    tries = _results(record, neighbour)
    if not began or not filled or not tries:
        who = neighbour if began and filled else writer
        said = last_said(record.instances_of(who))
        return [Violation("unwitnessed", f"{who} did not try to write to a volume of {size} MiB{said}")]
    violations = []
    if filled[0].fields["bytes"] > size * MEBIBYTE:
        text = f"{writer} wrote {_mebibytes(filled[0])} MiB to a volume of {size} MiB"
        violations.append(Violation("not-refused", text, f"{writer}  not-filled errno=ENOSPC", filled[:1]))
    if tries[0].name == "filled":
        text = f"{neighbour} wrote {_mebibytes(tries[0])} MiB to a volume that {writer} had filled"
        violations.append(Violation("not-same", text, f"{neighbour}  not-filled errno=ENOSPC", tries[:1]))
    for name, event in ((writer, filled[0]), (neighbour, tries[0])):
        if event.fields.get("errno", "ENOSPC") != "ENOSPC":
            text = f"{name} was refused with {event.fields['errno']}: {words(event)}"
            violations.append(Violation("other-errno", text, f"{name}  not-filled errno=ENOSPC", (event,)))
    if len(tries) == 1 or tries[1].name != "filled":
        text = f"{neighbour} could not write once {writer} had removed its file: {words(tries[-1])}"
        violations.append(Violation("not-freed", text, f"{neighbour}  filled", tries[1:2]))
    return violations


def not_evicted(record: Record, written: Mapping[str, int], *others: str) -> list[Violation]:
    """Check that a Pod that wrote too much was evicted: Failed for that reason, with no container alive.

    Args:
        record: of one Pod.
        written: how much each container was to write, MiB, to its own layer and to volumes.
        others: the containers that wrote nothing.

    Rules:
        unwitnessed: a container did not write as much as it was to.
        not-evicted: the Pod did not fail, or for another reason, or a container of it still ran.
    """
    violations = []
    for name, goal in written.items():
        total = sum(event.fields["bytes"] for event in events_of(record, name, "filled"))
        if total != goal * MEBIBYTE:
            text = f"{name} wrote {total / MEBIBYTE:g} MiB, not the {goal} MiB that are too much"
            violations.append(Violation("unwitnessed", text, f"{name}  filled"))
    return violations + [v for pod in record.pods for v in _not_evicted(pod, (*written, *others))]


def _not_evicted(pod: PodRecord, containers: Iterable[str]) -> list[Violation]:
    status = pod.observations[-1].status
    if (pod.phase, status.get("reason")) != ("Failed", "Evicted"):
        because = f" for the reason {status['reason']}" if status.get("reason") else ""
        text = f"Pod {pod.role} wrote more than it may, and is {pod.phase or 'in no phase'}{because}; {pod.window}"
        return [Violation("not-evicted", text, "status.phase Failed, status.reason Evicted")]
    states = {each["name"]: each.get("state", {}) for each in status.get("containerStatuses") or []}
    return [
        Violation("not-evicted", f"Pod {pod.role} was evicted, and {name} is {_state(states.get(name, {}))}")
        for name in containers
        if "terminated" not in states.get(name, {})
    ]


def _state(state: Mapping[str, object]) -> str:
    return next(iter(state), "in no state")


def _results(record: Record, container: str) -> tuple[Event, ...]:
    """Return the outcome of each attempt to write, in order."""
    return events_of(record, container, "filled", "not-filled")


def _mebibytes(event: Event) -> str:
    return f"{event.fields['bytes'] / MEBIBYTE:g}"
