"""Init containers: one after another, before the apps, or not at all."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from records import Violation
from records.timeline import zero
from suite.judges.evidence import did_not, last_word, seconds

if TYPE_CHECKING:
    from records import Instance, PodRecord, Record


def out_of_sequence(record: Record, *containers: str) -> list[Violation]:
    """The containers ran one after another, each but the last to its successful end.

    Rules:
        missing: a container did not run, or did not try to take the lock.
        failed: one that has a successor did not exit with 0.
        order: one did not exit before the next started. Equal times prove nothing.
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
        for instance in pod.instances_of(earlier):
            ended = instance.first("exit")
            events = tuple(e for i in pod.instances_of(later) for e in (*i.all("started"), *instance.all("exit")))
            expected = f"{earlier}  exit, before {later}  started"
            when = f"{later} started at {seconds(started, zero(pod))}"
            if ended is None:
                violations.append(Violation("order", f"{when}, and {earlier} had not exited", expected, events))
            elif not ended.clock < started:
                text = f"{when}, before {earlier} exited at {seconds(ended.clock, zero(pod))}"
                violations.append(Violation("order", text, expected, events))
        code = ended.fields["code"] if ended else 0
        if code != 0:
            text = f"{later} started although {earlier} had exited with {code}"
            violations.append(Violation("failed", text, f"{earlier}  exit code=0", events))
    return violations


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
    if any(event.fields["code"] == 0 for run in runs for event in run.all("exit")):
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
