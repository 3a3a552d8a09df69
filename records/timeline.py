"""A record's events in the order in which they happened, for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from records.record import Event, Instance, PodRecord, Record

NANOSECONDS = 1_000_000_000
LONGEST_VALUE = 40  # characters


@dataclass(frozen=True)
class Timeline:
    """The numbered events of one record, Pod by Pod, each on its node's clock."""

    record: Record

    def __str__(self) -> str:
        return "\n".join(line for pod in self.record.pods for line in _pod_lines(pod))


def zero(pod: PodRecord) -> int:
    """The clock, ns, at which the Pod's first process began: the origin of all times that are shown of it."""
    starts = [instance.start_clock for instance in pod.instances]
    return min((start for start in starts if start is not None), default=0)


def _pod_lines(pod: PodRecord) -> list[str]:
    moments: list[tuple[int, Instance, Event]] = sorted(
        ((event.clock, instance, event) for instance in pod.instances for event in instance.events),
        key=lambda moment: (moment[0], moment[2].seq),
    )
    width = max((len(instance.container) for instance in pod.instances), default=0)
    head = f"Pod {pod.role} ({pod.phase or 'no phase'}{', on ' + pod.node if pod.node else ''}), {pod.window}"
    return [head] + [
        f"{number:4}  {(clock - zero(pod)) / NANOSECONDS:8.3f} s  {instance.container:{width}}  {words(event)}"
        for number, (clock, instance, event) in enumerate(moments, 1)
    ]


def words(event: Event) -> str:
    """An event as it was printed, without its numbers; of a long value the beginning."""
    fields = {name: _short(value) for name, value in event.fields.items() if name != "process_start"}
    return " ".join([event.name, *(f"{name}={value}" for name, value in fields.items())])


def _short(value: object) -> str:
    """The value, or the beginning of a long one: a digest is told by its first digits."""
    text = str(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:12]}…"
