"""Pods with statuses, in the raw JSON of a watch."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
OURS = ("init", "init-1", "init-2", "side", "main", "other")


def running(container_id: str) -> Json:
    """Return the status of a running container."""
    return {"containerID": container_id, "state": {"running": {}}}


def ended(container_id: str, code: int = 0) -> Json:
    """Return the status of a terminated container."""
    return {"containerID": container_id, "state": {"terminated": {"exitCode": code, "containerID": container_id}}}


def restarted(container_id: str, before: str, code: int = 1) -> Json:
    """Return the status of a container that runs again."""
    last = {"terminated": {"exitCode": code, "containerID": before}}
    return {**running(container_id), "lastState": last, "restartCount": 1}


def all_again(container_id: str = "") -> Json:
    """Return the status of a container that the kubelet restarts with all others: it has removed the run before."""
    last = {"terminated": {"exitCode": 137, "reason": "RestartingAllContainers"}}
    state = running(container_id) if container_id else waiting("RestartingAllContainers")
    return {**state, "lastState": last, "restartCount": 1}


def waiting(reason: str, message: str = "") -> Json:
    """Return the status of a container that is not started yet."""
    return {"state": {"waiting": {"reason": reason, "message": message}}}


def seen(phase: str = "Running", node: str = "node-1", uid: str = "uid-1", **containers: Json) -> Json:
    """Return a Pod with these container statuses; ``init…`` are init containers, ``side…`` sidecars."""
    inits = [name for name in containers if name.startswith(("init", "side"))]
    statuses = {
        name: {"name": name, "lastState": {}, "restartCount": 0} | status for name, status in containers.items()
    }
    sidecar = {"restartPolicy": "Always"}
    return {
        "metadata": {"name": "pod", "uid": uid, "resourceVersion": "7", "labels": {}},
        "spec": {
            "nodeName": node,
            "initContainers": [{"name": name} | (sidecar if name.startswith("side") else {}) for name in inits],
            "containers": [{"name": name} for name in containers if name not in inits],
        },
        "status": {
            "phase": phase,
            "initContainerStatuses": [statuses[name] for name in inits],
            "containerStatuses": [statuses[name] for name in containers if name not in inits],
        },
    }
