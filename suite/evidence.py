"""What judges ask of a record, in the words that they use."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from records import Violation
from records.timeline import NANOSECONDS, words, zero

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from records import Event, Instance, PodRecord, Record

Interface = tuple[int, str]  # its index and its name: the kernel's identity of it


def seconds(clock: int, origin: int) -> str:
    """A clock as a person reads it: seconds since the Pod's first process began."""
    return f"{(clock - origin) / NANOSECONDS:.3f} s"


def events_of(record: Record | PodRecord, container: str, *names: str) -> tuple[Event, ...]:
    """What the container printed, run by run, in order: the events of these names, or all where none is given."""
    events = (event for run in record.instances_of(container) for event in run.events)
    return tuple(event for event in events if not names or event.name in names)


def did_not(record: Record | PodRecord, container: str, event: str, rule: str, *, need: str = "") -> list[Violation]:
    """A violation where the container printed no such event: what it did instead, with the errno that it saw."""
    instances = record.instances_of(container)
    if any(instance.first(event) for instance in instances):
        return []
    why = f"; {need}" if need else ""
    expected = f"{container}  {event}"
    if not instances:
        return [Violation(rule, f"{container} never ran, so it has no event {event}{why}", expected)]
    text = f"{container} has no event {event}; its last word was {last_word(instances[-1])}{why}"
    return [Violation(rule, text, expected, _last(instances[-1]))]


def last_word(instance: Instance) -> str:
    """The last event that tells why an instance went no further."""
    return next((words(event) for event in _last(instance)), "nothing")


def last_said(runs: Sequence[Instance]) -> str:
    """What the last of a container's runs said last, as the end of a sentence; empty where there is none."""
    return f"; its last word was {last_word(runs[-1])}" if runs else ""


def _last(instance: Instance) -> tuple[Event, ...]:
    return tuple(event for event in instance.events if event.name != "exit")[-1:]


def in_order(runs: Iterable[Instance]) -> list[Instance]:
    """The runs of one container, first to last by the clock."""
    return sorted(runs, key=lambda run: run.start_clock or 0)


def ending(run: Instance) -> str:
    """How a run ended, as it stands after "had"."""
    if run.signal is not None:
        return f"been ended by signal {run.signal}"
    return "not exited" if run.exit_code is None else f"exited with {run.exit_code}"


def times(runs: Sequence[object]) -> str:
    """How often, in words."""
    return "once" if len(runs) == 1 else f"{len(runs)} times"


def out_of_turn(pod: PodRecord, rule: str, *moments: tuple[str, Event]) -> list[Violation]:
    """A violation where of two moments that follow each other, each a container's event, the later was not later.

    By the node's clock, which all containers of a Pod have; equal times prove nothing.
    """
    origin = zero(pod)
    return [
        Violation(
            rule,
            f"{who} printed {event.name} at {seconds(event.clock, origin)}, "
            f"not after {before} printed {earlier.name} at {seconds(earlier.clock, origin)}",
            f"{before}  {earlier.name}, before {who}  {event.name}",
            (earlier, event),
        )
        for (before, earlier), (who, event) in pairwise(moments)
        if not earlier.clock < event.clock
    ]


def only(record: Record | PodRecord, container: str, event: str) -> Event:
    """The first event of that name that the container printed, which is known to be there."""
    return events_of(record, container, event)[0]


def tries(record: Record, container: str, begin: str, *outcomes: str) -> list[tuple[Event, Event]]:
    """Each time that a container tried something: its begin, and what came of it, which it printed next."""
    moments = pairwise(events_of(record, container))
    return [(begun, outcome) for begun, outcome in moments if begun.name == begin and outcome.name in outcomes]


def bracketed(record: Record, role: str, proofs: Sequence[Event], looks: Sequence[Event]) -> bool:
    """Whether the proofs of one Pod bracket the life of another: by the suite's clock, as two Pods may have two.

    The first came before the Pod in that role was created, the last after that had looked for the last time.
    """
    created = record.act("created", role)
    return bool(created and proofs and looks and proofs[0].seen < created.seen and looks[-1].seen < proofs[-1].seen)


def not_on_one_node(record: Record, who: str) -> list[str]:
    """What keeps the Pods of a record from having been on one node, said of those who they are."""
    nodes = {pod.node for pod in record.pods}
    if len(nodes) == 1 and "" not in nodes:
        return []
    return [f"{who} were not on one node, but on {', '.join(sorted(nodes)) or 'none'}"]


def given(record: Record, owner: str) -> set[tuple[str, str]]:
    """Every question that a container was asked, with the answer that it gave: both are nonces."""
    return {(event.fields["nonce"], event.fields["answer"]) for event in events_of(record, owner, "asked")}


def not_recreated(record: Record, before: PodRecord, after: PodRecord) -> list[Violation]:
    """What keeps the second of two Pods from being another one of the first one's name and node, created after it.

    They break ``unwitnessed`` or, where it is the first one itself or one of another name, ``same-pod``.
    """
    violations = []
    gone, created = record.act("gone", before.role), record.act("created", after.role)
    if gone is None or created is None or not gone.seen < created.seen:
        text = f"Pod {after.role} was not created after Pod {before.role} was gone"
        violations.append(Violation("unwitnessed", text))
    if before.node != after.node or not before.node:
        text = f"Pod {before.role} was on node {before.node or '?'}, Pod {after.role} on {after.node or '?'}"
        violations.append(Violation("unwitnessed", text))
    if before.uid == after.uid:
        violations.append(Violation("same-pod", f"both Pods have the uid {before.uid}"))
    if before.name != after.name:
        violations.append(Violation("same-pod", f"the Pods are named {before.name} and {after.name}"))
    return violations


def interfaces(record: Record, container: str, address: str) -> frozenset[Interface]:
    """Where the container listed that address."""
    return frozenset(
        (event.fields["index"], event.fields["interface"])
        for event in events_of(record, container, "address")
        if event.fields["address"] == address
    )
