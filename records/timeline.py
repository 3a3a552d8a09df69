"""A record's events in the order in which they happened, for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from records.record import Event, Instance, PodRecord, Record
    from records.violation import Violation

NANOSECONDS = 1_000_000_000
LONGEST_VALUE = 40  # characters
FOR_JUDGES = frozenset({"process_start", "wall_ahead"})  # numbers that tell a person nothing


@dataclass(frozen=True)
class Timeline:
    """The numbered events of one record, Pod by Pod, each on its node's clock.

    Attributes:
        record: what was seen.
        violations: what a judge found in it: the events that they speak of are marked, with their rules.
    """

    record: Record
    violations: tuple[Violation, ...] = ()

    def __str__(self) -> str:
        return "\n".join(line for pod in self.record.pods for line in self._pod_lines(pod))

    @property
    def expected(self) -> list[str]:
        """Return what should stand in the timeline and does not, a line each, as the judge expected it."""
        return list(dict.fromkeys(f"{v.expected}  [{v.rule}]" for v in self.violations if v.expected))

    def _pod_lines(self, pod: PodRecord) -> list[str]:
        moments: list[tuple[int, Instance, Event]] = sorted(
            ((event.clock, instance, event) for instance in pod.instances for event in instance.events),
            key=lambda moment: (moment[0], moment[2].seq),
        )
        width = max((len(instance.container) for instance in pod.instances), default=0)
        head = f"Pod {pod.role} ({pod.phase or 'no phase'}{', on ' + pod.node if pod.node else ''}), {pod.window}"
        lines = [head]
        for number, (clock, instance, event) in enumerate(moments, 1):
            rules = self._rules(event)
            when = f"{(clock - zero(pod)) / NANOSECONDS:8.3f} s"
            line = f"{'>' if rules else ' '}{number:3}  {when}  {instance.container:{width}}  {words(event)}"
            lines.append("  ".join([line, *rules]))
        return lines

    def _rules(self, event: Event) -> list[str]:
        """Return the rules whose violations name that event."""
        found = [v.rule for v in self.violations if any(event is each for each in v.events)]
        return [f"[{rule}]" for rule in dict.fromkeys(found)]


def zero(pod: PodRecord) -> int:
    """Return the clock, ns, at which the Pod's first process began: the origin of all times shown of it."""
    starts = [instance.start_clock for instance in pod.instances]
    return min((start for start in starts if start is not None), default=0)


def words(event: Event) -> str:
    """Return an event as it was printed, without its numbers; of a long value the beginning."""
    fields = {name: _short(value) for name, value in event.fields.items() if name not in FOR_JUDGES}
    return " ".join([event.name, *(f"{name}={value}" for name, value in fields.items())])


def _short(value: object) -> str:
    """Return the value, or the beginning of a long one: the first digits identify a digest."""
    text = str(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:12]}…"
