"""A real cluster of one node on this machine, without Docker: Kubernetes from its Go modules, in Linux namespaces."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from clusters.cluster import Cluster
from clusters.local import build, node


def open_cluster(
    minor: str | None = None, *, further: Sequence[tuple[str, Path]] = (), report: Callable[[str], None]
) -> AbstractContextManager[Cluster]:
    """Open a cluster of that Kubernetes minor: one that ``up`` started, which stays, or one that ends with the context.

    A cluster that was booted for the context ends however this process ends.

    Args:
        minor: ``1.37``; there is a folder of that name in ``modules/``. None is the newest there.
        further: Runtimes beside runc and the faulty ones, each a name and a program.
        report: Takes lines of progress for people.

    Raises:
        ClusterError: There can be no cluster; the message says why and what to do.
    """
    return node.open_cluster(minor or build.minors()[-1], report, further)


def up() -> list[Cluster]:
    """Return the clusters that ``up`` started."""
    return [running.cluster("it is up") for running in node.status() if running.stays and running.ready]


def sweep() -> None:
    """Remove what killed clusters left on this machine; never a part of a live one."""
    node.sweep()
