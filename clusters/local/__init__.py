"""A real cluster on this machine, without Docker: Kubernetes from its Go modules, each node in Linux namespaces."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager

from clusters.cluster import Cluster, ClusterError, Hand
from clusters.local.traits import Traits

# Modules that need Linux are imported where it is Linux: a run on an existing cluster imports this one anywhere.


def open_cluster(
    minor: str | None = None,
    *,
    traits: Traits | None = None,
    report: Callable[[str], None],
) -> AbstractContextManager[Cluster]:
    """Open a cluster of that Kubernetes minor: one that ``up`` started, which stays, or one that ends with the context.

    A cluster that was booted for the context ends however this process ends.

    Args:
        minor: ``1.37``; there is a folder of that name in ``modules/``. None is the newest there.
        traits: What it is to have beside that; None for nothing.
        report: Takes lines of progress for people.

    Raises:
        ClusterError: There can be no cluster; the message says why and what to do.
    """
    require_linux()
    from clusters.local import build, node  # noqa: PLC0415

    return node.open_cluster(minor or build.minors()[-1], report, traits)


def up() -> list[Cluster]:
    """Return the clusters that ``up`` started."""
    if sys.platform != "linux":
        return []
    from clusters.local import node  # noqa: PLC0415

    return [running.cluster("it is up") for running in node.status() if running.stays and running.ready]


def hand_on(name: str) -> Hand:
    """Return a hand on the nodes of a cluster that runs."""
    from clusters.local.hand import Hand  # noqa: PLC0415

    return Hand(name)


def sweep() -> None:
    """Remove what killed clusters left on this machine; never a part of a live one."""
    if sys.platform != "linux":
        return
    from clusters.local import node  # noqa: PLC0415

    node.sweep()


def require_linux() -> None:
    """Check that this machine can have a local cluster.

    Raises:
        ClusterError: It is no Linux.
    """
    if sys.platform != "linux":
        needs = f"the local cluster is made of Linux namespaces, and this is {sys.platform}"
        raise ClusterError(f"{needs}: name an existing cluster with --kube-context, or install Docker and kind")
