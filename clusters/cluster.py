"""What every provider returns: a cluster to connect to, or one line that says why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


class ClusterError(Exception):
    """There is no usable cluster; the message is one line: what failed, where to look, what to do."""


class ChoiceError(ClusterError):
    """The options contradict each other, or the cluster that is there."""


class ContextError(ClusterError):
    """A kubeconfig or one of its contexts cannot be used."""


class LoadError(ClusterError):
    """An image cannot be brought to the cluster's nodes."""


Part = Literal["kubelet", "containerd"]
"""A part of a node that a hand can restart."""


class Hand(Protocol):
    """A hand on the nodes of a cluster: it does there what happens to nodes.

    Each raises ``ClusterError`` where it cannot be done.
    """

    def lose_sandbox(self, node: str, uid: str) -> str:
        """Kill the process that holds the sandbox of the Pod of that uid; return the sandbox's id."""

    def stop_container(self, node: str, container: str) -> None:
        """Kill the container instance of that id."""

    def remove_container(self, node: str, container: str) -> None:
        """Remove the container instance of that id, with all that the runtime knows of it."""

    def restart(self, node: str, part: Part) -> tuple[int, int]:
        """End a part of the node by SIGTERM, start it again; once it runs, return its process before and after."""


@dataclass(frozen=True)
class Cluster:
    """A cluster whose API server answers.

    Attributes:
        provider: Who made or found it: ``existing``, ``kind`` or ``local``.
        name: Its name within the provider.
        kubeconfig: File that holds the credentials; of an existing cluster maybe several, as in ``$KUBECONFIG``.
        context: Name of the context in that file.
        image: Image reference for workload Pods, to be used with imagePullPolicy IfNotPresent; None where the cluster
            brings none, and pulls what the manifests name.
        nginx_image: The same for Pods that run nginx.
        agnhost_image: The same for Pods that run agnhost.
        reason: Why this one was chosen, for the report.
        save_logs: Writes the logs of the cluster's parts below a folder that it makes; None where nobody can read them.
            Raises ``OSError`` or ``ClusterError`` where it cannot write all of them.
        stays: Whether it outlives the run.
        gives_hand: Whether it gives a hand on its nodes; one that podproof did not make gives none.
        parts: What it was made of, and in which versions, where podproof made it of its parts.
    """

    provider: str
    name: str
    kubeconfig: str
    context: str
    image: str | None
    reason: str
    save_logs: Callable[[Path], None] | None = None
    stays: bool = False
    nginx_image: str | None = None
    agnhost_image: str | None = None
    gives_hand: bool = False
    parts: Mapping[str, str] = field(default_factory=dict)
