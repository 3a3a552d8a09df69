"""Sysctls of a Pod: the kernel's settings of its namespaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records import Violation
from records.timeline import words
from suite.evidence import did_not, events_of
from suite.order import bracketed

if TYPE_CHECKING:
    from records import Record


def not_in_force(record: Record, *containers: str, value: str | None) -> list[Violation]:
    """Check that every container read the Pod's value of a sysctl at every look.

    Rules:
        differs: a container read another value, or could not read the sysctl.
    """
    violations = [v for name in containers for v in did_not(record, name, "sysctl", "differs")]
    for name in containers:
        for event in events_of(record, name, "sysctl"):
            if event.fields["value"] != value:
                text = f"{name} has {event.fields['sysctl']} = {event.fields['value']}, and its Pod was given {value}"
                violations.append(Violation("differs", text, f"{name}  sysctl value={value}", (event,)))
    return violations


def in_force_elsewhere(record: Record, holder: str, stranger: str, *, value: str) -> list[Violation]:
    """Check that another Pod on the node read another value, while the holder read its own.

    The holder's looks bracket the stranger's life: one before its Pod was created, one after its last look.

    Rules:
        unwitnessed: nothing proves that the holder had the value all the while, or that the stranger looked. That it
            has the value is promised in a case of its own.
        leaked: the stranger read the holder's value.
    """
    seen = events_of(record, stranger, "sysctl")
    if leaked := [event for event in seen if event.fields["value"] == value]:
        text = f"{stranger}, in another Pod, was given no sysctl, and has that of {holder}: {words(leaked[0])}"
        return [Violation("leaked", text, f"{stranger}  sysctl value=(the node's own)", tuple(leaked))]
    if violations := did_not(record, stranger, "sysctl", "unwitnessed"):
        return violations
    held = [event for event in events_of(record, holder, "sysctl") if event.fields["value"] == value]
    if not bracketed(record, stranger, held, seen):
        text = f"{holder} did not read {value} both before and after {stranger} was there"
        return [Violation("unwitnessed", text)]
    return []
