"""Containers that the runtime, or the kubelet, refused to create or start, read from a record's statuses.

A container that never runs is not silence: where others start on the same node, it is a violation of what the Pod asked
for. Want of an image, of room or of time is none, nor is a refusal that the sentence itself allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from records.record import containers_of, statuses_of
from records.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from records.record import Instance, Json, PodRecord, Record

NOT_STARTED = "not-started"  # the rule
CUT_SHORT = "cut-short"  # the act: what the scenario awaited cannot come, since a container was refused
TWIN = "twin"  # the act: a plain Pod was played on the node; its ``sent`` tells the node, whether it started, its state
ENDED = frozenset({"StartError", "ContainerCannotRun"})  # reasons of a run that never was
WAITING = frozenset({"CreateContainerConfigError", "CreateContainerError", "RunContainerError"})
REASONS = ENDED | WAITING
OFTEN = 2  # refusals of one container: the kubelet waited its back-off in between, and had the same answer again
WANT = (
    "context canceled",
    "deadline exceeded",
    "no space left on device",
    "cannot allocate memory",
    "resource temporarily unavailable",
    "too many open files",
    "was OOM-killed",
    "failed to sync",  # the kubelet's cache of ConfigMaps and Secrets
)
"""Parts of messages that tell of a want of room or time on the node: another attempt may find it."""


@dataclass(frozen=True)
class Refusal:
    """One container's refusal.

    Attributes:
        pod: its Pod.
        container: its name.
        reason: as in its status.
        message: as in its status, of the last attempt.
        lasting: whether it was refused for good, again and again, or until the window closed.
        since: whether it was started after all.
    """

    pod: PodRecord
    container: str
    reason: str
    message: str
    lasting: bool
    since: bool

    @property
    def why(self) -> str:
        """Return the reason and the message."""
        return f"{self.reason}: {self.message}" if self.message else self.reason


def refused(status: Json) -> Json | None:
    """Return why a container was not started, by its status: ``{reason, message}``; None where it was not refused.

    A container that awaits its next attempt tells of the last one.
    """
    state, last = status.get("state", {}), status.get("lastState", {})
    waits = state.get("waiting", {})
    before = last.get("terminated", {}) if waits.get("reason") == "CrashLoopBackOff" else {}
    found = (waits, state.get("terminated", {}), before)
    why: Json | None = next((each for each in found if each.get("reason") in REASONS), None)
    return why


def is_refused(run: Instance) -> bool:
    """Return whether a run is one that never was: refused, and without a word of output."""
    return (run.terminated or {}).get("reason") in ENDED and not run.events and not run.other


def not_started(record: Record) -> list[Violation]:
    """Return a violation for each container that was refused, lastingly, on a node that starts others.

    Rules:
        not-started: the container was refused, while a neighbour, or a plain twin of its Pod, was started.
    """
    return [
        Violation(
            NOT_STARTED,
            f"{each.container} of Pod {each.pod.role} was "
            f"{'refused again and again' if each.since else 'never started'}, while {beside} on the same node "
            f"{'were' if ' and ' in beside else 'was'} started: {each.why}",
            f"{each.container}  started",
        )
        for each in lasting(record)
        if (beside := _started_beside(record, each.pod))
    ]


def proven(record: Record, pod: PodRecord) -> frozenset[str]:
    """Return the containers of a Pod whose refusal is a violation."""
    found = [each.container for each in lasting(record) if each.pod is pod]
    return frozenset(found if _started_beside(record, pod) else [])


def lasting(record: Record) -> list[Refusal]:
    """Return the lasting refusals that no want explains, and no sentence allows."""
    return [each for each in of(record) if each.lasting and not any(want in each.message for want in WANT)]


def alone(record: Record) -> list[PodRecord]:
    """Return the Pods of lasting refusals beside which nothing on their node was started: a twin must tell."""
    pods = {each.pod.role: each.pod for each in lasting(record)}
    return [pod for pod in pods.values() if pod.node and not _started_beside(record, pod)]


def of(record: Record) -> Iterator[Refusal]:
    """Yield the refusal of each container that was refused, and never started or had a run that never was."""
    for pod in record.pods:
        allowed = _allowed(pod)
        for name, why in _last(pod).items():
            runs = pod.instances_of(name)
            attempts = [run for run in runs if is_refused(run)]
            ran = any(not is_refused(run) for run in runs)
            if name in allowed or (ran and not attempts):
                continue
            often = len(attempts) >= OFTEN
            vain = " in vain" in pod.window or record.act(CUT_SHORT, pod.role) is not None
            final = _never_again(pod, name) or vain
            since = ran
            yield Refusal(pod, name, why["reason"], why.get("message", ""), often or (final and not ran), since)


def _last(pod: PodRecord) -> dict[str, Json]:
    """Return the last refusal that a status tells of, by container."""
    sent = set(pod.containers)
    found: dict[str, Json] = {}
    for status in pod.container_statuses:
        if status["name"] in sent and (why := refused(status)):
            found[status["name"]] = why
    for run in pod.instances:
        if is_refused(run):
            found.setdefault(run.container, run.terminated or {})
    return found


def _never_again(pod: PodRecord, container: str) -> bool:
    """Return whether the Pod's last status leaves a container no other attempt."""
    if pod.phase in {"Failed", "Succeeded"}:
        return True
    status = pod.observations[-1].status if pod.observations else {}
    ended = {
        each["name"]
        for each in statuses_of(status)
        if each.get("state", {}).get("terminated", {}).get("reason") in ENDED
    }
    kept = {run.container for run in pod.instances if run.kind == "ephemeral"}
    never = pod.sent.get("spec", {}).get("restartPolicy") == "Never"
    sidecars = {each["name"] for each in containers_of(pod.sent.get("spec", {})) if "restartPolicy" in each}
    return container in ended and (container in kept or (never and container not in sidecars))


def _allowed(pod: PodRecord) -> frozenset[str]:
    """Return the containers that a node may refuse: it must not run one whose mount it cannot make read-only at all.

    https://kubernetes.io/docs/concepts/storage/volumes/#recursive-read-only-mounts
    """
    return frozenset(
        each["name"]
        for each in containers_of(pod.sent.get("spec", {}))
        if any(mount.get("recursiveReadOnly") == "Enabled" for mount in each.get("volumeMounts", []))
    )


def _started_beside(record: Record, pod: PodRecord) -> str:
    """Return what was started on a Pod's node, in words: neighbours, else another Pod's, else the plain twin."""
    own = _started(pod)
    if own:
        return " and ".join(own)
    others = [f"Pod {other.role}" for other in record.pods if other.node == pod.node and other.node and _started(other)]
    twins = [act.sent or {} for act in record.acts if (act.what, act.role) == (TWIN, pod.role)]
    twin = ["a plain Pod"] if any(each.get("started") for each in twins) else []
    return next(iter([*others, *twin]), "")


def _started(pod: PodRecord) -> list[str]:
    """Return the containers of a Pod that ran, and never were refused."""
    sent = pod.containers
    ran = {run.container for run in pod.instances if run.events or run.other}
    ran |= {each["name"] for each in pod.container_statuses if "running" in each.get("state", {})}
    refused = set(_last(pod))
    return [name for name in sent if name in ran - refused]
