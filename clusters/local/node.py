"""A cluster's life: up, down, status, open; and the sweep after killed ones."""

import contextlib
import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Self

from clusters.cluster import Cluster, ClusterError
from clusters.local import (
    boot,
    build,
    cgroups,
    configuration,
    images,
    link,
    messages,
    processes,
    support,
    toolchain,
    volumes,
)
from clusters.local.axes import Axes
from clusters.local.limits import LIMITS
from clusters.local.processes import Supervised
from clusters.local.traits import ONE_NODE, Traits
from clusters.progress import Report
from machine import folders
from machine.installation import PODPROOF

PROVIDER = "local"
KEPT_LOGS = 5
"""How many ended clusters keep their logs."""


@dataclass(frozen=True)
class Running:
    """The facts about a cluster that its state folder keeps.

    Attributes:
        name: Its name.
        minor: Of Kubernetes.
        version: Of Kubernetes, ``v1.37.2``.
        image: For workload Pods.
        unshare: The process to wait for.
        supervisor: The process to signal; PID 1 of node 1.
        stays: Whether it was made by ``up``, and so outlives its maker.
        ready: Whether its boot was seen to end.
        runtimes: The further ones that it was booted with: name → program.
        lie: That its containerd tells the kubelet, or empty.
        gates: The feature gates that were set: name → on.
        axes: What was chosen on each axis (``clusters.local.axes``); without those at their default.
        parts: The parts and their versions, for reports.
        agnhost_image: For Pods that run agnhost; empty where it was booted by a podproof that had none.
        nodes: The default runtime of each node.
        further: The supervisors of the nodes beside node 1, in their order: the node's name → its PID 1.
    """

    name: str
    minor: str
    version: str
    image: str
    unshare: int
    supervisor: int
    stays: bool
    ready: bool
    runtimes: dict[str, str] = field(default_factory=dict)
    lie: str = ""
    gates: dict[str, bool] = field(default_factory=dict)
    axes: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    agnhost_image: str = ""
    nodes: list[str] = field(default_factory=lambda: list(ONE_NODE))
    further: dict[str, int] = field(default_factory=dict)

    @property
    def supervisors(self) -> dict[str, int]:
        """Return the PID 1 of every node, by the node's name."""
        return {f"{cgroups.PREFIX}{self.name}": self.supervisor, **self.further}

    def inside(self, node: str, path: str) -> Path:
        """Return the path of a file in a node's mount namespace.

        Raises:
            ClusterError: It has no such node.
        """
        if node not in self.supervisors:
            raise ClusterError(f"the cluster {self.name} has no node {node}, but {', '.join(self.supervisors)}")
        return Path(f"/proc/{self.supervisors[node]}/root{path}")

    @property
    def folder(self) -> Path:
        """Return its state folder."""
        return folders.state() / self.name

    @property
    def traits(self) -> Traits:
        """Return what it has and another cluster has not."""
        axes = {each.name: self.axes.get(each.name, "") for each in fields(Axes)}
        return Traits(self.runtimes, self.lie, self.gates, Axes(**axes), tuple(self.nodes))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return the facts in a state folder; those that another checkout's podproof wrote beside them are left out."""
        facts = json.loads((folder / "cluster.json").read_text())
        return cls(**{each.name: facts[each.name] for each in fields(cls) if each.name in facts})

    def write(self) -> None:
        """Write the facts into the state folder."""
        temporary = self.folder / "cluster.json.new"
        temporary.write_text(json.dumps(asdict(self), indent=2) + "\n")
        temporary.rename(self.folder / "cluster.json")

    def cluster(self, reason: str) -> Cluster:
        """Return the cluster as providers return it."""
        context = f"{cgroups.PREFIX}{self.name}"
        kubeconfig = str(self.folder / "kubeconfig")
        return Cluster(
            PROVIDER,
            self.name,
            kubeconfig,
            context,
            self.image,
            reason,
            self.save_logs,
            self.stays,
            nginx_image=self.image,
            agnhost_image=self.agnhost_image or None,
            gives_hand=True,
            parts=self.parts,
        )

    def save_logs(self, folder: Path) -> None:
        """Copy the logs of every part and of the Pods; those of a node beside node 1 in a folder of its own.

        Raises:
            OSError: A log could not be copied, such as one that is being written; the others were copied.
        """
        shutil.copytree(self.folder / "logs", folder)

    def exited(self) -> str:
        """Return the parts that ended and should not have, in the supervisors' words; empty if all is well."""
        ended = _noted(self.folder / "logs")
        for number, name in enumerate(self.further, 2):
            each = configuration.further_folder(number)
            if processes.alive(self.folder / each):
                ended += [f"{line} on {name}" for line in _noted(self.folder / "logs" / each)]
            else:
                ended.append(f"the node {name} has ended")
        return "; ".join(ended)


