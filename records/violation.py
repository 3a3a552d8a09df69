"""A broken rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from records.record import Event


@dataclass(frozen=True)
class Violation:
    """One broken rule of a requirement.

    Attributes:
        rule: a stable word that controls, faults and reports refer to, such as ``overlap``.
        text: one sentence for the operator: what, where, expected, seen.
        expected: what the timeline should hold instead, in the timeline's words; empty where ``text`` says it all.
        events: the events of the record that it speaks of: the timeline marks them.
    """

    rule: str
    text: str
    expected: str = ""
    events: tuple[Event, ...] = field(default=(), compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.text} [{self.rule}]"
