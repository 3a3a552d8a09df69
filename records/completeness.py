"""Whether a record is complete. An incomplete one proves nothing: it is trouble, never a verdict."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from records import refusals, truth
from records.record import containers_of
from records.refusals import CUT_SHORT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from records.record import Event, Instance, PodRecord, Record


TOGETHER = "together"
"""The act of a wait for apps that live until each has seen the others: who was not there is judged."""
WAITED_FOR = "waited-for"
"""The act of a window that closed in vain, where all others had to wait for the container in its ``sent``."""
INCOMPLETE = "the record is not complete"
"""The words before what a record misses, in the reason of a case in trouble."""
AWAITED = "awaited-end"
"""The act of a wait for the cluster to end a Pod; its ``sent`` names the reasons."""
EVICTED, DEADLINE_EXCEEDED = "Evicted", "DeadlineExceeded"
"""Reasons of a Pod that the kubelet ended: it removes the containers of the first one at once, and not the other's."""
FROM_OUTSIDE = frozenset({9, 15})  # KILL and TERM end a process without a last word


def gaps(record: Record) -> list[str]:
    """Return what the record misses, a line each; empty where it is complete.

    A record is complete where the watch saw every status, every instance in a status was read from its first line to
    its last (or to the end of the window), and no event number is missing. The silence of a container that is said to
    run is no gap where its neighbours show that it does not.
    """
    found = list(record.interruptions)
    if not record.pods and not record.answers:
        found.append("no Pod was deployed and the API was asked nothing")
    for pod in record.pods:
        found += _pod_gaps(pod, _awaited_ends(record, pod.role), refusals.proven(record, pod), _never_ran(record, pod))
        if record.act(TOGETHER, pod.role) is None:
            found += _waits_for_nobody(pod, refusals.proven(record, pod))
        if record.act("deleted", pod.role) is None and any(
            o.metadata.get("deletionTimestamp") for o in pod.observations
        ):
            found.append(f"Pod {pod.role}: it was deleted, and not by the scenario")
    if not any(refusals.proven(record, pod) for pod in record.pods):
        found += [f"Pod {act.role}: it was not observed to its end" for act in record.acts if act.what == CUT_SHORT]
    refused = [each for each in refusals.of(record) if each.lasting]
    found += [
        f"Pod {each.pod.role}{f', container {each.container}' if each.container else ''}: it was refused, and nothing "
        f"shows that it should not be: {each.why}"
        for each in refused
        if each.container not in refusals.proven(record, each.pod)
    ]
    return found


def _awaited_ends(record: Record, role: str) -> frozenset[str]:
    """Return the reasons for which a scenario waited for the cluster to end a Pod."""
    reasons = [(act.sent or {}).get("reasons", []) for act in record.acts if (act.what, act.role) == (AWAITED, role)]
    return frozenset(reason for each in reasons for reason in each)


def _never_ran(record: Record, pod: PodRecord) -> frozenset[str]:
    """Return the container, if there is one, that a Pod's others waited for to the end of the window, and still do.

    By its status it ran all that time, and it said nothing: its silence is judged. Each of the others that ran said
    that it started, and no more.
    """
    waited_for = {
        (act.sent or {}).get("container") for act in record.acts if (act.what, act.role) == (WAITED_FOR, pod.role)
    }
    silent = [run for run in pod.instances if run.container in waited_for and not run.events and run.terminated is None]
    others = [run for run in pod.instances if run.container not in waited_for]
    still = bool(others) and all([event.name for event in run.events] == ["started"] for run in others)
    return frozenset(run.container for run in silent if still)


