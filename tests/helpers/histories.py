"""Complete records written by hand, and ways to break one, in a line or two each.

Times are seconds since the history began, on both of a record's clocks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from records import Act, Answer, Event, Instance, Observation, PodRecord, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from records import Violation
    from records.record import Json, Kind

SECOND = 1_000_000_000
BOOT = 4_000 * SECOND  # so that the node's clock never looks like a time since the beginning
SEGMENTATION_FAULT = 139  # the exit code of a process that SIGSEGV ended
FIRST_LINE = 0.04  # from a process's start to the first line that it prints


def clock(seconds: float) -> int:
    """Return the node's clock, ns, at a time in seconds."""
    return BOOT + round(seconds * SECOND)


def did(seconds: float, event: str, **fields: Any) -> Event:
    """Return an event of a container; ``ran`` gives it a sequence number."""
    return Event(event, -1, clock(seconds), seconds, fields)


def exited(seconds: float, code: int = 0) -> Event:
    """Return the last event of a container that exited."""
    return did(seconds, "exit", code=code)


def crashed(seconds: float) -> Event:
    """Return the last event of a container that SIGSEGV ended."""
    return did(seconds, "crashing", signal="SIGSEGV")


def ran(container: str, began: float, *events: Event, kind: Kind = "app") -> Instance:
    """Return one run of a container, with ``started`` first; it still runs unless it ends in an exit or crash."""
    started = did(began + FIRST_LINE, "started", pid=1, process_start=clock(began))
    return _run(container, kind, (started, *events))


def pod(
    *instances: Instance,
    role: str = "pod",
    name: str | None = None,
    uid: str | None = None,
    node: str = "node-1",
    phase: str | None = None,
    addresses: Iterable[str] = (),
) -> PodRecord:
    """Return one Pod with these runs, its statuses and, by default, its phase to match.

    It has its addresses from its first run on.
    """
    name = name or role.partition("@")[0]
    known = [_identified(role, instance, instances[:index]) for index, instance in enumerate(instances)]
    metadata = {"uid": uid or f"uid-of-{role}"}
    bound = metadata | {"nodeName": node} if node else metadata
    given = {"podIPs": [{"ip": address} for address in addresses]}
    moments = [
        Observation(0.1 * count, "MODIFIED", bound, _status(known[:count], phase or _phase(known)) | given)
        for count in range(1, len(known) + 1)
    ]
    bare = [Observation(0.0, "ADDED", bound if not moments else metadata, _status([], phase or "Pending"))]
    groups = {"initContainers": {"init", "sidecar"}, "containers": {"app"}, "ephemeralContainers": {"ephemeral"}}
    spec = {
        group: [{"name": name} for name in dict.fromkeys(run.container for run in known if run.kind in kinds)]
        for group, kinds in groups.items()
    }
    manifest: Json = {"kind": "Pod", "metadata": {"name": name}, "spec": spec}
    return PodRecord(
        role=role,
        name=name,
        uid=metadata["uid"],
        sent=manifest,
        got=manifest,
        observations=(*bare, *moments),
        instances=tuple(known),
        window="observed until: its end",
    )


def record(*pods: PodRecord, acts: Iterable[Act] = (), answers: Iterable[Answer] = ()) -> Record:
    """Return the record of one scenario."""
    return Record("behaviour.scenario", "case", pods=pods, acts=tuple(acts), answers=tuple(answers))


def without(history: Record, container: str, event: str | None = None, *, role: str | None = None) -> Record:
    """Return a copy without the container's runs, or without an event; ``role`` limits it to one Pod."""
    if event is None:
        return _each_pod(history, role, lambda run: () if run.container == container else (run,))
    return _edited(history, container, lambda events: [e for e in events if e.name != event], role)


def altered(history: Record, container: str, event: str, *, role: str | None = None, **fields: Any) -> Record:
    """Return a copy with other fields in an event of the container."""
    return _edited(
        history,
        container,
        lambda events: [replace(e, fields=e.fields | fields) if e.name == event else e for e in events],
        role,
    )


def moved(history: Record, container: str, event: str, seconds: float) -> Record:
    """Return a copy with an event of the container at another time."""
    return _edited(
        history,
        container,
        lambda events: [replace(e, clock=clock(seconds), seen=seconds) if e.name == event else e for e in events],
    )


def instead(history: Record, container: str, event: str, other: Event, *, role: str | None = None) -> Record:
    """Return a copy with another event in place of an event of the container."""
    return _edited(history, container, lambda events: [other if e.name == event else e for e in events], role)


def rules(violations: Iterable[Violation]) -> set[str]:
    """Return the rules that fired."""
    return {violation.rule for violation in violations}


def said(violations: Iterable[Violation]) -> str:
    """Return the violations' texts for the operator, a line each."""
    return "\n".join(str(violation) for violation in violations)


def _run(container: str, kind: Kind, events: Iterable[Event]) -> Instance:
    numbered = tuple(replace(event, seq=number) for number, event in enumerate(events))
    ended = numbered[-1] if numbered and numbered[-1].name in {"exit", "crashing"} else None
    code = ended.fields.get("code", SEGMENTATION_FAULT) if ended else None
    terminated = None if code is None else {"exitCode": code, "reason": "Error" if code else "Completed"}
    return Instance(container, kind, "", numbered, output="window" if ended is None else "whole", terminated=terminated)


def _identified(role: str, instance: Instance, before: Iterable[Instance]) -> Instance:
    number = 1 + sum(other.container == instance.container for other in before)
    container_id = f"containerd://{role}-{instance.container}-{number}"
    terminated = instance.terminated and instance.terminated | {"containerID": container_id}
    return replace(instance, container_id=container_id, terminated=terminated)


def _status(instances: list[Instance], phase: str) -> Json:
    groups = {"app": "containerStatuses", "ephemeral": "ephemeralContainerStatuses"}
    status: Json = {"phase": phase, "initContainerStatuses": []} | {group: [] for group in groups.values()}
    for name in dict.fromkeys(instance.container for instance in instances):
        *earlier, last = [instance for instance in instances if instance.container == name]
        before = earlier[-1].terminated if earlier else None
        status[groups.get(last.kind, "initContainerStatuses")].append(
            {
                "name": name,
                "containerID": last.container_id,
                "restartCount": len(earlier),
                "state": {"terminated": last.terminated} if last.terminated else {"running": {}},
                "lastState": {"terminated": before} if before else {},
            }
        )
    return status


def _phase(instances: list[Instance]) -> str:
    if any(instance.terminated is None for instance in instances):
        return "Running"
    return "Failed" if any(i.terminated and i.terminated["exitCode"] for i in instances) else "Succeeded"


def _edited(
    history: Record, container: str, edit: Callable[[tuple[Event, ...]], list[Event]], role: str | None = None
) -> Record:
    return _each_pod(
        history,
        role,
        lambda run: (_run(container, run.kind, edit(run.events)) if run.container == container else run,),
    )


def _each_pod(history: Record, role: str | None, change: Callable[[Instance], tuple[Instance, ...]]) -> Record:
    pods = []
    for old in history.pods:
        if role in (None, old.role):
            runs = [new for run in old.instances for new in change(run)]
            same = {"role": old.role, "name": old.name, "uid": old.uid, "node": old.node, "phase": old.phase}
            pods.append(pod(*runs, **same, addresses=old.addresses))
        else:
            pods.append(old)
    return replace(history, pods=tuple(pods))
