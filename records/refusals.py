"""Containers, and Pods, that the runtime or the kubelet refused to create or start.

A container that never runs is not silence: where others start on the same node, it is a violation of what the Pod asked
for. Want of an image, of room or of time is none, nor is a refusal that the sentence itself allows.

Containers' refusals are read from their statuses. No status tells of a sandbox that the runtime does not make, but
Events do. They may be late or missing: those that came count, if one more came after a plain Pod was started there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from records.record import containers_of, statuses_of
from records.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from records.record import ClusterEvent, Instance, Json, PodRecord, Record

NOT_STARTED = "not-started"  # the rule
CUT_SHORT = "cut-short"  # the act: what the scenario awaited cannot come, since a container was refused
TWIN = "twin"  # the act: a plain Pod was played on the node; its ``sent`` tells the node, whether it started, its state
ENDED = frozenset({"StartError", "ContainerCannotRun"})  # reasons of a run that never was
WAITING = frozenset({"CreateContainerConfigError", "CreateContainerError", "RunContainerError"})
REASONS = ENDED | WAITING
UNADMITTED = frozenset({"SysctlForbidden"})  # reasons of a Pod that the kubelet did not take for what it asks
SANDBOX = "FailedCreatePodSandBox"  # the reason of an Event: the runtime did not make the Pod's sandbox
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
    "unable to freeze",  # runc, on a slow node with cgroup v1: "a game of chances", says its freezer.go
)
"""Parts of messages that tell of a want of room or time on the node: another attempt may find it."""


@dataclass(frozen=True)
class Refusal:
    """The refusal of a container, or of a Pod as a whole.

    Attributes:
        pod: the Pod.
        container: the container's name; empty for the Pod as a whole.
        reason: as in its status, or in the Event.
        message: likewise, of the last attempt.
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

    @property
    def who(self) -> str:
        """Return what was refused, in words."""
        return f"{self.container} of Pod {self.pod.role}" if self.container else f"Pod {self.pod.role}"


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
    """Return a violation for each container, or Pod, that was refused, lastingly, on a node that starts others.

    Rules:
        not-started: it was refused, while a neighbour, or a plain twin of the Pod, was started.
    """
    return [
        Violation(
            NOT_STARTED,
            f"{each.who} was {'refused again and again before it was' if each.since else 'never'} started, while "
            f"{beside} on the same node {'were' if ' and ' in beside else 'was'} started: {each.why}",
            f"{each.container or each.pod.containers[0]}  started",
        )
        for each in lasting(record)
        if (beside := _started_beside(record, each))
    ]


def proven(record: Record, pod: PodRecord) -> frozenset[str]:
    """Return the containers of a Pod whose refusal is a violation; the empty name among them is the Pod as a whole."""
    return frozenset(each.container for each in lasting(record) if each.pod is pod and _started_beside(record, each))


def lasting(record: Record) -> list[Refusal]:
    """Return the lasting refusals that no want explains, and no sentence allows."""
    return [each for each in of(record) if each.lasting and not any(want in each.message for want in WANT)]


def alone(record: Record) -> list[PodRecord]:
    """Return the Pods of lasting refusals beside which nothing on their node was started: a twin must tell."""
    alone = {each.pod.role: each.pod for each in lasting(record) if each.pod.node and not _started_beside(record, each)}
    return list(alone.values())


def without_sandbox(pod: str, events: Iterable[ClusterEvent]) -> list[ClusterEvent]:
    """Return the Events that tell of a Pod, by its name, whose sandbox the runtime did not make; none if too few."""
    failed = [event for event in events if (event.reason, event.object) == (SANDBOX, f"Pod {pod}")]
    return failed if sum(event.count for event in failed) >= OFTEN else []


def of(record: Record) -> Iterator[Refusal]:
    """Yield each refusal: of a container that was never started, or had a run that never was; of a Pod as a whole."""
    for pod in record.pods:
        if whole := _whole(record, pod):
            yield whole
            continue
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


def _whole(record: Record, pod: PodRecord) -> Refusal | None:
    """Return the refusal of a Pod no container of which was created; None where it was not refused as a whole.

    Where a container was refused, the sandbox was made.
    """
    if _allowed(pod) or any(status.get("containerID") for status in pod.container_statuses):
        return None
    status = pod.observations[-1].status if pod.observations else {}
    if status.get("reason") in UNADMITTED and _sysctls(pod.sent) == _sysctls(pod.got):
        return Refusal(pod, "", status["reason"], status.get("message", ""), lasting=True, since=False)
    if not _last(pod) and (failed := without_sandbox(pod.name, record.cluster_events)):
        vain = record.act(CUT_SHORT, pod.role) is not None
        return Refusal(pod, "", SANDBOX, failed[-1].message, lasting=vain, since=False)
    return None


def _sysctls(pod: Json) -> object:
    return (pod.get("spec", {}).get("securityContext") or {}).get("sysctls")


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


def _started_beside(record: Record, refusal: Refusal) -> str:
    """Return what was started on a refusal's node, in words: neighbours, else another Pod's, else the plain twin.

    A sandbox may fail for a network that is down for a while: it must have failed once more after the twin was started.
    """
    pod = refusal.pod
    twins = [act for act in record.acts if (act.what, act.role) == (TWIN, pod.role) and (act.sent or {}).get("started")]
    if refusal.reason == SANDBOX:
        failed = without_sandbox(pod.name, record.cluster_events)
        return "a plain Pod" if any(event.seen > act.seen for act in twins for event in failed) else ""
    if own := _started(pod):
        return " and ".join(own)
    others = [f"Pod {other.role}" for other in record.pods if other.node == pod.node and other.node and _started(other)]
    return next(iter([*others, *["a plain Pod" for _ in twins]]), "")


def _started(pod: PodRecord) -> list[str]:
    """Return the containers of a Pod that ran, and never were refused."""
    sent = pod.containers
    ran = {run.container for run in pod.instances if run.events or run.other}
    ran |= {each["name"] for each in pod.container_statuses if "running" in each.get("state", {})}
    refused = set(_last(pod))
    return [name for name in sent if name in ran - refused]
