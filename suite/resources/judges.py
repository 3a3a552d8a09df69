"""What is a container's own, and no neighbour's: variables, limits, security context."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from records import Violation
from records.record import RESIZED, SIGNALLED, containers_of, statuses_of
from records.timeline import words
from suite import stored
from suite.evidence import did_not, events_of, last_said
from suite.order import ending, restarted, runs_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from records import Answer, Event, PodRecord, Record

PAGE = 1 << 16  # bytes: the largest that a kernel is built with; it rounds limits down to whole pages
STEP = Fraction(1, 100)  # CPUs: systemd takes whole hundredths, and runc rounds up to them
NO_SUCCESS = 300  # HTTP: all below is success
KILL = 9
OUT_OF_MEMORY = "OOMKilled"
NET_BIND_SERVICE = 1 << 10  # a bit of the masks in /proc/PID/status; capabilities(7)


def variables_leaked(record: Record, expected: Mapping[str, Mapping[str, str | None]]) -> list[Violation]:
    """Check that every container has its own variables, with its own values, and none of a neighbour's.

    Args:
        record: of containers that print ``environment``.
        expected: the value of each variable in each container; None where it is not set there.

    Rules:
        unwitnessed: a container did not print its variables.
        differs: a variable has another value, or none.
        leaked: it has one that its container was not given.
    """
    violations = [v for name in expected for v in did_not(record, name, "environment", "unwitnessed")]
    for name, wanted in expected.items():
        for event in events_of(record, name, "environment"):
            for variable, value in wanted.items():
                seen = event.fields["values"][variable]
                if seen != value:
                    rule = "leaked" if value is None else "differs"
                    text = f"{variable} is {_told(seen)} in {name}, and was to be {_told(value)}"
                    violations.append(Violation(rule, text, f"{name}  environment {variable}={value}", (event,)))
    return violations


def _told(value: str | None) -> str:
    return "not set" if value is None else f"“{value}”"


def limits_differ(record: Record, expected: Mapping[str, Mapping[str, Fraction | None]]) -> list[Violation]:
    """Check that the control group of every container has the limits of that container.

    Args:
        record: of containers that print ``limits``.
        expected: the limits of each container: ``memory`` in bytes, ``cpu`` in CPUs; None where it has none.

    Rules:
        unwitnessed: a container did not print its limits.
        memory: its limit of memory is another.
        cpu: its limit of CPU is another.
    """
    violations = [v for name in expected for v in did_not(record, name, "limits", "unwitnessed")]
    for name, wanted in expected.items():
        for event in events_of(record, name, "limits"):
            for resource, value in wanted.items():
                if not is_limit(event.fields[resource], value, resource):
                    text = (
                        f"the limit of {resource} is {event.fields[resource]} in {name}, and was to be {_amount(value)}"
                    )
                    violations.append(
                        Violation(resource, text, f"{name}  limits {resource}={_amount(value)}", (event,))
                    )
    return violations


def is_limit(seen: float | None, wanted: Fraction | None, resource: str) -> bool:
    """Return whether a container that was to have a limit sees that one, as kernels and runtimes round it."""
    if seen is None or wanted is None:
        return seen is None and wanted is None
    step = PAGE if resource == "memory" else STEP
    return abs(Fraction(str(seen)) - wanted) < step


def _amount(value: Fraction | None) -> str:
    return "None" if value is None else f"{int(value) if value == int(value) else float(value)}"


def context_leaked(record: Record, expected: Mapping[str, Mapping[str, Any]]) -> list[Violation]:
    """Check that every container is confined by its own security context, and by no neighbour's.

    Args:
        record: of containers that print ``identity``.
        expected: of each container: ``user``, if it is known, whether its root is read-only (``root``), and whether it
            has the capability NET_BIND_SERVICE, all others being dropped (``capability``).

    Rules:
        unwitnessed: a container did not print who it is.
        user: its user is another.
        root: its root is read-only, and was not to be, or the other way round.
        capability: it may come to have the capability, and was not to, or the other way round.
    """
    violations = [v for name in expected for v in did_not(record, name, "identity", "unwitnessed")]
    for name, wanted in expected.items():
        for event in events_of(record, name, "identity"):
            seen = _context(event)
            for field, value in wanted.items():
                if field in seen and seen[field] != value:
                    text = f"{name} was to have {field} {value}, and has {seen[field]}"
                    violations.append(Violation(field, text, f"{name}  identity {field}={value}", (event,)))
    return violations


def _context(event: Event) -> dict[str, object]:
    """Return what a container told of its security context; not of capabilities, where the kernel tells of none."""
    told: dict[str, object] = {"user": event.fields["uid"][0], "root": event.fields["read_only_root"]}
    mask = event.fields["bounding"]
    return told if mask is None else told | {"capability": bool(int(mask, 16) & NET_BIND_SERVICE)}


def not_ended_for_memory(record: Record, container: str) -> list[Violation]:
    """Check that a container which takes more memory than its limit is ended.

    Args:
        record: of the container, which takes memory in its first run alone.
        container: its name.

    Rules:
        unwitnessed: it did not begin to take memory, or its first run ended otherwise than by KILL.
        not-ended: it has more memory than its limit.
    """
    runs = runs_of(record, container)
    if not runs or not runs[0].first("allocating"):
        return did_not(record, container, "allocating", "unwitnessed")
    first = runs[0]
    if has := first.first("allocated"):
        text = f"{container} has {has.fields['mebibytes']} MiB of memory, which is more than its limit"
        return [Violation("not-ended", text, f"{container}  ended by signal {KILL}", (has,))]
    if first.signal != KILL:
        return [Violation("unwitnessed", f"{container} was to be ended by KILL, and had {ending(first)}")]
    return []


def neighbour_ended(record: Record, container: str, *neighbours: str) -> list[Violation]:
    """Check that the neighbours of a container which is ended for memory live on.

    Each lived when the container was run again, since it printed its last word later.

    Args:
        record: of one Pod, which is deleted in the end.
        container: is ended, and run again.
        neighbours: each lives until it is told to end.

    Rules:
        unwitnessed: the container was not run again.
        neighbour-ended: a neighbour was run again itself, or did not live by then.
    """
    again = [run.start_clock for run in runs_of(record, container)[1:] if run.start_clock is not None]
    if not again:
        return restarted(record, container, "unwitnessed")
    violations = []
    for name in neighbours:
        runs = runs_of(record, name)
        last = [event for event in events_of(record, name, "terminated") if event.clock > again[0]]
        if len(runs) > 1:
            violations += restarted(record, name, "neighbour-ended", times=0)
        elif not last:
            text = f"nothing tells that {name} still lived when {container} was run again{last_said(runs)}"
            violations.append(Violation("neighbour-ended", text, f"{name}  terminated, later"))
    return violations


def other_end(record: Record, container: str) -> list[Violation]:
    """Check that the status of a container which was ended for memory says so.

    Rules:
        unwitnessed: it did not take memory.
        reason: its first run has another reason than OOMKilled.
        code: its first run has another exit code than 137.
    """
    violations = did_not(record, container, "allocating", "unwitnessed")
    for run in runs_of(record, container)[:1]:
        end = run.terminated or {}
        for rule, field, wanted in (("reason", "reason", OUT_OF_MEMORY), ("code", "exitCode", SIGNALLED + KILL)):
            if end.get(field) != wanted:
                text = f"{container} was ended for memory, and its status has {field} {end.get(field)}"
                violations.append(Violation(rule, text, f"{container}  {field} {wanted}"))
    return violations


def ended_alone(record: Record, container: str) -> list[Violation]:
    """Check that a container is ended as a whole where one of its processes takes more memory than it may.

    Args:
        record: of a container that has a process below its first one take the memory.
        container: its name.

    Rules:
        unwitnessed: the process did not begin, or ended by itself without the memory, or the container ended otherwise.
        not-ended: the process has the memory.
        outlived: the process was ended by KILL, and the container's first one was not, as it is on cgroup v1. Nothing
            real fires it: where it is applicable, the kubelet sets memory.oom.group, which it alone could leave out.
    """
    runs = runs_of(record, container)
    if not runs or not runs[0].first("allocating"):
        return did_not(record, container, "allocating", "unwitnessed")
    first = runs[0]
    told = first.first("ended-below")
    if told is None:
        if first.signal == KILL:
            return []
        return [Violation("unwitnessed", f"{container} was to be ended by KILL, and had {ending(first)}")]
    if told.fields["code"] == 0:
        text = f"a process of {container} has more memory than its limit"
        return [Violation("not-ended", text, f"{container}  ended by signal {KILL}", (told,))]
    if told.fields["signal"] == KILL:
        text = f"a process of {container} was ended for memory, and its first one outlived it"
        return [Violation("outlived", text, f"{container}  ended by signal {KILL}", (told,))]
    return [Violation("unwitnessed", f"a process of {container} was to be ended by KILL: {words(told)}")]


def not_enacted(record: Record, container: str) -> list[Violation]:
    """Check that a running container has each of the limits that it was given, before it was given others.

    Args:
        record: of one Pod, and the API server's answers to its resizes.
        container: prints its limits as they change.

    Rules:
        unasked: the API server was not asked for other limits, or refused them.
        not-told: no status of the Pod tells that they are in force.
        not-enacted: its control group did not have them.
    """
    violations = []
    for resize in _resizes(record, container):
        wanted = stored.limits(resize.answer.body, container)
        if resize.answer.code >= NO_SUCCESS or not any(wanted.values()):
            text = f"the API server did not take other limits of {container}: {resize.answer.code}"
            violations.append(Violation("unasked", f"{text} {resize.answer.body.get('message', '')}".strip()))
            continue
        amounts = ", ".join(f"{resource}={_amount(value)}" for resource, value in wanted.items())
        told = [
            stored.limits({"spec": {"containers": statuses_of(each.status)}}, container)
            for each in resize.pod.observations
            if resize.since < each.seen < resize.until
        ]
        if wanted not in told:
            text = f"no status tells that the limits of {container} are {amounts}"
            violations.append(Violation("not-told", text, f"{container}  resources.limits {amounts}"))
        seen = [each for each in resize.seen(container) if all(_is(each, *limit) for limit in wanted.items())]
        if not seen:
            last = resize.seen(container)[-1:]
            text = f"{container} was to have the limits {amounts}, and did not see them"
            violations.append(Violation("not-enacted", text, f"{container}  limits {amounts}", tuple(last)))
    return violations or ([] if _resizes(record, container) else [_unasked(container)])


def restarted_for_cpu(record: Record, container: str) -> list[Violation]:
    """Check that a container which was given another limit of CPU, and need not be restarted for it, was not.

    Args:
        record: of one Pod, whose first resize is of that container's CPU.
        container: prints its limits as they change.

    Rules:
        unasked: the API server was not asked for it.
        unwitnessed: the container did not see the new limit.
        restarted: it was run again by then.
    """
    for resize in _resizes(record, container)[:1]:
        wanted = stored.limits(resize.answer.body, container)["cpu"]
        seen = [each for each in resize.seen(container) if _is(each, "cpu", wanted)]
        if not seen:
            return [Violation("unwitnessed", f"{container} did not see its new limit of CPU")]
        [first, *later] = runs_of(record, container)
        if seen[0] in first.events:
            return []
        text = f"{container} was run again for another limit of CPU; its first run had {ending(first)}"
        return [Violation("restarted", text, f"{container}  limits-changed, in its first run", later[0].events[:1])]
    return [_unasked(container)]


def not_restarted_for_memory(record: Record, container: str) -> list[Violation]:
    """Check that a container which was given another limit of memory, and is to be restarted for it, was.

    Args:
        record: of one Pod, whose second resize is of that container's memory.
        container: its name.

    Rules:
        unasked: the API server was not asked for it.
        not-restarted: no run of the container began later.
    """
    for resize in _resizes(record, container)[1:2]:
        begun = [run for run in runs_of(record, container) if run.events and run.events[0].seen > resize.since]
        if begun:
            return []
        text = f"{container} was given another limit of memory, and not restarted for it"
        return [Violation("not-restarted", text, f"{container}  started, again")]
    return [_unasked(container)]


def neighbour_resized(record: Record, container: str, *neighbours: str) -> list[Violation]:
    """Check that the neighbours of a resized container keep their limits, and run on.

    Args:
        record: of one Pod, which is deleted in the end.
        container: was given other limits, and restarted for some.
        neighbours: each prints its limits as they change, and lives until it is told to end.

    Rules:
        unasked: the API server was not asked for other limits.
        unwitnessed: a neighbour did not see its limits.
        restarted: it was run again.
        changed: its limits changed.
    """
    if not _resizes(record, container):
        return [_unasked(container)]
    violations = []
    for name in neighbours:
        violations += did_not(record, name, "limits", "unwitnessed")
        if record.instances_of(name):
            violations += restarted(record, name, "restarted", times=0)
        violations += [
            Violation("changed", f"the limits of {name} changed: {words(event)}", f"{name}  limits", (event,))
            for event in events_of(record, name, "limits-changed")
        ]
    return violations


def class_changed(record: Record) -> list[Violation]:
    """Check that the API server refuses a resize that would give a Pod another class of quality of service.

    Args:
        record: of one Pod, and the API server's answer to a dry run of that, before all others.

    Rules:
        unasked: the API server was not asked, or refused it for another field than the Pod's spec as a whole.
        accepted: it took it.
    """
    for answer in record.answers[:1]:
        if answer.code < NO_SUCCESS:
            text = f"the API server took a resize that makes the Pod {stored.qos_class(answer.body)}"
            return [Violation("accepted", text, "422 Invalid")]
        fields = [cause.get("field") for cause in (answer.body.get("details") or {}).get("causes") or []]
        if "spec" in fields:
            return []
        return [Violation("unasked", f"the resize was refused for {fields}: {answer.body.get('message', '')}")]
    return [Violation("unasked", "the API server was not asked for a resize that changes the class")]


@dataclass(frozen=True)
class _Resize:
    """Other resources of a container of a Pod: the API server's answer, from when to when they were to be in force."""

    pod: PodRecord
    answer: Answer
    since: float
    until: float

    def seen(self, container: str) -> list[Event]:
        """Return what the container saw of its limits meanwhile."""
        events = events_of(self.pod, container, "limits", "limits-changed")
        return [event for event in events if self.since < event.seen < self.until]


def _resizes(record: Record, container: str) -> list[_Resize]:
    """Return the resizes of one container alone, of the first Pod, in their order."""
    [pod] = record.pods[:1]
    asked = [each for each in record.answers if _given(each) == [container]]
    since = [act.seen for act in record.acts if (act.what, act.role) == (RESIZED, pod.role)]
    deleted = record.act("deleted", pod.role)
    until = [*since[1:], deleted.seen if deleted else math.inf]
    return [_Resize(pod, answer, *span) for answer, *span in zip(asked, since, until, strict=False)]


def _given(answer: Answer) -> list[str]:
    """Return the containers that were to have other resources."""
    return [each["name"] for each in containers_of(answer.sent.get("spec", {})) if "resources" in each]


def _is(event: Event, resource: str, wanted: Fraction | None) -> bool:
    return is_limit(event.fields[resource], wanted, resource)


def _unasked(container: str) -> Violation:
    return Violation("unasked", f"the API server was not asked for other limits of {container}")
