"""What a scenario did and saw, as the steps of a story: what was deployed and done, how long it was observed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from records import Record, Violation
    from records.record import Act

LONGEST = 160  # characters of what was sent
WRITTEN = re.compile(r" *(?P<seen>\d+\.\d{3}) s  (?P<text>.*)", re.DOTALL)


class Step(NamedTuple):
    """A step of the story.

    Attributes:
        seen: when, s since the scenario began, by the suite's clock.
        text: what, in words.
    """

    seen: float
    text: str

    def __str__(self) -> str:
        return f"{self.seen:7.3f} s  {self.text}"


def read(written: str) -> Step | None:
    """Return the step that was written so; None where it is none."""
    found = WRITTEN.fullmatch(written)
    return Step(float(found["seen"]), found["text"]) if found else None


def story(record: Record, violations: Sequence[Violation] = ()) -> list[Step]:
    """Return what happened in a scenario, in the order of time, and at its end what was judged of it."""
    seen = [(pod, pod.observations[-1].seen) for pod in record.pods if pod.observations]
    steps = sorted(
        [
            *(Step(act.seen, _did(act)) for act in record.acts),
            *(Step(last, f"Pod {pod.role}: {pod.window}; {pod.phase or 'no phase'}") for pod, last in seen),
        ]
    )
    rules = ", ".join(dict.fromkeys(violation.rule for violation in violations))
    judged = f"judged: {rules} fired" if rules else "judged"
    return [*steps, Step(max([record.seconds, *(step.seen for step in steps)]), judged)]


def _did(act: Act) -> str:
    sent = f": {json.dumps(act.sent)[:LONGEST]}" if act.sent else ""
    return f"{act.what.replace('-', ' ')} {act.role}{sent}"
