"""The words of order: starts before, exits before, run together, restarted.

They are those of Kubernetes' own lifecycle tests, but strict. Each returns the violations of what it says, and counts
every run of a container. Times are of the node's monotonic clock, which all containers of a Pod share; a run starts
when the kernel began its process. Equal times prove nothing, and neither does a missing one: both violate.
"""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING

from records import Record, Violation
from records.timeline import NANOSECONDS, words, zero

if TYPE_CHECKING:
    from collections.abc import Sequence

    from records import Event, Instance, PodRecord


def starts_before(pod: PodRecord, first: str, then: str, rule: str = "order") -> list[Violation]:
    """Return a violation if no run of ``first`` started before all runs of ``then``."""
    if unproven := _start_unproven(pod, first, rule) + _start_unproven(pod, then, rule):
        return unproven
    started, next_started = _first_start(pod, first), _first_start(pod, then)
    if started < next_started:
        return []
    origin = zero(pod)
    text = f"{then} started at {seconds(next_started, origin)}, not after {first} at {seconds(started, origin)}"
    expected = f"{first}  started, before {then}  started"
    return [Violation(rule, text, expected, (*_start_lines(pod, first), *_start_lines(pod, then)))]


def exits_before(pod: PodRecord, first: str, then: str, rule: str = "order") -> list[Violation]:
    """Return a violation for every run of ``first`` that was not over when ``then`` first started.

    A run that a signal ended prints no exit. A lock that it held for life can prove that it was over: the run after it,
    of ``first`` or else the first one of ``then``, took that lock.
    """
    if unproven := _start_unproven(pod, first, rule) + _start_unproven(pod, then, rule):
        return unproven
    started = _first_start(pod, then)
    return [
        Violation(
            rule,
            f"{then} started at {seconds(started, zero(pod))}, {why}",
            f"{first}  exit, before {then}  started",
            (*_start_lines(pod, then), *last_line(run)),
        )
        for run, following in pairwise([*runs_of(pod, first), runs_of(pod, then)[0]])
        if (why := _not_over(pod, run, following, started))
    ]


def run_together(
    record: Record | PodRecord, one: str, other: str, rule: str = "apart", *, at: Event | None = None
) -> list[Violation]:
    """Return a violation if nothing proves that two containers of a Pod were alive at the same time.

    A run is alive from its start to the last line that it printed.

    Args:
        record: what was seen; the clocks of two Pods are never compared.
        one: a container.
        other: its neighbour.
        rule: the rule to break.
        at: a line that ``one`` printed: the neighbour must have been alive at that time.
    """
    for pod in record.pods if isinstance(record, Record) else (record,):
        lives = _lives(pod, one)
        if at is not None:
            lives = [(at.clock, at.clock) for run in pod.instances_of(one) if at in run.events]
        for (start, end), (other_start, other_end) in product(lives, _lives(pod, other)):
            if start < other_end and other_start < end:
                return []
    when = f" when {one} printed {at.name}" if at else ""
    return [Violation(rule, f"nothing proves that {one} and {other} were alive at the same time{when}")]


def restarted(
    record: Record | PodRecord, container: str, rule: str = "not-restarted", *, times: int | None = None
) -> list[Violation]:
    """Return a violation if a container did not run again, or not as many times more as it was to.

    One that was not to run again, and ended because it had waited in vain for a neighbour, is ``unwitnessed``: its node
    was slower than the wait.

    Args:
        record: what was seen.
        container: its name.
        rule: the rule to break.
        times: how many restarts it was to have; None: one or more.
    """
    runs = runs_of(record, container)
    restarts = len(runs) - 1
    if restarts == times or (times is None and restarts > 0):
        return []
    if not runs:
        return [Violation(rule, f"{container} never ran", f"{container}  started")]
    if times == 0 and (waited := gave_up(runs)):
        return [Violation("unwitnessed", f"{container} ended by itself: {words(waited)}", events=(waited,))]
    what = f"ran {often(len(runs))}" if restarts else "was not run again"
    expected = f"{container}  started, {often(2 if times is None else times + 1)}"
    starts = tuple(event for run in runs[1:] for event in run.events[:1])
    return [Violation(rule, f"{container} had {ending(runs[0])}, and {what}", expected, starts)]