def _pod_gaps(pod: PodRecord, ends: frozenset[str], refused: frozenset[str], never_ran: frozenset[str]) -> list[str]:
    """Return what is missing of one Pod; ``ends`` are the reasons for which the cluster was to end it.

    The silence of the ``refused`` containers is no gap, but a violation; that of those that ``never_ran`` is judged.

    The kubelet removes the containers of an evicted Pod as soon as each has ended, with their output. It may not have
    reported how they ended: it then makes up an end and a restart. What it so removed is no gap. Neither are runs under
    one container id, which is untrue.
    """
    if not pod.observations:
        return [f"Pod {pod.role}: the watch never saw it"]
    read = {instance.container_id for instance in pod.instances}
    removed, same_ids = EVICTED in ends.intersection(_interference(pod)), truth.of_same_ids(pod)
    found = [
        f"Pod {pod.role}, container {name}: instance {container_id[-12:]} ran, its output was not read"
        for container_id, name in _ran(pod).items()
        if container_id not in read
    ]
    found += [
        f"Pod {pod.role}, {name}: restarted {restarts} times, but {len(pod.instances_of(name))} outputs were read"
        for name, restarts in _restarts(pod).items()
        if pod.instances_of(name)
        and len(pod.instances_of(name)) < restarts + 1
        and not removed
        and name not in same_ids
    ]
    if pod.node and (pinned := _pinned_to(pod)) and pod.node not in pinned:
        found.append(f"Pod {pod.role}: it was to run on {', '.join(pinned)}, and ran on {pod.node}")
    ends |= refusals.UNADMITTED if "" in refused else frozenset()
    found += [f"Pod {pod.role}: the cluster ended it: {reason}" for reason in _interference(pod) if reason not in ends]
    found += _ended_by_the_node(pod, removed=removed)
    firsts = [(instance.container, instance.events[0].clock) for instance in pod.instances if instance.events]
    found += [
        f"Pod {pod.role}, container {name}: two instances have one output"
        for name, _ in dict.fromkeys(first for first in firsts if firsts.count(first) > 1)
    ]
    for instance in pod.instances:
        if instance.container in never_ran or (instance.container in refused and refusals.is_refused(instance)):
            continue
        if instance.container in pod.programs and _followed(pod, instance):
            continue
        seen = replace(instance, output="window", terminated=None) if removed and instance.output == "cut" else instance
        lines = _output_gaps(seen) if instance.container in pod.programs else _instance_gaps(seen)
        found += [f"Pod {pod.role}, container {instance.container}: {gap}" for gap in lines]
    return found


def _followed(pod: PodRecord, run: Instance) -> bool:
    """Return whether a run of which no status told the end was followed by another one: by then it was over.

    The kubelet may remove its container before that. It keeps the last run that ended of each container, and counts one
    that is created and not yet started as such (evictableContainers, pkg/kubelet/kuberuntime/kuberuntime_gc.go).
    """
    return run.terminated is None and run is not pod.instances_of(run.container)[-1]


def _ended_by_the_node(pod: PodRecord, *, removed: bool) -> list[str]:
    """Return the runs that the node lost, or killed for memory though no limit was sent (a namespace may add one)."""
    sent = containers_of(pod.sent.get("spec", {}))
    limited = {each["name"] for each in sent if "memory" in each.get("resources", {}).get("limits", {})}
    return [
        f"Pod {pod.role}, container {run.container}: the node ended it: {reason}"
        for run in pod.instances
        if ((reason := (run.terminated or {}).get("reason")) == "ContainerStatusUnknown" and not removed)
        or (reason == "OOMKilled" and run.container not in limited)
    ]


def _waits_for_nobody(pod: PodRecord, refused: frozenset[str]) -> list[str]:
    """Return one container's waits in vain during most of which the awaited neighbour was not there.

    It was not there before it had printed a word, and between the last word of a run that was to end, or was killed,
    and the first of the next. Nothing promises how soon after each other the containers of a Pod start, or start again.
    One that exited for what it did not get was there: why is for the judges to weigh. ``awaited`` is the length of a
    wait, s. An init container waits for none that comes after it. Who asks at a port waits for whom serves there.
    """
    absences = {name: _absences(pod.instances_of(name)) for name in pod.apps if name not in pod.programs | refused}
    waits = [
        (run.container, event)
        for run in pod.instances
        if run.kind != "init"
        for event in run.events
        if event.fields.get("awaited")
    ]
    return [
        f"Pod {pod.role}, container {waited}: it waited in vain for {event.fields['awaited']:g} s ({event.name}), "
        f"and {name} was not there for half of that time"
        for waited, event in waits
        for name, away in absences.items()
        if name != waited and _may_be_awaited(pod, name, event) and 2 * _within(away, event) >= _awaited(event)
    ]


def _may_be_awaited(pod: PodRecord, name: str, wait: Event) -> bool:
    """Return whether a wait may be for a container: not if it is at a port that another one of the Pod serves."""
    port = wait.fields.get("port")
    servers = {
        run.container for run in pod.instances for event in run.all("serving") if event.fields.get("port") == port
    }
    return port is None or not servers or name in servers


