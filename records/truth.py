"""Whether a Pod's statuses are true: they say what the containers said themselves, in any record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records.record import SIGNALLED, STATE_LOST, named
from records.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from records.record import Instance, PodRecord, Record

SEGMENTATION_FAULT = 11  # the only signal that a container of the suite brings upon itself
KILL = 9  # what ends a container whose grace period is over, between its last word and its exit, too
SUCCESS, ERROR = REASONS = "Completed", "Error"  # another one, such as OOMKilled, says more
LOST = "ContainerStatusUnknown"  # the node lost the run, and made up how it ended
ENDED = frozenset({"Succeeded", "Failed"})


def untrue(record: Record) -> list[Violation]:
    """Return a violation for each status that differs from what its container said last.

    Rules:
        wrong-exit-code: a status has another exit code than its container printed, or than the fault it ran into. It
            may tell of a KILL where the Pod was deleted, or ended by the node, or the container was told to end.
        wrong-reason: a status calls a success an error, or an error a success.
        wrong-phase: the Pod's phase does not follow from how its containers said that they ended.
        miscounted: a status counts fewer restarts than there were runs; not where a hand on the node made runs be
            forgotten.
        same-id: a container runs again, and its status has the id of the run before.
    """
    return [violation for pod in record.pods for check in _checks(record, pod) for violation in check(pod)]


def _checks(record: Record, pod: PodRecord) -> list[Callable[[PodRecord], Iterable[Violation]]]:
    """Return what to check of a Pod: not the counts, where a hand on the node made the runtime forget runs."""
    forgot = any(act.what in STATE_LOST and act.role == pod.role for act in record.acts)
    return [check for check in CHECKS if not (forgot and check is _counts)]


def _codes(pod: PodRecord) -> Iterator[Violation]:
    for run in pod.instances:
        said, status = _said(pod, run), run.terminated or {}
        if said is None or "exitCode" not in status or status.get("reason") == LOST or status["exitCode"] == said:
            continue
        text = f"{run.container} of Pod {pod.role} said that it ends with {said}; its status says {status['exitCode']}"
        yield Violation("wrong-exit-code", text, f"{run.container}  exitCode {said}", run.events[-1:])


def _reasons(pod: PodRecord) -> Iterator[Violation]:
    for run in pod.instances:
        said, reason = _said(pod, run), (run.terminated or {}).get("reason")
        if said is None or reason not in REASONS or (reason == SUCCESS) == (said == 0):
            continue
        text = f"{run.container} of Pod {pod.role} said that it ends with {said}; its status says {reason}"
        fits = SUCCESS if said == 0 else ERROR
        yield Violation("wrong-reason", text, f"{run.container}  reason {fits}", run.events[-1:])


def _is_ended_from_outside(pod: PodRecord) -> bool:
    """Return whether the Pod was deleted, or ended by its node."""
    return any(seen.metadata.get("deletionTimestamp") or seen.status.get("reason") for seen in pod.observations)


def _phase(pod: PodRecord) -> Iterator[Violation]:
    """Yield a violation where all containers contradict the phase, and the cluster did not end the Pod by itself."""
    last = pod.observations[-1].status if pod.observations else {}
    others = set(named(pod.got, "initContainers", "containers")) - set(pod.containers)  # put into it by a policy
    if pod.phase not in ENDED or last.get("reason") or pod.programs or others:
        return
    ends = {name: [_said(pod, run) for run in pod.instances_of(name)][-1:] for name in pod.apps}
    before = {run.container: _said(pod, run) for run in pod.instances if run.kind == "init"}
    codes = [code for end in ends.values() for code in end]
    if len(codes) < len(ends) or None in codes or None in before.values():
        return  # one was ended from outside, or never ran
    phase = "Failed" if any(codes) or any(before.values()) else "Succeeded"
    if phase != pod.phase:
        said = ", ".join(f"{name} {end[0]}" for name, end in ends.items())
        text = f"the phase of Pod {pod.role} is {pod.phase}, and its containers said that they end with: {said}"
        yield Violation("wrong-phase", text, f"phase {phase}")


def _counts(pod: PodRecord) -> Iterator[Violation]:
    """Yield a violation for each container whose last status counts fewer restarts than there were.

    More than the suite saw are a gap of the record: the kubelet need not report each run.
    """
    counts = {status["name"]: int(status.get("restartCount", 0)) for status in pod.container_statuses}
    for name in pod.containers:
        runs = len(pod.instances_of(name))
        if name in counts and counts[name] < runs - 1:
            text = f"{name} of Pod {pod.role} ran {runs} times; its status counts {counts[name]} restarts"
            yield Violation("miscounted", text, f"{name}  restartCount {runs - 1}")


def _same_ids(pod: PodRecord) -> Iterator[Violation]:
    for name, number in of_same_ids(pod).items():
        text = f"{name} of Pod {pod.role} runs again by its status, under the id of its run before, {number}"
        yield Violation("same-id", text, f"{name}  containerID of its own")


def of_same_ids(pod: PodRecord) -> dict[str, str]:
    """Return each container that runs again under the id of its run before, by its statuses, and that id.

    A run that the node lost, and found again, keeps its id: it was counted in vain.
    """
    counts: dict[tuple[str, str], int] = {}
    found: dict[str, str] = {}
    lost = set()
    for status in pod.container_statuses:
        known, count = (status["name"], status.get("containerID", "")), int(status.get("restartCount", 0))
        if status.get("state", {}).get("terminated", {}).get("reason") == LOST:
            lost.add(known)
        if "running" in status.get("state", {}) and counts.setdefault(known, count) < count and known not in lost:
            found.setdefault(*known)
    return found


CHECKS = (_codes, _reasons, _phase, _counts, _same_ids)


def _said(pod: PodRecord, run: Instance) -> int | None:
    """Return the exit code that a run announced; None where it announced none, or was killed after that."""
    told = run.first("terminated") or _is_ended_from_outside(pod)  # TERM comes first, and KILL after the grace period
    if (run.terminated or {}).get("exitCode") == SIGNALLED + KILL and told:
        return None
    if said := run.first("exit"):
        return int(said.fields["code"])
    last = run.events[-1].name if run.events else ""
    return SIGNALLED + SEGMENTATION_FAULT if last == "crashing" else None
