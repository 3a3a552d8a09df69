"""Containers that were ended for a memory limit which a policy of the cluster gave them: they prove nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from records.record import GROUPS, containers_of

if TYPE_CHECKING:
    from records.record import Instance, PodRecord, Record

Json = dict[str, Any]

KILLED = "OOMKilled"  # the reason
TOO_LOW = "was OOM-killed"  # part of runc's message where the limit is too low to start anything


def killed(record: Record) -> list[str]:
    """Return the memory limit that was added for each container that was ended by it: path, sent, stored.

    A limit that was sent is not told of: that a container is ended by it is for the judges to weigh.
    """
    found = [_limit(pod, run) for pod in record.pods for run in pod.instances if _out_of_memory(run)]
    return list(dict.fromkeys(filter(None, found)))


def _out_of_memory(run: Instance) -> bool:
    ended = run.terminated or {}
    return ended.get("reason") == KILLED or TOO_LOW in ended.get("message", "")


def _limit(pod: PodRecord, run: Instance) -> str:
    """Return the added limit of a container, else that of its Pod as a whole; empty where there is none."""
    there = [(f"spec.{group}[{run.container}]", *_in_both(pod, group, run.container)) for group in GROUPS]
    for path, sent, got in (*there, ("spec", pod.sent.get("spec", {}), pod.got.get("spec", {}))):
        if _memory(sent) is None and (limit := _memory(got)) is not None:
            return f"{path}.resources.limits.memory: sent nothing, got {limit} ({run.container} was ended for it)"
    return ""


def _in_both(pod: PodRecord, group: str, container: str) -> tuple[Json, Json]:
    """Return a container of a group as it was sent, and as it was stored; empty where there is none."""
    sent, got = (
        next((each for each in containers_of(whole.get("spec", {}), group) if each["name"] == container), {})
        for whole in (pod.sent, pod.got)
    )
    return sent, got


def _memory(of: Json) -> str | None:
    limit: str | None = ((of.get("resources") or {}).get("limits") or {}).get("memory")
    return limit
