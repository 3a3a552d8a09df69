"""A hand on the nodes of a local cluster: the CRI at containerd's socket, and orders to the supervisor."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

from clusters.cluster import ClusterError
from clusters.local import configuration, cri, messages, supervisor
from clusters.local.limits import LIMITS
from clusters.local.node import Running
from machine import folders

if TYPE_CHECKING:
    from clusters.cluster import Part


class Hand:
    """A hand on the nodes of the local cluster of that name (``clusters.cluster.Hand``)."""

    def __init__(self, name: str) -> None:
        self._running = Running.read(folders.state() / name)

    def lose_sandbox(self, node: str, uid: str) -> str:
        """Kill the process that holds the sandbox of the Pod of that uid; return the sandbox's id."""
        ready = {"state": {"state": "SANDBOX_READY"}, "label_selector": {"io.kubernetes.pod.uid": uid}}
        with self._runtime(node) as runtime:
            found = [each.id for each in runtime.call("ListPodSandbox", filter=ready).items]
            if len(found) != 1:
                raise ClusterError(f"the Pod {uid} has {len(found)} sandboxes that are ready on {node}, not one")
            verbose = runtime.call("PodSandboxStatus", pod_sandbox_id=found[0], verbose=True).info["info"]
        self._order(node, f"kill {json.loads(verbose)['pid']}", f"the sandbox of the Pod {uid} could not be killed")
        return str(found[0])

    def stop_container(self, node: str, container: str) -> None:
        """Kill the container instance of that id."""
        with self._runtime(node) as runtime:
            runtime.call("StopContainer", container_id=container, timeout=0)

    def remove_container(self, node: str, container: str) -> None:
        """Remove the container instance of that id, with all that the runtime knows of it."""
        with self._runtime(node) as runtime:
            runtime.call("RemoveContainer", container_id=container)

    def restart(self, node: str, part: Part) -> tuple[int, int]:
        """End a part of the node by SIGTERM, start it again; once it runs, return its process before and after."""
        before, after = self._order(node, f"restart {part}", f"{part} of {node} could not be restarted", numbers=2)
        return before, after

    def _order(self, node: str, order: str, failed: str, numbers: int = 0) -> list[int]:
        """Give the node's supervisor an order; return the numbers, so many, that it writes once it is done."""
        said = ""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as orders:
                orders.settimeout(LIMITS.boot)
                orders.connect(str(self._running.inside(node, supervisor.ORDERS)))
                orders.send(order.encode())
                said = orders.recv(64).decode()
        except OSError as error:
            raise ClusterError(f"{failed}: {error}") from error
        word, *told = said.split() or ["the node ended"]
        if word != "ready" or len(told) != numbers:
            raise ClusterError(f"{failed}: {said or word}")
        return [int(each) for each in told]

    def _runtime(self, node: str) -> cri.Client:
        return cri.Client(messages.ensure(lambda _: None), self._running.inside(node, configuration.CONTAINERD_SOCKET))