def gave_up(runs: Sequence[Instance]) -> Event | None:
    """Return the wait in vain for a neighbour's file after which the first run of a container ended by itself."""
    ends = runs[0].events[-2:] if runs else ()
    names = [event.name for event in ends]
    return ends[0] if names == ["not-read", "exit"] and ends[0].fields.get("awaited") else None


def in_turn(pod: PodRecord, rule: str, *moments: tuple[str, Event]) -> list[Violation]:
    """Return a violation for every two neighbouring moments, each a container and its event, that are not in turn."""
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


def bracketed(record: Record, role: str, proofs: Sequence[Event], looks: Sequence[Event]) -> bool:
    """Return whether the proofs of one Pod bracket the life of another Pod, from its creation to its last look.

    By the suite's clock, since the clocks of two Pods may differ.
    """
    created = record.act("created", role)
    if created is None or not proofs or not looks:
        return False
    return proofs[0].seen < created.seen < looks[0].seen and looks[-1].seen < proofs[-1].seen


def runs_of(record: Record | PodRecord, container: str) -> list[Instance]:
    """Return the runs of a container, first to last by the clock."""
    return sorted(record.instances_of(container), key=lambda run: run.start_clock or 0)


def ending(run: Instance) -> str:
    """Return how a run ended, as it stands after "had"."""
    if run.signal is not None:
        return f"been ended by signal {run.signal}"
    return "not exited" if run.exit_code is None else f"exited with {run.exit_code}"


def last_line(run: Instance) -> tuple[Event, ...]:
    """Return the last event of a run that ended; nothing of one that still ran."""
    return run.events[-1:] if run.exit_code is not None else ()


def often(count: int) -> str:
    """Return a count in words: once, 2 times."""
    return "once" if count == 1 else f"{count} times"


def seconds(clock: int, origin: int) -> str:
    """Return a clock as seconds since the origin, which is when the Pod's first process began."""
    return f"{(clock - origin) / NANOSECONDS:.3f} s"


def _start_unproven(pod: PodRecord, container: str, rule: str) -> list[Violation]:
    runs = pod.instances_of(container)
    if runs and all(run.start_clock is not None for run in runs):
        return []
    text = f"a run of {container} has no event started" if runs else f"{container} never ran"
    return [Violation(rule, text, f"{container}  started")]


def _first_start(pod: PodRecord, container: str) -> int:
    return min(run.start_clock for run in pod.instances_of(container) if run.start_clock is not None)


def _start_lines(pod: PodRecord, container: str) -> tuple[Event, ...]:
    return tuple(event for run in pod.instances_of(container) for event in run.all("started"))


def _lives(pod: PodRecord, container: str) -> list[tuple[int, int]]:
    """Return from when to when each run of a container is known to have been alive."""
    runs = pod.instances_of(container)
    return [(run.start_clock, run.events[-1].clock) for run in runs if run.start_clock is not None]


def _not_over(pod: PodRecord, run: Instance, following: Instance, clock: int) -> str:
    """Return why a run was not over at that clock, as the end of a sentence; empty where it was."""
    if exited := run.first("exit"):
        at = seconds(exited.clock, zero(pod))
        return "" if exited.clock < clock else f"before {run.container} exited at {at}"
    if run.signal is None:
        return f"and {run.container} had not exited"
    held, taken = run.first("locked"), following.first("locked")
    if held and taken and held.fields == taken.fields and held.clock < taken.clock:
        return ""
    return f"and nothing proves that the run of {run.container} that had {ending(run)} was over"