def _noted(logs: Path) -> list[str]:
    """Return the lines of a supervisor's log."""
    return (logs / "supervisor.log").read_text().strip().splitlines()


def default_name(minor: str) -> str:
    """Return the name that ``up`` gives the cluster of a minor: ``local`` for the newest."""
    return "local" if minor == build.minors()[-1] else f"local-{minor}"


def status() -> list[Running]:
    """Return every live cluster."""
    found = []
    for folder in sorted(folders.state().glob("*")):
        with contextlib.suppress(FileNotFoundError):
            if processes.alive(folder):
                found.append(Running.read(folder))
    return found


def up(name: str, minor: str, report: Report, traits: Traits | None = None) -> Running:
    """Boot a cluster that stays, with these traits, unless it is up already; return it."""
    wanted = support.checked(traits or Traits(), minor)
    for running in status():
        if running.name == name:
            _must_be(running, minor, wanted)
            return running
    running, supervised = _boot(name, minor, report, wanted, stays=True)
    supervised.stay()
    return running


def down(name: str, report: Report) -> bool:
    """End a cluster and remove all its traces; return whether there was one."""
    running = next((found for found in status() if found.name == name), None)
    if running:
        begin = time.monotonic()
        _end(running)
        report(f"cluster {name} is down in {time.monotonic() - begin:.1f} s")
    with cgroups.machine_lock():
        _sweep()
        if not processes.alive(folders.state() / name):
            shutil.rmtree(folders.state() / name, ignore_errors=True)
    return running is not None


@contextmanager
def open_cluster(minor: str, report: Report, traits: Traits | None = None) -> Iterator[Cluster]:
    """Yield a running cluster of that minor and these traits, else one that ends with the context or this process."""
    wanted = support.checked(traits or Traits(), minor)
    for running in status():
        fits = running.minor == minor and not wanted.lacking(running.traits)
        if fits and running.stays and running.ready:
            if exited := running.exited():
                report(f"the cluster {running.name} is broken ({exited}) and is not used")
                continue
            volumes.renew(running.folder)
            yield running.cluster(f"it was up already{wanted}")
            return
    running, supervised = _boot(_run_name(), minor, report, wanted, stays=False)
    try:
        yield running.cluster(f"booted for this run{wanted}")
        if exited := running.exited():
            report(f"a part of the cluster has ended: {exited}; logs: {running.folder / 'logs'}")
    except BaseException:
        supervised.kill()
        raise
    supervised.kill()
    shutil.rmtree(running.folder, ignore_errors=True)


def sweep() -> None:
    """Remove what killed clusters left: their cgroups and state folders, but for the newest logs."""
    if not folders.state().exists():  # there never was one here, and this may be no machine for it
        return
    with cgroups.machine_lock():
        _sweep()


def _sweep() -> None:
    dead = [folder for folder in folders.state().glob("*") if folder.is_dir() and not processes.alive(folder)]
    # A folder without a plan was swept before, and a name may be another user's by now.
    cgroups.sweep([f"{cgroups.PREFIX}{folder.name}" for folder in dead if (folder / "plan.json").exists()])
    dead.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    for index, folder in enumerate(dead):
        if index >= KEPT_LOGS:
            shutil.rmtree(folder, ignore_errors=True)
            continue
        for path in folder.iterdir():
            if path.name != "logs":
                _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _must_be(running: Running, minor: str, wanted: Traits) -> None:
    """Raise unless a running cluster has the wanted minor and traits, and is well."""
    end = f"`{PODPROOF} cluster down --name {running.name}` ends it"
    if running.minor != minor:
        raise ClusterError(f"the cluster {running.name} runs Kubernetes {running.minor}, not {minor}: {end}")
    if lacking := wanted.lacking(running.traits):
        raise ClusterError(f"the cluster {running.name} {lacking}: {end}")
    if exited := running.exited():
        raise ClusterError(f"the cluster {running.name} is broken, {exited}: {end}; logs: {running.folder / 'logs'}")
    if not running.ready:
        raise ClusterError(f"another command boots the cluster {running.name} right now: wait for it, or {end}")


