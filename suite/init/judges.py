"""Init containers: one after another, before the apps, or not at all."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from records import Violation
from records.timeline import zero
from suite.evidence import did_not, events_of, last_word
from suite.order import ending, exits_before, last_line, often, restarted, runs_of, seconds

if TYPE_CHECKING:
    from records import Instance, PodRecord, Record


def out_of_sequence(record: Record, *containers: str) -> list[Violation]:
    """Check that the containers ran one after another, each but the last to its successful end.

    A run that a signal ended prints no exit, and its status has whole seconds only. A lock proves its end: the run held
    it for life, and the next run took it.

    Rules:
        unwitnessed: a container did not run, and none after it did, or one did not try to take the lock.
        order: a run was not over before the next container started, or nothing proves it, or the last one failed, or
            there was none.
        overlap: a container was refused the lock, because another that holds it for life was alive.
    """
    violations = []
    for number, name in enumerate(containers, 1):
        passed = any(record.instances_of(later) for later in containers[number:])
        violations += did_not(record, name, "started", "order" if passed else "unwitnessed")
    if violations:
        return violations
    for pod in record.pods:
        names = [name for name in containers if pod.instances_of(name)]
        violations += [v for name in names for run in pod.instances_of(name) for v in _lock_refused(pod, run)]
        for earlier, later in pairwise(names):
            violations += exits_before(pod, earlier, later)
            violations += _failed(pod, earlier, later)
    return violations


def _failed(pod: PodRecord, earlier: str, later: str) -> list[Violation]:
    last = runs_of(pod, earlier)[-1]
    if last.exit_code in {0, None}:
        return []
    text = f"{later} started although {earlier} had {ending(last)}"
    events = (*events_of(pod, later, "started"), *last_line(last))
    return [Violation("order", text, f"{earlier}  exit code=0", events)]


def _lock_refused(pod: PodRecord, instance: Instance) -> list[Violation]:
    if refused := instance.first("lock-refused"):
        when = seconds(refused.clock, zero(pod))
        text = f"{instance.container} was refused the lock at {when} ({refused.fields['errno']}): another was alive"
        return [Violation("overlap", text, f"{instance.container}  locked", (refused,))]
    if not instance.first("locked"):
        return [Violation("unwitnessed", f"{instance.container} did not try to take the lock")]
    return []


def init_failure_ignored(record: Record, failing: str, *after: str) -> list[Violation]:
    """Check that a failed init container fails a Pod that restarts nothing, and nothing after it ran.

    Rules:
        unwitnessed: the init container did not run to its end.
        succeeded: it exited with 0.
        restarted: it ran more than once.
        not-failed: the Pod's last phase is not Failed.
        went-on: a container after it was started.
    """
    violations = did_not(record, failing, "exit", "unwitnessed")
    if any(event.fields["code"] == 0 for event in events_of(record, failing, "exit")):
        violations.append(Violation("succeeded", f"{failing} exited with 0, though it was to fail"))
    if record.instances_of(failing):
        violations += restarted(record, failing, "restarted", times=0)
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
    """Check that an init container ran again after an exit code and after a signal, until it succeeded.

    What started meanwhile is for ``out_of_sequence`` to find.

    Rules:
        unfailed: its first run did not exit with another code than 0, or no signal ended its second.
        given-up: its last run did not succeed.
        again: it was run again after it had succeeded, or a container after it ran more than once.
        unwitnessed: so it was, and the Pod's sandbox was made anew: then all init containers run again.
    """
    runs = runs_of(record, failing)
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
            Violation("given-up", f"{failing} was to be run until it succeeds, and ran {often(len(runs))}{last}")
        )
    succeeded = next((number for number, run in enumerate(runs, 1) if run.exit_code == 0), len(runs))
    if more := runs[succeeded:]:
        violations.append(Violation("again", f"{failing} ran {often(len(more))} more after it had succeeded"))
    ran = [name for name in after if record.instances_of(name)]
    violations += [v for name in ran for v in restarted(record, name, "again", times=0)]
    why = next((why for pod in record.pods if (why := _sandbox_made_anew(pod))), "")
    if not why or all(violation.rule != "again" for violation in violations):
        return violations
    text = f"what ran again proves nothing: {why}"
    return [v for v in violations if v.rule != "again"] + [Violation("unwitnessed", text)]


def _sandbox_made_anew(pod: PodRecord) -> str:
    """Return how the Pod's status shows that its sandbox was replaced; empty where it does not.

    By another address, or by its condition PodReadyToStartContainers, which was true and then was not.
    """
    ready, addresses = False, set[str]()
    for status in (observation.status for observation in pod.observations):
        given = {each["ip"] for each in status.get("podIPs") or []}
        if given and addresses and given.isdisjoint(addresses):
            return f"the Pod's address changed from {', '.join(sorted(addresses))} to {', '.join(sorted(given))}"
        addresses |= given
        for condition in status.get("conditions") or []:
            if condition["type"] == "PodReadyToStartContainers" and status.get("phase") in {"Pending", "Running"}:
                if ready and condition["status"] != "True":
                    return "the Pod's sandbox was not ready for a while"
                ready = condition["status"] == "True"
    return ""


def unprepared(record: Record, *, made: tuple[str, str], found: tuple[str, str], by: str) -> list[Violation]:
    """Check that the app found, unchanged, what an init container left.

    Args:
        record: of one Pod with an init container and an app.
        made: the init container, and its event with what it left.
        found: the app, and its event with what it found.
        by: the field of both events with the content or its digest.

    Rules:
        unwitnessed: the init container did not say that it left anything.
        not-found: the app did not find it.
        altered: the app found something else.
    """
    violations = did_not(record, *made, "unwitnessed")
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
