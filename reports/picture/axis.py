"""The one axis of a picture: seconds since the first process of the record's Pods began.

What the containers printed has the node's clock, what the watch told has the suite's, and no judge compares the two.
For the eye they are laid on each other by the line of output that the suite read soonest: what is seen is never earlier
than what is done. Pods of one node share its clock, unless that would have one begin before it was created: a runtime
may give each sandbox a clock of its own.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from records.timeline import NANOSECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from records import PodRecord, Record

MOST_TICKS = 6
STEPS = (1, 2, 5, 10)


@dataclass(frozen=True)
class Axis:
    """How both clocks are brought onto the axis.

    Attributes:
        offsets: the suite's clock less the node's, s, by a Pod's role; none of a Pod that printed nothing.
        zero: the axis' origin on the suite's clock, s.
        longest: how long the scenario took, s: nothing happened later.
    """

    offsets: Mapping[str, float]
    zero: float
    longest: float

    def printed(self, role: str, clock: int) -> float:
        """Return where an event of a Pod stands: its ``clock``, ns, on the axis, s."""
        return self.seen(clock / NANOSECONDS + self.offsets.get(role, 0.0))

    def seen(self, seconds: float) -> float:
        """Return where something stands that the suite saw; within the scenario, whatever a container's clock says."""
        return min(max(seconds, 0.0), self.longest) - self.zero


def of(record: Record) -> Axis:
    """Return the axis of a record."""
    known = [observation.seen for pod in record.pods for observation in pod.observations]
    known += [event.seen for run in record.instances for event in run.events]
    longest = max([record.seconds, *known, *(act.seen for act in record.acts)])
    offsets = _offsets(record, longest)
    starts = [_first(pod, offsets[pod.role]) for pod in record.pods if pod.role in offsets]
    return Axis(offsets, min(max(min(starts, default=0.0), 0.0), longest), longest)


def ticks(start: float, end: float) -> list[tuple[float, str]]:
    """Return round places on the axis with their labels, at most ``MOST_TICKS`` and one."""
    raw = max(end - start, 1e-6) / MOST_TICKS
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(each * power for each in STEPS if each * power >= raw * 0.999)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    first, last = math.ceil(start / step - 1e-9), math.floor(end / step + 1e-9)
    return [(number * step, _label(number * step, digits)) for number in range(first, last + 1)]


def _label(seconds: float, digits: int) -> str:
    return f"{seconds:.{digits}f} s".replace("-", "\N{MINUS SIGN}") if seconds else "0 s"


def _offsets(record: Record, longest: float) -> dict[str, float]:
    own = {pod.role: _soonest(pod, longest) for pod in record.pods if any(run.events for run in pod.instances)}
    by_node: dict[str, float] = {}
    for pod in record.pods:
        if pod.role in own:
            by_node[pod.node] = min(own[pod.role], by_node.get(pod.node, math.inf))
    return {pod.role: _shared(record, pod, own[pod.role], by_node[pod.node]) for pod in record.pods if pod.role in own}


def _shared(record: Record, pod: PodRecord, own: float, of_node: float) -> float:
    created = record.act("created", pod.role)
    return own if created and _first(pod, of_node) < created.seen else of_node


def _soonest(pod: PodRecord, longest: float) -> float:
    """Return the suite's clock less the node's, s, of the line that was read soonest after it was printed.

    A line that would have been read sooner by more than the whole scenario than most was, has a forged clock.
    """
    lags = [event.seen - event.clock / NANOSECONDS for run in pod.instances for event in run.events]
    usual = statistics.median_high(lags)
    return min(lag for lag in lags if lag >= usual - longest)


def _first(pod: PodRecord, offset: float) -> float:
    """Return when a Pod's first process began, on the suite's clock."""
    starts = [start for run in pod.instances if (start := run.start_clock) is not None]
    starts = starts or [event.clock for run in pod.instances for event in run.events]
    return min(starts) / NANOSECONDS + offset
