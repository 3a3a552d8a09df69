"""A broken rule, and a rule of which a record proves nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from records.record import Event

UNPROVEN = {
    "unwitnessed": "what would show whether the promise is kept is missing, for a reason that is not the promise's",
    "untried": "a container did not come to try what must fail",
    "unasked": "nobody came to ask",
}
"""Rules that no promise breaks, with what they say. Where they alone fire, a case is in trouble: nothing is proven.

They mean the same in every judge. Where the missing witness is the promise itself (a neighbour that is to be reached,
and is not), the judge has a rule of another name.
"""


@dataclass(frozen=True)
class Violation:
    """One broken rule of a requirement, or one of ``UNPROVEN``.

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

    @property
    def proves(self) -> bool:
        """Return whether it proves that the promise is broken."""
        return self.rule not in UNPROVEN
