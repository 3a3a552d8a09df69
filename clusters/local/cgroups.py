"""The cgroups of a node: in every hierarchy a folder named after it, with ``node`` in it for its own processes.

Node 1's folders hold those of the other nodes: what removes a cluster's removes all.
"""

import fcntl
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clusters.cluster import ClusterError
from clusters.local.supervisor import remove_cgroup

ROOT = Path("/sys/fs/cgroup")
PREFIX = "podproof-"


@dataclass(frozen=True)
class Cgroups:
    """The cgroups of one node.

    Attributes:
        folders: One per hierarchy.
        roots: Controller → the root of its hierarchy, for those that the node's processes enter; "" is version 2.
        enter: Controller → the cgroup that they enter.
    """

    folders: list[Path]
    roots: dict[str, Path]
    enter: dict[str, Path]


@contextmanager
def machine_lock() -> Iterator[None]:
    """Hold the machine's lock: only its holder may choose a link, or make and sweep cgroups."""
    descriptor = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def version_2() -> bool:
    """Return whether the machine has the unified hierarchy alone."""
    return (ROOT / "cgroup.controllers").exists()


def hierarchies() -> list[Path]:
    """Return the roots of all hierarchies, also the named ones of version 1 and the unified one of a hybrid."""
    if version_2():
        return [ROOT]
    # cpu and cpuacct are often two links to one folder.
    return sorted({path.resolve() for path in ROOT.iterdir() if (path / "cgroup.procs").exists()})


def make(name: str) -> Cgroups:
    """Make the node's cgroups; the caller holds the machine's lock.

    Args:
        name: Their path below the root of each hierarchy.

    Raises:
        ClusterError: There are cgroups of that name already, or the kernel refuses.
    """
    folders = [root / name for root in hierarchies()]
    if version_2():
        entered = {"": ROOT}
    elif (ROOT / "pids").exists():
        entered = {"pids": ROOT / "pids"}
    else:
        raise ClusterError(f"{ROOT} has no pids controller: the kubelet needs one")
    made: list[Path] = []
    try:
        if version_2():
            _delegate(ROOT)
        while len(made) < len(folders):
            folders[len(made)].mkdir()
            made.append(folders[len(made)])
        if version_2():
            _delegate(folders[0])
        for root in entered.values():
            (root / name / "node").mkdir()
    except OSError as error:
        for folder in made:
            remove_cgroup(folder)
        advice = "give the cluster another --name, or end the one that has it"
        raise ClusterError(f"cannot make the cgroup {error.filename}: {error.strerror}; {advice}") from error
    return Cgroups(folders, entered, {controller: root / name / "node" for controller, root in entered.items()})


def sweep(dead: Collection[str] = ()) -> None:
    """Remove the cgroups of nodes that are gone; the caller holds the machine's lock.

    A node is gone where its cgroups hold no process, or where ``dead`` names it: its last processes may be ending.
    """
    for root in hierarchies():
        for top in root.glob(f"{PREFIX}*"):
            if top.name in dead or not in_use(top.name):
                remove_cgroup(top)


def in_use(name: str) -> bool:
    """Return whether any process is in a cgroup of that node; the supervisor is, all its life."""
    return any(_processes(Path(folder)) for root in hierarchies() for folder, _, _ in os.walk(root / name))


def _processes(cgroup: Path) -> str:
    try:
        return (cgroup / "cgroup.procs").read_text().strip()
    except OSError:  # it has just been removed
        return ""


def _delegate(folder: Path) -> None:
    """Give the children of a version 2 cgroup the controllers that the kubelet needs, where the cgroup has them."""
    wanted = {"cpu", "cpuset", "hugetlb", "io", "memory", "pids"}
    have = set((folder / "cgroup.controllers").read_text().split())
    given = set((folder / "cgroup.subtree_control").read_text().split())
    for controller in sorted(wanted & have - given):
        (folder / "cgroup.subtree_control").write_text(f"+{controller}")
