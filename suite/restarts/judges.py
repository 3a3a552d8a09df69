"""Restarts: who is run again and who is not, and how soon."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from records import Violation
from records.timeline import NANOSECONDS, zero
from suite.order import ending, often, restarted, runs_of, seconds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from records import PodRecord, Record

OVER = frozenset({"Succeeded", "Failed"})


def not_by_policy(record: Record, ends: Mapping[str, Sequence[int]], phase: str) -> list[Violation]:
    """Check that containers were run again where they were to be, no others were, and that the Pod's phase follows.

    A Pod that has ended starts no container: who was not run again by then is never run again.

    Args:
        record: of one Pod.
        ends: by container, the exit codes of its runs, first to last. After each it is to be run again; in a Pod that
            ends, after each but the last.
        phase: what follows for the Pod.

    Rules:
        unwitnessed: a run did not end as it was to: that of the next one then proves nothing.
        not-restarted: a container was not run again, although it was to be.
        restarted: a container was run again, although it was not to be.
        wrong-phase: the Pod's phase is another, or it was over before, although a container was to be run again.
    """
    violations = []
    for name, codes in ends.items():
        runs = runs_of(record, name)
        violations += [
            Violation("unwitnessed", f"run {number} of {name} was to end with {code}, and had {ending(run)}")
            for number, (run, code) in enumerate(zip(runs, codes, strict=False), 1)
            if run.exit_code != code
        ]
        restarts = len(codes) - 1 if phase in OVER else len(codes)
        if len(runs) <= restarts:
            violations += restarted(record, name, "not-restarted", times=restarts)
        elif phase in OVER:
            violations += restarted(record, name, "restarted", times=restarts)
    return violations + [violation for pod in record.pods for violation in _another_phase(pod, phase)]


def _another_phase(pod: PodRecord, phase: str) -> list[Violation]:
    seen = dict.fromkeys(str(observation.status.get("phase", "")) for observation in pod.observations)
    if pod.phase == phase and (phase in OVER or OVER.isdisjoint(seen)):
        return []
    phases = ", ".join(each or "no phase" for each in seen)
    return [Violation("wrong-phase", f"Pod {pod.role} was to be {phase}, and was {phases}", f"phase {phase}")]


def too_soon(record: Record, container: str, delays: Sequence[float]) -> list[Violation]:
    """Check that a container that fails again and again is run again no sooner than after these delays.

    A delay is counted from the end of a run, by the kubelet from its time by the runtime. The last word of that run and
    the first one of the next are further apart, by the node's clock: so nothing is to be allowed for.

    Args:
        record: of a Pod whose container fails, and lives on in its last run.
        container: its name.
        delays: s, one for each restart, first to last.

    Rules:
        unwitnessed: a run but the last did not fail, or said no last word.
        not-restarted: it was not run again so many times.
        too-soon: a run began before the delay was over. Nothing real fires it: the kubelet alone counts the delay, and
            neither a container nor an OCI runtime can make it shorter.
    """
    runs = runs_of(record, container)
    violations = [
        Violation("unwitnessed", f"run {number} of {container} was to fail, and had {ending(run)}")
        for number, run in enumerate(runs[: len(delays)], 1)
        if not run.exit_code or not run.first("exit")
    ]
    if len(runs) <= len(delays):
        violations += restarted(record, container, "not-restarted", times=len(delays))
    if violations:
        return violations
    for pod in record.pods:
        for number, (delay, (before, run)) in enumerate(zip(delays, pairwise(runs), strict=False), 1):
            ended, began = before.events[-1], run.events[0]
            if began.clock - ended.clock < delay * NANOSECONDS:
                text = (
                    f"{container} ended at {seconds(ended.clock, zero(pod))} and was run again at "
                    f"{seconds(began.clock, zero(pod))}, restarted {often(number)}: before {delay:g} s were over"
                )
                violations.append(Violation("too-soon", text, events=(ended, began)))
    return violations
