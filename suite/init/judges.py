"""Init containers: one after another, before the apps, or not at all."""

from __future__ import annotations

from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

from records import Violation
from records.timeline import zero
from suite.evidence import (
    did_not,
    ending,
    events_of,
    in_order,
    last_word,
    seconds,
    times,
)

if TYPE_CHECKING:
    from records import Event, Instance, PodRecord, Record


def out_of_sequence(record: Record, *containers: str) -> list[Violation]:
    """The containers ran one after another, each but the last to its successful end.

    A run that a signal ended prints no exit, and its status tells whole seconds only. That it was over is proven by the
    kernel: it took a lock that it held for life, and a later run of the same container took that lock too. The last run
    has to say its exit.

    Rules:
        missing: a container did not run, or did not try to take the lock.
        failed: the last run of one that has a successor did not exit with 0.
        order: a run of one was not over before the next started, or nothing proves it. Equal times prove nothing.
        overlap: one was refused the lock that its predecessor holds for life.
    """
    violations = [v for name in containers for v in did_not(record, name, "started", "missing")]
    if violations:
        return violations
    for pod in record.pods:
        violations += _pod_out_of_sequence(pod, [name for name in containers if pod.instances_of(name)])
    return violations


def _pod_out_of_sequence(pod: PodRecord, containers: list[str]) -> list[Violation]:
    violations = [v for name in containers for instance in pod.instances_of(name) for v in _lock_refused(pod, instance)]
    for earlier, later in pairwise(containers):
        started = min(i.start_clock for i in pod.instances_of(later) if i.start_clock is not None)
        when = f"{later} started at {seconds(started, zero(pod))}"
        starts = events_of(pod, later, "started")
        runs = in_order(pod.instances_of(earlier))
        for run, following in zip_longest(runs, runs[1:]):
            if why := _not_over(pod, run, following, started):
                events = (*starts, *_ends(run))
                expected = f"{earlier}  exit, before {later}  started"
                violations.append(Violation("order", f"{when}, {why}", expected, events))
        if runs[-1].exit_code not in {0, None}:
            text = f"{later} started although {earlier} had {ending(runs[-1])}"
            violations.append(Violation("failed", text, f"{earlier}  exit code=0", (*starts, *_ends(runs[-1]))))
    return violations


def _not_over(pod: PodRecord, run: Instance, following: Instance | None, started: int) -> str:
    """Why a run was not over at that clock; empty where it was, or was the last and failed, which is told apart."""
    if ended := run.first("exit"):
        if ended.clock < started:
            return ""
        return f"before {run.container} exited at {seconds(ended.clock, zero(pod))}"
    if run.signal is None:
        return f"and {run.container} had not exited"
    if following is None or _lock_passed(run, following):
        return ""
    return f"and nothing proves that the run of {run.container} that had {ending(run)} was over"


def _ends(run: Instance) -> tuple[Event, ...]:
    return run.events[-1:] if run.exit_code is not None else ()


def _lock_passed(instance: Instance, following: Instance) -> bool:
    """Whether the lock that one run held for life was taken by the one that follows it."""
    held, taken = instance.first("locked"), following.first("locked")
    return held is not None and taken is not None and held.clock < taken.clock


def _lock_refused(pod: PodRecord, instance: Instance) -> list[Violation]:
    if refused := instance.first("lock-refused"):
        when = seconds(refused.clock, zero(pod))
        text = f"{instance.container} was refused the lock at {when} ({refused.fields['errno']}): another was alive"
        return [Violation("overlap", text, f"{instance.container}  locked", (refused,))]
    if not instance.first("locked"):
        return [Violation("missing", f"{instance.container} did not try to take the lock")]
    return []


