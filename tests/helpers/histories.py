"""Histories by hand: complete records as a cluster would leave them, and ways to break one, a line or two each.

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
BOOT = 4_000 * SECOND  # so that nobody takes the node's clock for a time since the beginning
SEGMENTATION_FAULT = 139  # the exit code that the status tells of a process that SIGSEGV ended
FIRST_LINE = 0.04  # from a process's start to the first line that it prints


def clock(seconds: float) -> int:
    """The node's clock at that time."""
    return BOOT + round(seconds * SECOND)


def did(seconds: float, event: str, **fields: Any) -> Event:
    """What a container printed; it is numbered when it becomes a part of a run."""
    return Event(event, -1, clock(seconds), seconds, fields)


def exited(seconds: float, code: int = 0) -> Event:
    """The last event of a container that came to its end by itself."""
    return did(seconds, "exit", code=code)


def crashed(seconds: float) -> Event:
    """The last event of a container that a fault of its own ended: SIGSEGV."""
    return did(seconds, "crashing", signal="SIGSEGV")


def ran(container: str, began: float, *events: Event, kind: Kind = "app") -> Instance:
    """One run of a container: ``started`` comes by itself; with an exit or a crash it has ended, else it still runs."""
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
    """One Pod, with the statuses that tell of these runs; its phase follows from them where none is given.

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
    """What one scenario saw."""
    return Record("behaviour.scenario", "case", pods=pods, acts=tuple(acts), answers=tuple(answers))


def without(history: Record, container: str, event: str | None = None, *, role: str | None = None) -> Record:
    """The same, had the container never run, or never printed that event (of its Pod in that role, or of any)."""
    if event is None:
        return _each_pod(history, role, lambda run: () if run.container == container else (run,))
    return _edited(history, container, lambda events: [e for e in events if e.name != event], role)


def altered(history: Record, container: str, event: str, *, role: str | None = None, **fields: Any) -> Record:
    """The same, had the container printed other fields with that event."""
    return _edited(
        history,
        container,
        lambda events: [replace(e, fields=e.fields | fields) if e.name == event else e for e in events],
        role,
    )


def moved(history: Record, container: str, event: str, seconds: float) -> Record:
    """The same, had the container printed that event at another time."""
    return _edited(
        history,
        container,
        lambda events: [replace(e, clock=clock(seconds), seen=seconds) if e.name == event else e for e in events],
    )


def instead(history: Record, container: str, event: str, other: Event, *, role: str | None = None) -> Record:
    """The same, had the container printed another event in the place of that one."""
    return _edited(history, container, lambda events: [other if e.name == event else e for e in events], role)


def rules(violations: Iterable[Violation]) -> set[str]:
    """The rules that fired."""
    return {violation.rule for violation in violations}


def said(violations: Iterable[Violation]) -> str:
    """What the operator reads, a line each."""
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
