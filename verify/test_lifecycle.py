"""A real node comes up in time, and when it goes, however it goes, leaves nothing.

Needs root, and builds what is not built yet; run it by its path: ``pytest verify/test_lifecycle.py``.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from clusters import ClusterError
from clusters.local import boot, build, cgroups, configuration, messages, node, processes, support
from clusters.local.axes import Axes

HERE = Path(__file__).resolve().parents[1]
BOOT_SECONDS = 8
DOWN_SECONDS = 3
ENDS_WITHIN = 60  # seconds: what takes longer hangs
AT_ONCE = 3
"""Seconds; the kernel removes a dead network namespace in the background."""

OLDEST, NEWEST = build.minors()[0], build.minors()[-1]  # those between are built and booted by ./podproof matrix

HOLD = """
import json, sys
from dataclasses import asdict
from clusters.local import open_cluster
with open_cluster(sys.argv[1], report=lambda line: print(line, file=sys.stderr)) as cluster:
    print(json.dumps(asdict(cluster), default=str), flush=True)
    sys.stdin.read()
"""

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="makes namespaces: needs root")


@dataclass(frozen=True)
class Traces:
    """The places on this machine where a node leaves traces while it lives."""

    interface: str
    folder: Path
    node: str
    rules: str
    sysctls: str

    def processes(self) -> list[str]:
        """Return the cluster's processes: its parts and its Pods, by their cgroups, and what holds them."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it has just ended
                command = (process / "cmdline").read_bytes()
                if f"/{self.node}/" in (process / "cgroup").read_text() or f"{self.folder}/".encode() in command:
                    found.append(f"{process.name} {command!r}")
        return found

    def elsewhere(self) -> dict[str, Any]:
        """Return all traces but processes and cgroups; each is empty when nothing is left."""
        mounts = Path("/proc/self/mountinfo").read_text().splitlines()
        return {
            "mounts": [line for line in mounts if str(self.folder) in line],
            "interfaces": [path.name for path in Path("/sys/class/net").glob(self.interface)],
            "rules": "" if _rules() == self.rules else _rules(),
            "sysctls": "" if _sysctls() == self.sysctls else _sysctls(),
        }

    def cgroups(self) -> list[Path]:
        """Return the node's cgroups."""
        return [root / self.node for root in cgroups.hierarchies() if (root / self.node).exists()]

    def left(self) -> dict[str, Any]:
        """Return the traces but cgroups, after the moment that the kernel needs."""
        deadline = time.monotonic() + AT_ONCE
        while True:
            found = {"processes": self.processes(), **self.elsewhere()}
            if not any(found.values()) or time.monotonic() > deadline:
                return {kind: things for kind, things in found.items() if things}


@pytest.fixture(scope="module", autouse=True)
def _built() -> None:
    for minor in (OLDEST, NEWEST):
        boot.programs(minor, support.full(Axes(), minor), lambda _: None)
    messages.ensure(lambda _: None)


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def name() -> Iterator[str]:
    """Yield a cluster name that nobody else uses; end that cluster whatever happens."""
    name = f"test-{os.getpid()}"
    yield name
    _command("down", "--name", name)


@pytest.mark.parametrize(("minor", "nodes"), [(OLDEST, 1), (NEWEST, 1), (NEWEST, 2)])
def test_up_and_down_are_quick_and_leave_nothing(name: str, minor: str, nodes: int) -> None:
    before = _rules(), _sysctls()
    begin = time.monotonic()
    up = _command("up", "--kubernetes", minor, "--name", name, "--nodes", str(nodes))
    booted = time.monotonic() - begin
    traces = _traces(name, before)
    assert "export KUBECONFIG=" in up
    assert len(traces.processes()) >= 9
    assert traces.cgroups()
    begin = time.monotonic()
    _command("down", "--name", name)
    ended = time.monotonic() - begin
    assert traces.left() == {}
    assert traces.cgroups() == []
    assert not traces.folder.exists()
    assert booted <= BOOT_SECONDS * nodes
    assert ended <= DOWN_SECONDS


@pytest.mark.parametrize("nodes", ["1", "2"])
def test_a_killed_supervisor_takes_all_but_cgroups_along_and_the_next_command_those(name: str, nodes: str) -> None:
    before = _rules(), _sysctls()
    _command("up", "--name", name, "--nodes", nodes)
    traces = _traces(name, before)
    running = _running(name)
    os.kill(running.supervisor, signal.SIGKILL)
    assert processes.ended(running.unshare, AT_ONCE)
    assert traces.left() == {}
    node.sweep()
    assert traces.cgroups() == []


@pytest.mark.parametrize("nodes", ["1", "2"])
def test_a_killed_unshare_takes_the_node_along(name: str, nodes: str) -> None:
    before = _rules(), _sysctls()
    _command("up", "--name", name, "--nodes", nodes)
    traces = _traces(name, before)
    os.kill(_running(name).unshare, signal.SIGKILL)
    assert traces.left() == {}
    node.sweep()
    assert traces.cgroups() == []


def test_a_cluster_ends_with_the_run_that_opened_it() -> None:
    before = _rules(), _sysctls()
    with _holder() as (holder, cluster):
        traces = _traces(cluster["name"], before)
        running = _running(cluster["name"])
        holder.kill()
        assert processes.ended(running.unshare, AT_ONCE)
        assert traces.left() == {}
        assert traces.cgroups() == []


