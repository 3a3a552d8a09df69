"""The kind provider with stand-ins for kind and docker: what it asks of them, and what it leaves."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clusters import ChoiceError, ClusterError, LoadError, kind
from clusters.kind import commands, life, notes
from clusters.kind.limits import LIMITS
from clusters.kind.wanted import Wanted
from tests.helpers.paths import ROOT

WITHIN = 20.0  # seconds; nothing here takes a tenth of them

FAKE = """\
#!/bin/sh
name=${0##*/}
echo "$name $*" >> "$FAKE/calls"
for answer in "$FAKE/$name-$1-$2" "$FAKE/$name-$1"; do
    [ -e "$answer" ] && . "$answer"
done
exit 0
"""

HANGING = "echo $$ > $FAKE/hanging; sleep 300 & echo $! > $FAKE/child; echo there > $FAKE/begun; wait"

HOLD = """
import signal, sys
from clusters import kind
signal.signal(signal.SIGTERM, signal.default_int_handler)
with kind.open_cluster(kind.Wanted(), report=lambda line: print(line, file=sys.stderr)):
    print("open", flush=True)
    sys.stdin.read()
"""


class _Machine:
    """A machine with stand-ins for kind and docker; it keeps what they were asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines: list[str] = []

    @property
    def calls(self) -> list[str]:
        """Return the commands that were run, without the first question to Docker."""
        path = self.folder / "calls"
        said = path.read_text().splitlines() if path.exists() else []
        return [line for line in said if not line.startswith("docker version")]

    def answers(self, command: str, script: str) -> None:
        """Have the command (``kind-get-clusters``) run that script from now on; without ``exit`` it succeeds."""
        (self.folder / command).write_text(script)

    @property
    def state(self) -> list[str]:
        """Return the names in the state folder."""
        return sorted(path.name for path in notes.state().glob("*"))


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Machine:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("kind", "docker"):
        (tools / name).write_text(FAKE)
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FAKE", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in notes.DOCKER:
        monkeypatch.delenv(name, raising=False)
    return _Machine(tmp_path)


def test_a_cluster_is_made_with_a_kubeconfig_of_its_own_and_deleted_at_the_end(machine: _Machine) -> None:
    with kind.open_cluster(Wanted(image="kindest/node:v1"), report=machine.lines.append) as cluster:
        name = cluster.name
        folder = notes.state() / name
        assert name.startswith("podproof-")
        assert (cluster.context, cluster.kubeconfig) == (f"kind-{name}", str(folder / "kubeconfig"))
        assert (cluster.image, cluster.reason, cluster.gives_hand) == (None, "made for this run", True)
    config = ROOT / "clusters" / "kind" / "one-node.yaml"
    made = f"--name {name} --config {config} --kubeconfig {folder}/kubeconfig --image kindest/node:v1"
    ready = "--kubeconfig=/etc/kubernetes/admin.conf wait --for=condition=Ready nodes --all --timeout=240s"
    assert machine.calls == [
        "kind get clusters",
        f"kind create cluster {made} --wait 240s --retain",
        f"docker exec {name}-control-plane kubectl {ready}",
        f"kind delete cluster --name {name} --kubeconfig {folder}/kubeconfig",
    ]
    assert machine.state == []


def test_a_cluster_is_deleted_where_the_run_breaks(machine: _Machine) -> None:
    with pytest.raises(ZeroDivisionError), kind.open_cluster(Wanted(), report=machine.lines.append):
        _ = 1 / 0
    assert machine.calls[-1].startswith("kind delete cluster --name podproof-")
    assert machine.state == []


def test_a_named_cluster_that_is_there_is_used_and_left(machine: _Machine) -> None:
    machine.answers("kind-get", "printf 'other\\nmine\\n'")
    with kind.open_cluster(Wanted(name="mine"), report=machine.lines.append) as cluster:
        assert (cluster.name, cluster.context, cluster.gives_hand) == ("mine", "kind-mine", False)
        assert not Path(cluster.kubeconfig).is_relative_to(Path.home() / ".kube")
    assert [call.split(" --kubeconfig ")[0] for call in machine.calls] == [
        "kind get clusters",
        "kind export kubeconfig --name mine",
    ]
    assert machine.state == []


def test_where_the_named_cluster_is_not_there_one_of_ours_is_made(machine: _Machine) -> None:
    machine.answers("kind-get", "echo 'No kind clusters found.' >&2")
    with kind.open_cluster(Wanted(name="mine"), report=machine.lines.append) as cluster:
        assert cluster.name.startswith("podproof-")
        assert cluster.reason == "made for this run, there is no kind cluster mine"


@pytest.mark.parametrize("wanted", [Wanted(name="mine", image="a"), Wanted(name="mine", config=Path(__file__))])
def test_a_cluster_that_is_there_is_not_made_otherwise(machine: _Machine, wanted: Wanted) -> None:
    machine.answers("kind-get", "echo mine")
    with pytest.raises(ChoiceError, match=r"the kind cluster mine is there already; leave one of them out$"):
        _open(machine, wanted)


def test_an_image_is_copied_to_the_nodes_and_used(machine: _Machine) -> None:
    with kind.open_cluster(Wanted(load="mine:1"), report=machine.lines.append) as cluster:
        assert cluster.image == "mine:1"
    assert f"kind load docker-image mine:1 --name {cluster.name}" in machine.calls


def test_an_image_that_docker_lacks_is_told_before_anything_is_made(machine: _Machine) -> None:
    machine.answers("docker-image", "echo 'Error: No such image: mine:1'; exit 1")
    with pytest.raises(
        LoadError, match=r"^--load-image mine:1: Docker has no such image: Error: No such image: mine:1$"
    ):
        _open(machine, Wanted(load="mine:1"))
    assert machine.calls == ["docker image inspect --format {{.Id}} mine:1"]


def test_an_image_that_cannot_be_loaded_is_told_and_the_cluster_deleted(machine: _Machine) -> None:
    machine.answers("kind-load", "echo 'ERROR: no room'; exit 1")
    with pytest.raises(LoadError, match=r"^--load-image mine:1: kind could not load it: ERROR: no room$"):
        _open(machine, Wanted(load="mine:1"))
    assert machine.calls[-1].startswith("kind delete cluster")


@pytest.mark.parametrize(
    ("reference", "always"),
    [("a", True), ("a:latest", True), ("host:5000/a", True), ("a:1", False), ("host:5000/a:1", False)],
)
def test_an_image_that_would_be_pulled_although_it_was_loaded_is_refused(
    machine: _Machine, reference: str, always: bool
) -> None:
    assert life.always_pulled(reference) == always
    if always:
        with pytest.raises(ChoiceError, match=r"give it another: docker tag .* .*:1$"):
            _open(machine, Wanted(load=reference))
        assert machine.calls == []


def test_a_configuration_that_is_not_there_is_told(machine: _Machine) -> None:
    with pytest.raises(ChoiceError, match=r"^--kind-config /nowhere: there is no such file$"):
        _open(machine, Wanted(config=Path("/nowhere")))


def test_a_cluster_that_cannot_be_made_is_told_with_its_logs_and_deleted(machine: _Machine) -> None:
    machine.answers("kind-create", "echo 'Creating …'; echo 'ERROR: failed: no image'; echo 'stack trace'; exit 1")
    with pytest.raises(
        ClusterError, match=r"^kind could not make a cluster: ERROR: failed: no image; its output"
    ) as failed:
        _open(machine, Wanted())
    [name] = machine.state
    folder = notes.state() / name
    assert str(failed.value).endswith(f": {folder}")
    assert "stack trace" in (folder / "create.log").read_text()
    assert machine.calls[-2:] == [
        f"kind export logs {folder}/logs --name {name}",
        f"kind delete cluster --name {name} --kubeconfig {folder}/kubeconfig",
    ]
    before = machine.calls
    kind.sweep(machine.lines.append)
    assert machine.calls == before


def test_a_worker_that_does_not_become_ready_is_told(machine: _Machine) -> None:
    machine.answers("docker-exec", "echo 'error: timed out waiting for the condition on nodes/worker'; exit 1")
    with pytest.raises(ClusterError, match=r"could not make a cluster: error: timed out waiting .* nodes/worker; its"):
        _open(machine, Wanted())


def test_logs_that_cannot_be_exported_do_not_hide_why_there_is_no_cluster(machine: _Machine) -> None:
    machine.answers("kind-create", "echo 'ERROR: no image'; exit 1")
    machine.answers("kind-export", "exit 1")
    with pytest.raises(ClusterError, match=r"^kind could not make a cluster: ERROR: no image"):
        _open(machine, Wanted())


@pytest.mark.parametrize(
    ("script", "answer", "says"),
    [
        (
            "echo; echo 'Cannot connect to the Docker daemon'; exit 1",
            LIMITS.answer,
            "Docker does not answer: Cannot connect to the Do",
        ),
        ("sleep 300", 0.2, r"Docker does not answer: `docker version --format .*` did not end within 0\.2 s"),
    ],
)
def test_a_docker_that_does_not_answer_is_told(
    machine: _Machine, monkeypatch: pytest.MonkeyPatch, script: str, answer: float, says: str
) -> None:
    monkeypatch.setattr(life, "LIMITS", replace(LIMITS, answer=answer))
    machine.answers("docker-version", script)
    with pytest.raises(ClusterError, match=f"^no kind cluster: {says}"):
        _open(machine, Wanted())


@pytest.mark.parametrize("missing", ["kind", "docker"])
def test_a_command_that_is_missing_is_told(machine: _Machine, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    (machine.folder / "tools" / missing).unlink()
    monkeypatch.setenv("PATH", str(machine.folder / "tools"))
    assert kind.lacks() == f"`{missing}` is not on PATH"


def test_the_logs_of_a_cluster_are_what_kind_exports(machine: _Machine, tmp_path: Path) -> None:
    with kind.open_cluster(Wanted(), report=machine.lines.append) as cluster:
        assert cluster.save_logs
        cluster.save_logs(tmp_path / "logs")
        assert machine.calls[-1] == f"kind export logs {tmp_path}/logs --name {cluster.name}"
        machine.answers("kind-export", "echo 'ERROR: no disk'; exit 1")
        with pytest.raises(ClusterError, match=r"`kind export logs .*` failed: ERROR: no disk$"):
            cluster.save_logs(tmp_path / "logs")


def test_a_cluster_that_cannot_be_deleted_is_told_and_swept_later(machine: _Machine) -> None:
    machine.answers("kind-delete", "echo 'ERROR: busy'; exit 1")
    with kind.open_cluster(Wanted(), report=machine.lines.append) as cluster:
        pass
    line = f"the kind cluster {cluster.name} is left: ERROR: busy; the next run tries again to delete it"
    assert machine.lines[-1] == line
    kind.sweep(machine.lines.append)
    assert machine.lines[-1] == f"the kind cluster {cluster.name} of a run that was killed is left: ERROR: busy"
    assert machine.state == [cluster.name]
    machine.answers("kind-delete", "")
    kind.sweep(machine.lines.append)
    assert machine.lines[-1] == f"deleted the kind cluster {cluster.name} of a run that was killed"
    assert machine.state == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_deletes_its_cluster(machine: _Machine, number: signal.Signals) -> None:
    with _holder() as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "open\n"
        holder.send_signal(number)
        holder.wait(WITHIN)
    assert machine.calls[-1].startswith("kind delete cluster --name podproof-")
    assert machine.state == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_ends_the_command_that_makes_its_cluster_first(
    machine: _Machine, number: signal.Signals
) -> None:
    machine.answers("kind-create", HANGING)
    with _holder() as holder:
        _await((machine.folder / "begun").exists)
        holder.send_signal(number)
        holder.wait(WITHIN)
    assert not _alive(machine.folder / "hanging")
    assert not _alive(machine.folder / "child")
    assert machine.calls[-1].startswith("kind delete cluster --name podproof-")
    assert machine.state == []


def test_an_interrupt_in_the_midst_of_a_start_leaves_no_command_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    class Interrupted(subprocess.Popen[str]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            made.append(self.pid)
            signal.raise_signal(signal.SIGINT)  # there is a process, and nobody knows of it yet

    monkeypatch.setattr("clusters.kind.commands.subprocess.Popen", Interrupted)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        commands.run("sleep", "300")
    assert [number for number in made if Path("/proc", str(number)).exists()] == []
    assert signal.getsignal(signal.SIGINT) is before


def test_what_a_killed_run_leaves_is_swept_where_it_was_made_and_nothing_else(
    machine: _Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///theirs")
    with _holder() as killed:
        assert killed.stdout
        assert killed.stdout.readline() == "open\n"
        [name] = machine.state
        killed.kill()
    monkeypatch.setenv("DOCKER_HOST", "unix:///other")
    machine.answers("kind-delete", 'echo "on $DOCKER_HOST" >> $FAKE/calls')
    with kind.open_cluster(Wanted(), report=machine.lines.append) as cluster:
        before = len(machine.calls)
        kind.sweep(machine.lines.append)
        kind.sweep(machine.lines.append)
        deleted = f"kind delete cluster --name {name} --kubeconfig {notes.state() / name}/kubeconfig"
        assert machine.calls[before:] == [deleted, "on unix:///theirs"]
        assert machine.state == [cluster.name]


def test_a_killed_run_takes_the_command_along_that_makes_its_cluster(machine: _Machine) -> None:
    machine.answers("kind-create", HANGING)
    with _holder() as killed:
        _await((machine.folder / "begun").exists)
        killed.kill()
    _await(lambda: not _alive(machine.folder / "hanging"))
    os.kill(int((machine.folder / "child").read_text()), signal.SIGKILL)  # a grandchild, which ends by itself


def test_the_logs_of_a_few_clusters_that_could_not_be_made_stay(machine: _Machine) -> None:
    machine.answers("kind-create", "exit 1")
    for _ in range(notes.KEPT_LOGS + 2):
        with pytest.raises(ClusterError):
            _open(machine, Wanted())
    kind.sweep(machine.lines.append)
    assert len(machine.state) == notes.KEPT_LOGS


def test_a_sweep_leaves_what_another_one_is_about_to_remove(machine: _Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.answers("kind-delete", "exit 1")
    _make_and_leave(machine)
    [name] = machine.state
    monkeypatch.setattr(notes, "_newest_first", lambda _: [notes.state() / "podproof-gone", notes.state() / name])
    with notes._held(notes.state() / name) as ours:  # noqa: SLF001 # as the other sweep does
        assert ours
        before = machine.calls
        kind.sweep(machine.lines.append)
        assert machine.calls == before


def test_a_note_tells_whose_cluster_it_is(machine: _Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///theirs")
    with kind.open_cluster(Wanted(), report=machine.lines.append) as cluster:
        note = json.loads((notes.state() / cluster.name / "cluster.json").read_text())
    assert note == {"name": cluster.name, "owner": os.getpid(), "docker": {"DOCKER_HOST": "unix:///theirs"}}


@pytest.mark.parametrize(
    ("output", "line"),
    [("a\nERROR: b\nc\n", "ERROR: b"), ("a\n\n b \n", "b"), ("", "(no output)"), ("Error: x\ny", "Error: x")],
)
def test_the_line_that_tells_why_a_command_failed(output: str, line: str) -> None:
    assert commands.telling(output) == line


def _make_and_leave(machine: _Machine) -> None:
    with kind.open_cluster(Wanted(), report=machine.lines.append):
        pass


def _open(machine: _Machine, wanted: Wanted) -> None:
    with kind.open_cluster(wanted, report=machine.lines.append):
        pytest.fail("there is no such cluster")


def _holder() -> subprocess.Popen[str]:
    """Start a process that holds a kind cluster open until its input ends."""
    command = [sys.executable, "-c", HOLD]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _alive(pid: Path) -> bool:
    try:
        state = Path("/proc", pid.read_text().strip(), "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _await(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_hand_on_a_node_is_crictl_and_systemctl_in_its_container(machine: _Machine) -> None:
    machine.answers(
        "docker-exec",
        'case "$*" in *" crictl pods "*) echo 5a5a ;; *" inspectp "*) echo 71 ;; *MainPID*) echo 7 ;; esac',
    )
    hand = kind.Hand()
    assert hand.lose_sandbox("kind-worker", "uid-1") == "5a5a"
    hand.stop_container("kind-worker", "c1")
    hand.remove_container("kind-worker", "c2")
    assert hand.restart("kind-worker", "kubelet") == (7, 7)
    label = "--label io.kubernetes.pod.uid=uid-1"
    assert [call.removeprefix("docker exec kind-worker ") for call in machine.calls] == [
        f"crictl pods --quiet --no-trunc --state ready {label}",
        "crictl inspectp --output go-template --template {{.info.pid}} 5a5a",
        "kill -KILL 71",
        "crictl stop --timeout 0 c1",
        "crictl rm c2",
        "systemctl show --property MainPID --value kubelet",
        "systemctl restart kubelet",
        "systemctl show --property MainPID --value kubelet",
    ]


@pytest.mark.parametrize("found", ["", "5a5a\n6b6b\n"])
def test_no_sandbox_is_stopped_where_the_pod_has_not_just_one(machine: _Machine, found: str) -> None:
    machine.answers("docker-exec", f"printf '{found}'")
    with pytest.raises(ClusterError, match="sandboxes that are ready on kind-worker, not one"):
        kind.Hand().lose_sandbox("kind-worker", "uid-1")
    assert len(machine.calls) == 1


def test_an_act_of_a_hand_that_fails_is_told(machine: _Machine) -> None:
    unknown = "echo 'Unit containerd.service not found.'; exit 5"
    machine.answers("docker-exec", f'case "$*" in *MainPID*) echo 0 ;; *) {unknown} ;; esac')
    with pytest.raises(ClusterError, match=r"systemctl restart containerd` failed: Unit containerd.service not found"):
        kind.Hand().restart("kind-worker", "containerd")
