"""The restricted Pod Security Standard, checked on a Pod's manifest.

https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

HOST = ("hostNetwork", "hostPID", "hostIPC", "hostUsers")
VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
VOLUMES |= {"image"}  # since 1.31

USER = {"runAsUser", "runAsGroup"}  # a container may set these itself, except to root
ADDED = (["NET_BIND_SERVICE"],)  # the one capability that a container may add


def containers_of(pod: Json) -> list[Json]:
    """Return the init containers, then the app containers."""
    return [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]


def breaches(pod: Json) -> list[str]:
    """Return what a restricted namespace would refuse in the Pod, and an unused service account token."""
    spec = pod["spec"]
    security = spec.get("securityContext", {})
    found = [name for name in HOST if spec.get(name)]
    if security.get("runAsNonRoot") is not True or security.get("runAsUser") == 0:
        found.append("runAsNonRoot")
    if security.get("seccompProfile") != {"type": "RuntimeDefault"}:
        found.append("seccompProfile")
    reads_token = any("read-token" in container.get("args", []) for container in containers_of(pod))
    if spec.get("automountServiceAccountToken") is not False and not reads_token:
        found.append("automountServiceAccountToken")
    found += [f"volume {v['name']}" for v in spec.get("volumes", []) if not set(v) - {"name"} <= VOLUMES]
    found += [f"ports of the node for {c['name']}" for c in containers_of(pod) if _has_host_port(c)]
    for container in containers_of(pod):
        expected = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
        context = container.get("securityContext", {})
        given = {k: v for k, v in context.items() if (k not in USER or v == 0) and k != "readOnlyRootFilesystem"}
        if given.get("capabilities", {}).get("add") in ADDED:
            given["capabilities"] = {"drop": given["capabilities"].get("drop")}
        if given != expected:
            found.append(f"container {container['name']}")
    return found


def _has_host_port(container: Json) -> bool:
    return any(port.get("hostPort") for port in container.get("ports", []))