@pytest.mark.parametrize("nodes", ["1", "2"])
def test_a_boot_ends_with_the_command_that_began_it(name: str, nodes: str) -> None:
    before = _rules(), _sysctls()
    up = [sys.executable, "-m", "clusters.local", "up", "--name", name, "--nodes", nodes]
    with subprocess.Popen(up, cwd=HERE) as booting:
        while not (found := [running for running in node.status() if running.name == name]):
            assert booting.poll() is None
        traces = _traces(name, before)
        booting.kill()
    assert processes.ended(found[0].unshare, AT_ONCE)
    assert traces.left() == {}
    assert traces.cgroups() == []


@pytest.mark.parametrize("minor", [OLDEST, NEWEST])
def test_an_opened_cluster_ends_with_its_context_and_two_live_side_by_side(minor: str) -> None:
    before = _rules(), _sysctls()
    with _holder() as (first, one), _holder(minor) as (second, other):
        assert one["name"] != other["name"]
        traces = _traces(one["name"], before), _traces(other["name"], before)
        for holder in (first, second):
            holder.communicate(timeout=ENDS_WITHIN)
        for each in traces:
            assert each.left() == {}
            assert each.cgroups() == []
            assert not each.folder.exists()


def test_an_open_reuses_the_cluster_that_is_up_and_leaves_it_up(name: str) -> None:
    _command("up", "--name", name)
    with node.open_cluster(NEWEST, lambda _: None) as cluster:
        assert cluster.name == name
    assert _running(name).ready


def test_a_part_that_fails_is_named_with_the_end_of_its_log(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: Any) -> dict[str, list[str]]:
        return {**healthy(*arguments), "kube-scheduler": ["/bin/sh", "-c", "echo no such thing; exit 3"]}

    healthy = configuration.arguments
    monkeypatch.setattr(configuration, "arguments", broken)
    with pytest.raises(ClusterError, match=r"^kube-scheduler exited with 3; .*kube-scheduler.log ends: no such thing$"):
        node.up(name, NEWEST, lambda _: None)
    assert not node.status()
    assert not any((root / f"{cgroups.PREFIX}{name}").exists() for root in cgroups.hierarchies())


def test_a_cluster_with_a_part_that_ended_is_not_used_and_says_so(name: str) -> None:
    _command("up", "--name", name)
    children = Path("/proc", str(_running(name).supervisor), "task", str(_running(name).supervisor), "children")
    for child in children.read_text().split():
        if Path("/proc", child, "comm").read_text().strip() == "kube-scheduler":
            os.kill(int(child), signal.SIGKILL)
    while not (exited := _running(name).exited()):
        pass
    assert exited == "kube-scheduler exited with -9"
    with pytest.raises(ClusterError, match=r"is broken, kube-scheduler exited with -9: `.* down .*` ends it; logs: /"):
        node.up(name, NEWEST, lambda _: None)
    lines: list[str] = []
    with node.open_cluster(NEWEST, lines.append) as cluster:
        assert cluster.name != name
    assert lines[0] == f"the cluster {name} is broken (kube-scheduler exited with -9) and is not used"


def test_two_boots_at_once_share_the_machine() -> None:
    names = [f"test-{os.getpid()}-{letter}" for letter in "ab"]
    failures: list[BaseException] = []

    def boot_one(each: str) -> None:
        try:
            _command("up", "--name", each)
        except BaseException as error:  # noqa: BLE001 -- checked by the main thread
            failures.append(error)

    threads = [threading.Thread(target=boot_one, args=(each,)) for each in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        assert failures == []
        assert {running.name for running in node.status()} == set(names)
    finally:
        for each in names:
            _command("down", "--name", each)


def _command(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "clusters.local", *arguments], cwd=HERE, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextlib.contextmanager
def _holder(minor: str = NEWEST) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """Run a process that holds a cluster open; yield it and the cluster."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, minor], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        try:
            assert holder.stdout
            yield holder, json.loads(holder.stdout.readline())
        finally:
            holder.kill()


def _running(name: str) -> node.Running:
    return next(running for running in node.status() if running.name == name)


def _traces(name: str, before: tuple[str, str]) -> Traces:
    running = _running(name)
    plan = json.loads((running.folder / "plan.json").read_text())
    return Traces(
        interface=plan["link"]["interface"],
        folder=running.folder,
        node=plan["hostname"],
        rules=before[0],
        sysctls=before[1],
    )


def _rules() -> str:
    return subprocess.run(["nft", "list", "ruleset"], capture_output=True, text=True, check=True).stdout


def _sysctls() -> str:
    names = [*configuration.KUBELET_SYSCTLS, "net/netfilter/nf_conntrack_max", "net/ipv4/ip_forward", "fs/nr_open"]
    values = ((name, Path("/proc/sys", name)) for name in names)
    return "\n".join(f"{name} {path.read_text().strip()}" for name, path in values if path.exists())


@pytest.mark.parametrize("minor", [OLDEST, NEWEST])
def test_the_version_that_answers_is_the_one_of_the_go_mod(name: str, minor: str) -> None:
    _command("up", "--kubernetes", minor, "--name", name)
    kubectl = build.modules(minor)[0].binaries() / "kubectl"
    kubeconfig = _command("kubeconfig", "--name", name).strip()
    shown = subprocess.run(
        [kubectl, f"--kubeconfig={kubeconfig}", "version", "--output=json"], capture_output=True, text=True, check=True
    )
    assert json.loads(shown.stdout)["serverVersion"]["gitVersion"] == build.kubernetes_version(minor)
