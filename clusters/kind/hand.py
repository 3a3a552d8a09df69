"""A hand on the nodes of a kind cluster: crictl and systemctl in the node's Docker container, which has its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusters.cluster import ClusterError
from clusters.kind.commands import must
from clusters.kind.limits import LIMITS

if TYPE_CHECKING:
    from clusters.cluster import Part


class Hand:
    """A hand on the nodes of a kind cluster (``clusters.cluster.Hand``)."""

    def lose_sandbox(self, node: str, uid: str) -> str:
        """Kill the process that holds the sandbox of the Pod of that uid; return the sandbox's id."""
        label = f"io.kubernetes.pod.uid={uid}"
        ids = _in(node, "crictl", "pods", "--quiet", "--no-trunc", "--state", "ready", "--label", label).split()
        if len(ids) != 1:
            raise ClusterError(f"the Pod {uid} has {len(ids)} sandboxes that are ready on {node}, not one")
        pid = _in(node, "crictl", "inspectp", "--output", "go-template", "--template", "{{.info.pid}}", ids[0]).strip()
        if pid in {"", "0"}:  # a group of processes, for the kernel
            raise ClusterError(f"the sandbox of the Pod {uid} has ended on {node}")
        _in(node, "kill", "-KILL", pid)
        return ids[0]

    def stop_container(self, node: str, container: str) -> None:
        """Kill the container instance of that id."""
        _in(node, "crictl", "stop", "--timeout", "0", container)

    def remove_container(self, node: str, container: str) -> None:
        """Remove the container instance of that id, with all that the runtime knows of it."""
        _in(node, "crictl", "rm", container)

    def restart(self, node: str, part: Part) -> tuple[int, int]:
        """End a part of the node by SIGTERM, start it again; once it runs, return its process before and after."""
        before = _process(node, part)
        _in(node, "systemctl", "restart", part)
        return before, _process(node, part)


def _process(node: str, part: Part) -> int:
    return int(_in(node, "systemctl", "show", "--property", "MainPID", "--value", part))


def _in(node: str, *command: str) -> str:
    return must("docker", "exec", node, *command, within=LIMITS.hand)
