"""A real cluster of one node on this machine: Kubernetes from its Go modules, in Linux namespaces, without Docker."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from clusters.cluster import Cluster
from clusters.local import node


def open_cluster(minor: str = "1.37", *, report: Callable[[str], None]) -> AbstractContextManager[Cluster]:
    """A cluster of that Kubernetes minor: a running one of ``up``, which stays up, else one that ends with the context.

    However this process ends, a cluster that was booted for it ends too.

    Args:
        minor: ``1.37``; there is a folder of that name in ``modules/``.
        report: Takes lines of progress for people.

    Raises:
        ClusterError: There can be no cluster; the message says why and what to do.
    """
    return node.open_cluster(minor, report)


def logs(cluster: Cluster) -> Path:
    """The folder with a log per part, and those of the Pods; as long as the cluster lives."""
    return node.logs(cluster)
