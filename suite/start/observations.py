"""When apps were started and what they found, in words. Pure, as judges are, but nothing is judged."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from records.timeline import words
from suite.order import starts_before

if TYPE_CHECKING:
    from records import PodRecord, Record

MILLISECOND = 1_000_000  # ns; the kernel tells a start in steps of 10 ms


def start_order(record: Record) -> list[str]:
    """Return in which order the apps of each Pod started, and how long after the first of them."""
    lines, spreads, as_listed = [], [], 0
    for pod in record.pods:
        listed, starts = _listed(pod), _starts(pod)
        began = sorted(starts, key=starts.__getitem__)
        order = [f"{name} +{_ms(starts[name] - starts[began[0]])}" for name in began]
        order += [f"{name} never" for name in listed if name not in starts]
        lines.append(f"Pod {pod.role}: in the spec {', '.join(listed)}; started {', '.join(order)}")
        spreads += [starts[began[-1]] - starts[began[0]]] if began else []
        as_listed += not any(starts_before(pod, one, other) for one, other in pairwise(listed))
    span = f"; from the first to the last {_ms(min(spreads))} to {_ms(max(spreads))}" if spreads else ""
    return [
        f"{as_listed} of {len(record.pods)} Pods started their app containers in the order of the spec{span}",
        *lines,
    ]


def first_look(record: Record, producer: str, consumer: str) -> list[str]:
    """Return when a consumer that looks only once started and looked, what it found, and how it ended."""
    return [line for pod in record.pods for line in _first_looks(pod, producer, consumer)]


def _first_looks(pod: PodRecord, producer: str, consumer: str) -> list[str]:
    listed, starts = ", ".join(_listed(pod)), _starts(pod)
    if missing := [name for name in (producer, consumer) if name not in starts]:
        return [f"in the spec {listed}; {' and '.join(missing)} never started"]
    started = f"{consumer} started {_apart(starts[consumer], starts[producer])} {producer}"
    made = next((event.clock for run in pod.instances_of(producer) for event in run.all("queue-opened")), None)
    lines = []
    for run in pod.instances_of(consumer):
        look = next((event.clock for event in run.events if event.name in {"queue-opened", "no-queue"}), None)
        looked = f" and looked {_apart(look, made)} the queue was made" if look is not None and made is not None else ""
        lines.append(f"in the spec {listed}; {started}{looked}: {', '.join(words(event) for event in run.events[1:])}")
    return lines


def _apart(clock: int, other: int) -> str:
    return f"{_ms(abs(clock - other))} {'before' if clock < other else 'after'}"


def _listed(pod: PodRecord) -> list[str]:
    """Return the apps in the order of the spec."""
    return [container["name"] for container in pod.sent["spec"]["containers"]]


def _starts(pod: PodRecord) -> dict[str, int]:
    """Return when the first run of each app began; an app that never ran is missing."""
    starts: dict[str, int] = {}
    for name in _listed(pod):
        clocks = [run.start_clock for run in pod.instances_of(name) if run.start_clock is not None]
        starts |= {name: min(clocks)} if clocks else {}
    return starts


def _ms(clock: int) -> str:
    return f"{round(clock / MILLISECOND)} ms"
