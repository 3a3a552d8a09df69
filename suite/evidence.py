"""What judges ask of a record, in the words that they use."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from records import Violation
from records.record import PART_RESTARTED
from records.timeline import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from records import Event, Instance, PodRecord, Record

Interface = tuple[int, str]  # its index and its name: the kernel's identity of it


def events_of(record: Record | PodRecord, container: str, *names: str) -> tuple[Event, ...]:
    """Return the events of a container, run by run: those of these names, or all."""
    events = (event for run in record.instances_of(container) for event in run.events)
    return tuple(event for event in events if not names or event.name in names)


def did_not(record: Record | PodRecord, container: str, event: str, rule: str, *, need: str = "") -> list[Violation]:
    """Return a violation if the container printed no such event; its text has the last word instead."""
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
    """Return the last event of a run before its exit, in words."""
    return next((words(event) for event in _last(instance)), "nothing")


def last_said(runs: Sequence[Instance]) -> str:
    """Return the last word of the last run, as the end of a sentence; empty if there was no run."""
    return f"; its last word was {last_word(runs[-1])}" if runs else ""


def _last(instance: Instance) -> tuple[Event, ...]:
    return tuple(event for event in instance.events if event.name != "exit")[-1:]


def only(record: Record | PodRecord, container: str, event: str) -> Event:
    """Return the first event of that name, which is known to exist."""
    return events_of(record, container, event)[0]


def tries(record: Record, container: str, begin: str, *outcomes: str) -> list[tuple[Event, Event]]:
    """Return each attempt of a container: its begin, and its outcome, the event right after it."""
    moments = pairwise(events_of(record, container))
    return [(begun, outcome) for begun, outcome in moments if begun.name == begin and outcome.name in outcomes]


def not_on_one_node(record: Record, who: str) -> list[str]:
    """Return why the Pods were not on one node, empty if they were; ``who`` names them in the sentence."""
    nodes = {pod.node for pod in record.pods}
    if len(nodes) == 1 and "" not in nodes:
        return []
    return [f"{who} were not on one node, but on {', '.join(sorted(nodes)) or 'none'}"]


def given(record: Record, owner: str) -> set[tuple[str, str]]:
    """Return every question that a container was asked, with its answer; both are nonces."""
    return {(event.fields["nonce"], event.fields["answer"]) for event in events_of(record, owner, "asked")}


def part_not_restarted(record: Record, role: str) -> list[Violation]:
    """Return why nothing proves that a part of a Pod's node was restarted: by its process, before and after."""
    act = record.act(PART_RESTARTED, role)
    if act is None:
        return [Violation("unwitnessed", "nobody restarted a part of the node")]
    part, before, after = ((act.sent or {}).get(each) for each in ("part", "before", "after"))
    if before == after:
        return [Violation("unwitnessed", f"{part} was not restarted: its process was {before} before and after")]
    return []


def not_recreated(record: Record, before: PodRecord, after: PodRecord) -> list[Violation]:
    """Return why nothing proves that the second Pod is the first one created anew: same name, same node, after it."""
    texts = []
    gone, created = record.act("gone", before.role), record.act("created", after.role)
    if gone is None or created is None or not gone.seen < created.seen:
        texts.append(f"Pod {after.role} was not created after Pod {before.role} was gone")
    if before.node != after.node or not before.node:
        texts.append(f"Pod {before.role} was on node {before.node or '?'}, Pod {after.role} on {after.node or '?'}")
    if before.uid == after.uid:
        texts.append(f"both Pods have the uid {before.uid}")
    if before.name != after.name:
        texts.append(f"the Pods are named {before.name} and {after.name}")
    return [Violation("unwitnessed", text) for text in texts]


def interfaces(record: Record, container: str, address: str) -> frozenset[Interface]:
    """Return the interfaces on which the container listed that address."""
    return frozenset(
        (event.fields["index"], event.fields["interface"])
        for event in events_of(record, container, "address")
        if event.fields["address"] == address
    )
