"""The facts about a cluster, in its state folder."""

import fcntl
import json
from dataclasses import replace
from pathlib import Path

import pytest

from clusters import ClusterError
from clusters.local.axes import Axes
from clusters.local.node import Running
from clusters.local.traits import Traits

FACTS = {
    "name": "local",
    "minor": "1.37",
    "version": "v1.37.2",
    "image": "localhost/podproof/workload:1",
    "unshare": 7,
    "supervisor": 8,
    "stays": True,
    "ready": True,
}


ONE = Running(**FACTS)  # type: ignore[arg-type]
TWO = replace(ONE, nodes=["runc", "own-ipc"], further={"podproof-local-2": 9})


def test_facts_that_another_checkout_wrote_beside_ours_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "cluster.json").write_text(json.dumps(FACTS | {"later": "of a newer podproof"}))
    assert Running.read(tmp_path) == ONE
    assert ONE.traits == Traits()


def test_a_node_is_known_by_its_supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    TWO.folder.mkdir(parents=True)
    TWO.write()
    read = Running.read(TWO.folder)
    assert read.inside("podproof-local", "/x") == Path("/proc/8/root/x")
    assert read.inside("podproof-local-2", "/x") == Path("/proc/9/root/x")
    with pytest.raises(ClusterError, match=r"^the cluster local has no node a, but podproof-local, podproof-local-2$"):
        read.inside("a", "/x")
    assert read.traits.nodes == ("runc", "own-ipc")


def test_what_ended_on_each_node_is_told_and_a_node_that_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    for folder, line in ((TWO.folder / "logs", "etcd exited with 1"), (TWO.folder / "logs/node-2", "kubelet exited")):
        folder.mkdir(parents=True)
        (folder / "supervisor.log").write_text(f"{line}\n")
    lock = TWO.folder / "node-2" / "lock"
    lock.parent.mkdir()
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert TWO.exited() == "etcd exited with 1; kubelet exited on podproof-local-2"
    assert TWO.exited() == "etcd exited with 1; the node podproof-local-2 has ended"


def test_a_cluster_has_the_parts_that_it_was_booted_with(tmp_path: Path) -> None:
    (tmp_path / "cluster.json").write_text(json.dumps(FACTS | {"axes": {"runc": "1.1", "later": "x"}}))
    assert Running.read(tmp_path).traits == Traits(axes=Axes(runc="1.1"))
    (tmp_path / "cluster.json").write_text(json.dumps(FACTS))  # as a podproof that knew no axes wrote it
    assert Running.read(tmp_path).traits == Traits()
