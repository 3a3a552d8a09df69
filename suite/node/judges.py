"""What starts anew, and what lives on, when something happens to a node."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from records import Violation
from records.record import CONTAINER_KILLED, CONTAINER_REMOVED, PART_RESTARTED, SANDBOX_LOST
from suite.evidence import did_not, events_of, part_not_restarted
from suite.order import exits_before, often, restarted, runs_of, starts_before

if TYPE_CHECKING:
    from records import Act, PodRecord, Record


def not_run_anew(record: Record, *containers: str, counts: str) -> list[Violation]:
    """Check that every container ran again after the sandbox was lost, and what was written before is still there.

    Args:
        record: of one Pod.
        containers: all of its containers.
        counts: the one that counts its runs in a file.

    Rules:
        unwitnessed: the sandbox was not lost, or a container had not run before.
        not-again: a container did not run again after that.
        lost: a later run of the one that counts found no count of the run before.
    """
    pod = record.pods[0]
    act = record.act(SANDBOX_LOST, pod.role)
    if act is None:
        return [Violation("unwitnessed", "nobody took the Pod's sandbox away")]
    violations = [v for name in containers for v in did_not(record, name, "started", "unwitnessed")]
    ran = [name for name in containers if record.instances_of(name)]
    violations += [v for name in ran for v in _not_run_since(pod, name, act, "not-again")]
    numbers = [event.fields["number"] for event in events_of(pod, counts, "attempt")]
    if numbers != list(range(1, len(numbers) + 1)):
        text = f"the runs of {counts} counted {', '.join(map(str, numbers))}: what was written before was lost"
        violations.append(Violation("lost", text, events=events_of(pod, counts, "attempt")))
    return violations


def last_round(record: Record) -> Record:
    """Return the record with the last run of each container alone."""
    pods = [replace(pod, instances=tuple(pod.instances_of(name)[-1] for name in _ran(pod))) for pod in record.pods]
    return replace(record, pods=tuple(pods))


def sidecar_out_of_turn(record: Record, before: str, sidecar: str, after: str) -> list[Violation]:
    """Check that a sidecar started once the init container before it was over, and before the one after it.

    Rules:
        order: it did not, or nothing proves it.
    """
    return [
        violation
        for pod in record.pods
        for violation in (*exits_before(pod, before, sidecar), *starts_before(pod, sidecar, after))
    ]


def run_again_once_removed(record: Record, removed: str, witness: str) -> list[Violation]:
    """Check that a container that had ended was not run again after it was removed from the node.

    The witness is an app that was killed after that: once it runs again, the kubelet has looked at the containers.

    Rules:
        unwitnessed: the container never ran, nobody removed it, or the witness was not killed after that and run again.
        run-again: it was run again.
    """
    pod = record.pods[0]
    gone, killed = _act(record, CONTAINER_REMOVED, removed), _act(record, CONTAINER_KILLED, witness)
    if gone is None or killed is None or killed.seen < gone.seen:
        return [Violation("unwitnessed", f"{removed} was not removed from the node, and {witness} killed after that")]
    violations = did_not(pod, removed, "started", "unwitnessed") or restarted(pod, removed, "run-again", times=0)
    return violations or _not_run_since(pod, witness, killed, "unwitnessed")


def disturbed(record: Record, witness: str, ended: str, *living: str) -> list[Violation]:
    """Check that containers lived on while a part of their node was restarted.

    The witness is a container that ran after that: the kubelet was at work again.

    Args:
        record: of one Pod.
        witness: it tried to take the locks that the others hold for life.
        ended: an init container that had ended.
        living: the containers that hold a lock.

    Rules:
        unwitnessed: nobody restarted a part, or its process is the one of before; or a container was not there before
            that, or the witness tried no lock after it.
        ended: the witness was given the lock of a container.
        restarted: a container has another run, another start, or a count of restarts.
        not-ready: the Pod was not ready in the end.
    """
    pod = record.pods[0]
    act = record.act(PART_RESTARTED, pod.role)
    unproven = part_not_restarted(record, pod.role)
    if act is None or unproven:
        return unproven
    part = (act.sent or {}).get("part")
    violations = did_not(pod, ended, "started", "unwitnessed")
    violations += [v for name in living for v in _not_there(pod, name, act)]
    tried = events_of(pod, witness, "locked", "lock-refused")
    files = {event.fields["file"] for event in tried if act.seen < event.seen}
    for name in living:
        held = next((event.fields["file"] for event in events_of(pod, name, "locked")), None)
        if held is not None and held not in files:
            violations.append(Violation("unwitnessed", f"{witness} did not try to take the lock of {name}"))
    for taken in events_of(pod, witness, "locked"):
        text = f"{witness} was given the lock {taken.fields['file']}: who held it for life was gone"
        violations.append(Violation("ended", text, f"{witness}  lock-refused", (taken,)))
    violations += [v for name in (ended, *living) if runs_of(pod, name) for v in _restarted(pod, name)]
    if not _is_ready(pod):
        violations.append(Violation("not-ready", f"Pod {pod.role} was not ready after {part} was restarted"))
    return violations


def _ran(pod: PodRecord) -> list[str]:
    return [name for name in pod.containers if pod.instances_of(name)]


def _act(record: Record, what: str, container: str) -> Act | None:
    found = (act for act in record.acts if act.what == what and (act.sent or {}).get("container") == container)
    return next(found, None)


def _not_run_since(pod: PodRecord, container: str, act: Act, rule: str) -> list[Violation]:
    """Return a violation unless a container ran before an act, and again after it, by when the suite read its lines."""
    if violations := restarted(pod, container, rule):
        return violations
    starts = tuple(event for run in runs_of(pod, container) for event in run.events[:1])
    if any(act.seen < start.seen for start in starts):
        return []
    text = f"{container} was not run again after the act {act.what}, but before it"
    return [Violation(rule, text, f"{container}  started, after {act.what}", starts[1:])]


def _not_there(pod: PodRecord, container: str, act: Act) -> list[Violation]:
    locked = next(iter(events_of(pod, container, "locked")), None)
    if locked is not None and locked.seen < act.seen:
        return []
    return [Violation("unwitnessed", f"{container} did not hold its lock before the restart", f"{container}  locked")]


def _restarted(pod: PodRecord, container: str) -> list[Violation]:
    """Return a violation where a container has more than one run, start or id, or a count of restarts."""
    violations = restarted(pod, container, "restarted", times=0)
    statuses = [status for status in pod.container_statuses if status["name"] == container]
    starts = {
        began for each in statuses for state in each.get("state", {}).values() if (began := state.get("startedAt"))
    }
    if len(starts) > 1:
        text = f"the status of {container} tells of {len(starts)} starts: {', '.join(sorted(starts))}"
        violations.append(Violation("restarted", text))
    if count := max((each.get("restartCount", 0) for each in statuses), default=0):
        violations.append(Violation("restarted", f"the status of {container} counts that it restarted {often(count)}"))
    return violations


def _is_ready(pod: PodRecord) -> bool:
    """Return whether the Pod was ready in the last status before its deletion."""
    lasting = [seen.status for seen in pod.observations if not seen.metadata.get("deletionTimestamp")]
    conditions = lasting[-1].get("conditions") or [] if lasting else []
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