def _absences(runs: Sequence[Instance]) -> list[tuple[float, float]]:
    """Return from when to when a container was not there, on the node's clock; after its last run is no absence."""
    spoke = [run for run in runs if run.events]
    if not spoke:
        return [(-math.inf, math.inf)]
    again = [(run.events[-1].clock, then.events[0].clock) for run, then in pairwise(spoke) if _was_to_end(run)]
    return [(-math.inf, spoke[0].events[0].clock), *again]


def _was_to_end(run: Instance) -> bool:
    """Return whether a run ended as its manifest says (with 0, or by ``attempt``), or by a signal."""
    as_told = run.exit_code == 0 or any(event.fields.get("end") for event in run.all("attempt"))
    return as_told or run.signal is not None


def _awaited(wait: Event) -> float:
    """Return the length of a wait, ns."""
    return 1e9 * float(wait.fields["awaited"])


def _within(absences: Sequence[tuple[float, float]], wait: Event) -> float:
    """Return for how much of a wait somebody was not there, ns."""
    begin, end = wait.clock - _awaited(wait), wait.clock
    return sum(max(0.0, min(until, end) - max(since, begin)) for since, until in absences)


def _interference(pod: PodRecord) -> list[str]:
    """Return why the cluster ended the Pod for reasons of its own (Evicted, Preempting, NodeShutdown …)."""
    reasons = {str(o.status["reason"]): None for o in pod.observations if o.status.get("reason")}
    disrupted = {
        str(condition.get("reason")): None
        for observation in pod.observations
        for condition in observation.status.get("conditions") or []
        if condition["type"] == "DisruptionTarget" and condition["status"] == "True"
    }
    return list(reasons | disrupted)


def _pinned_to(pod: PodRecord) -> list[str]:
    """Return the nodes that the Pod names; none where the scheduler chose."""
    affinity = pod.sent.get("spec", {}).get("affinity", {}).get("nodeAffinity", {})
    terms = affinity.get("requiredDuringSchedulingIgnoredDuringExecution", {}).get("nodeSelectorTerms", [])
    return [node for term in terms for field in term.get("matchFields", []) for node in field.get("values", [])]


def _output_gaps(instance: Instance) -> list[str]:
    """Return what is missing of the output, whatever program printed it."""
    if instance.output == "cut":
        return ["its output was cut short and could not be read again"]
    if instance.output == "window" and instance.terminated is not None:
        return ["it terminated, but its output was not read to the end"]
    return []


def _instance_gaps(instance: Instance) -> list[str]:
    if instance.output == "cut":
        return _output_gaps(instance)
    if not instance.events:
        said = f"; it printed: {instance.other[-1]}" if instance.other else ""
        return [f"it printed no event{said}"]
    missing = sorted(set(range(instance.events[-1].seq + 1)) - {event.seq for event in instance.events})
    found = [f"event number {number} is missing" for number in missing]
    if instance.output == "whole" and instance.terminated is None:
        found.append("its output ended, but no status tells how the container did")
    if instance.output == "whole" and instance.signal not in FROM_OUTSIDE:
        found += _no_last_word(instance)
    return found + _output_gaps(instance)


def _no_last_word(instance: Instance) -> list[str]:
    """Return the gap of a run that ended by itself without its last word: ``exit``, or ``crashing`` before a fault.

    Without that word, a wanted crash looks like one of the probe itself, or like a lost last line.
    """
    word = "exit" if instance.signal is None else "crashing"
    if instance.events[-1].name in {word, "crashing"}:  # another code than that of its fault is judged
        return []
    said = f"; it printed: {instance.other[-1]}" if instance.other else ""
    return [f"it ended by itself with {instance.exit_code}, but its last event is not its {word}{said}"]


def _ran(pod: PodRecord) -> dict[str, str]:
    """Return the container name of every container id that the Pod's statuses name, of containers that were sent."""
    return {
        str(container_id): str(status["name"])
        for status in pod.container_statuses
        if status["name"] in pod.containers
        for container_id in (
            status.get("containerID"),
            status.get("lastState", {}).get("terminated", {}).get("containerID"),
        )
        if container_id
    }


def _restarts(pod: PodRecord) -> dict[str, int]:
    """Return the highest restart count of each container."""
    counts: dict[str, int] = {}
    for status in pod.container_statuses:
        counts[status["name"]] = max(counts.get(status["name"], 0), int(status.get("restartCount", 0)))
    return counts