def _run_name() -> str:
    taken = {running.name for running in status()}
    names = (f"run-{os.getpid()}{suffix}" for suffix in ("", *(f"-{number}" for number in range(2, 1000))))
    return next(name for name in names if name not in taken)


def _boot(name: str, minor: str, report: Report, traits: Traits, *, stays: bool) -> tuple[Running, Supervised]:
    _preflight()
    axes = support.full(traits.axes, minor)
    toolchain.check_kube_proxy(axes.kube_proxy)
    toolchain.require(toolchain.NODE_PACKAGES, report)
    built, store = boot.programs(minor, axes, report)
    descriptors = messages.ensure(report)  # here, where it is told: a hand on the node works unheard
    told = configuration.Lie(traits.lie, descriptors) if traits.lie else None
    begin = time.monotonic()
    report(f"booting Kubernetes {minor} as {name} …")
    folder = folders.state() / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    with cgroups.machine_lock():
        if processes.alive(folder):
            raise ClusterError(f"another command boots the cluster {name} right now")
        _sweep()
        shutil.rmtree(folder, ignore_errors=True)
        groups = cgroups.make(f"{cgroups.PREFIX}{name}")
        node = boot.lay_out(name, folder, link.free(), built, store, traits, axes, told)
        further = [boot.lay_out_further(node, number, each) for number, each in enumerate(traits.nodes[1:], 2)]
        issued, *joining = boot.issue(node, further)
        images.populate(store, folder / "containerd")
        boot.write_plan(folder, boot.plan(node, issued, groups))
        supervised = Supervised(folder)
        try:
            supervised.wait("prepared")
            joined = [(each, boot.join(each, supervised, its)) for each, its in zip(further, joining, strict=True)]
        except BaseException:
            supervised.kill()
            cgroups.sweep()
            raise
    try:
        version = build.kubernetes_version(minor)
        pids = (supervised.unshare, supervised.pid())
        running = Running(
            name,
            minor,
            version,
            store.workload,
            *pids,
            stays=stays,
            ready=False,
            runtimes=dict(traits.runtimes),
            lie=traits.lie,
            gates=dict(traits.gates),
            axes={axis: value for axis, value in asdict(traits.axes).items() if value},
            parts=support.parts(axes),
            agnhost_image=store.agnhost,
            nodes=list(traits.nodes),
            further={each.name: its.pid() for each, its in joined},
        )
        running.write()
        boot.run(node, supervised, issued, store, joined)
        running = replace(running, ready=True)
        running.write()
    except BaseException:
        supervised.kill()
        raise
    report(f"cluster {name} is ready in {time.monotonic() - begin:.1f} s")
    return running, supervised


def _end(running: Running) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(running.supervisor, signal.SIGTERM)
    if not processes.ended(running.unshare, LIMITS.stop):
        with contextlib.suppress(ProcessLookupError):
            os.kill(running.supervisor, signal.SIGKILL)
        if not processes.ended(running.unshare, LIMITS.stop):
            raise ClusterError(f"cluster {running.name} does not end: process {running.supervisor} survives SIGKILL")
    interface = Path("/sys/class/net", json.loads((running.folder / "plan.json").read_text())["link"]["interface"])
    deadline = time.monotonic() + LIMITS.leave
    while interface.exists() and time.monotonic() < deadline:
        time.sleep(LIMITS.again)


def _preflight() -> None:
    if os.geteuid() != 0:
        raise ClusterError("the local cluster makes namespaces and cgroups: run as root, or choose another cluster")
    if not cgroups.ROOT.is_dir():
        raise ClusterError(f"no cgroups at {cgroups.ROOT}: the kubelet needs them")