def init_failure_ignored(record: Record, failing: str, *after: str) -> list[Violation]:
    """In a Pod that restarts nothing, an init container failed: the Pod is Failed and nothing after it ever ran.

    Rules:
        missing: the init container did not run to its end.
        succeeded: it exited with 0.
        restarted: it ran more than once.
        not-failed: the Pod's last phase is not Failed.
        went-on: a container after it was started.
    """
    violations = did_not(record, failing, "exit", "missing")
    runs = record.instances_of(failing)
    if any(event.fields["code"] == 0 for event in events_of(record, failing, "exit")):
        violations.append(Violation("succeeded", f"{failing} exited with 0, though it was to fail"))
    if len(runs) > 1:
        violations.append(Violation("restarted", f"{failing} ran {len(runs)} times in a Pod that restarts nothing"))
    for pod in record.pods:
        if pod.phase != "Failed":
            text = f"Pod {pod.role} is {pod.phase or 'in no phase'}, not Failed, though {failing} was to fail it"
            violations.append(Violation("not-failed", text))
        violations += [
            Violation("went-on", f"{name} was started, though {failing} before it was to fail the Pod")
            for name in after
            if pod.instances_of(name) or _status_tells_start(pod, name)
        ]
    return violations


def _status_tells_start(pod: PodRecord, container: str) -> bool:
    return any(
        status["name"] == container and {"running", "terminated"} & status.get("state", {}).keys()
        for status in pod.container_statuses
    )


def not_retried(record: Record, failing: str, *after: str) -> list[Violation]:
    """An init container failed, by an exit code and then by a signal: it was run again until it succeeded, and no more.

    What was started meanwhile is for ``out_of_sequence`` to find.

    Rules:
        unfailed: its first run did not exit with another code than 0, or no signal ended its second.
        given-up: its last run did not succeed.
        again: it was run again after it had succeeded, or a container after it ran more than once.
    """
    runs = in_order(record.instances_of(failing))
    violations = []
    if runs and (runs[0].signal is not None or runs[0].exit_code == 0):
        text = f"the first run of {failing} was to exit with another code than 0, and had {ending(runs[0])}"
        violations.append(Violation("unfailed", text))
    if len(runs) > 1 and runs[1].signal is None:
        text = f"the second run of {failing} was to be ended by a signal, and had {ending(runs[1])}"
        violations.append(Violation("unfailed", text))
    if not runs or runs[-1].exit_code != 0:
        last = f"; its last run had {ending(runs[-1])}" if runs else ""
        violations.append(
            Violation("given-up", f"{failing} was to be run until it succeeds, and ran {times(runs)}{last}")
        )
    succeeded = next((number for number, run in enumerate(runs, 1) if run.exit_code == 0), len(runs))
    if len(runs) > succeeded:
        violations.append(Violation("again", f"{failing} ran {times(runs[succeeded:])} more after it had succeeded"))
    return violations + [
        Violation("again", f"{name} ran {times(more)}, not once")
        for name in after
        if len(more := record.instances_of(name)) > 1
    ]


def unprepared(record: Record, *, made: tuple[str, str], found: tuple[str, str], by: str) -> list[Violation]:
    """What an init container left is there for the app, whole.

    Args:
        record: of one Pod with an init container and an app.
        made: the init container and its event that says what it left.
        found: the app and its event that says what it found.
        by: the field of both events that holds the content or its digest.

    Rules:
        not-made: the init container did not say that it left anything.
        not-found: the app did not find it.
        altered: the app found something else.
    """
    violations = did_not(record, *made, "not-made")
    left = next((i.first(made[1]) for i in reversed(record.instances_of(made[0]))), None)
    app, event = found
    if not record.instances_of(app):
        violations += did_not(record, app, event, "not-found")
    for instance in record.instances_of(app):
        there = instance.first(event)
        if there is None:
            violations.append(
                Violation("not-found", f"{app} has no event {event}; its last word was {last_word(instance)}")
            )
        elif left is not None and left.fields[by] != there.fields[by]:
            text = f"{made[0]} left {by} {left.fields[by]}, {app} found {there.fields[by]}"
            violations.append(Violation("altered", text, events=(left, there)))
    return violations
