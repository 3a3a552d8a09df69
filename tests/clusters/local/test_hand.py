"""A hand on the local cluster's nodes, against a runtime and a supervisor of this process."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import pytest

from clusters import ClusterError
from clusters.local import cri, hand, messages, node, supervisor
from machine import folders

Order = Callable[[bytes], bytes]


class Runtime:
    """Keeps the calls, and has these sandboxes."""

    def __init__(self, *sandboxes: str) -> None:
        self.sandboxes = sandboxes
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def call(self, name: str, **fields: Any) -> Any:
        """Keep a call; answer it with the sandboxes."""
        self.calls.append((name, fields))
        each = [type("Sandbox", (), {"id": sandbox}) for sandbox in self.sandboxes]
        return type("Response", (), {"items": each, "info": {"info": '{"pid": 71}'}})


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of a cluster whose node is this machine."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (folders.state() / "one").mkdir(parents=True)
    node.Running("one", "1.37", "v1.37.2", "image", 1, 2, stays=False, ready=True).write()
    monkeypatch.setattr(node.Running, "inside", lambda _, node, path: tmp_path / {"node": "."}[node] / Path(path).name)
    return "one"


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Callable[[bytes], list[bytes]]]:
    """Return a function that has a supervisor answer the next order with a word; it returns the orders."""
    server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    server.bind(str(tmp_path / Path(supervisor.ORDERS).name))
    server.listen()
    threads: list[threading.Thread] = []
    orders: list[bytes] = []

    def serve(word: bytes) -> None:
        asker, _ = server.accept()
        with asker:
            orders.append(asker.recv(64))
            asker.send(word)

    def answer(word: bytes) -> list[bytes]:
        threads.append(threading.Thread(target=serve, args=(word,)))
        threads[-1].start()
        return orders

    yield answer
    for thread in threads:
        thread.join()
    server.close()


def of(running: str, runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> hand.Hand:
    monkeypatch.setattr(messages, "ensure", lambda _: Path())
    monkeypatch.setattr(cri, "Client", lambda *_: runtime)
    return hand.Hand(running)


def test_the_process_that_holds_a_pods_sandbox_is_killed(
    running: str, supervised: Callable[[bytes], list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime, orders = Runtime("5a5a"), supervised(b"ready")
    assert of(running, runtime, monkeypatch).lose_sandbox("node", "uid-1") == "5a5a"
    (_, asked), looked = runtime.calls
    assert asked["filter"]["label_selector"] == {"io.kubernetes.pod.uid": "uid-1"}
    assert looked == ("PodSandboxStatus", {"pod_sandbox_id": "5a5a", "verbose": True})
    assert orders == [b"kill 71"]


@pytest.mark.parametrize("sandboxes", [(), ("5a5a", "6b6b")])
def test_nothing_is_killed_where_the_pod_has_not_just_one_sandbox(
    running: str, monkeypatch: pytest.MonkeyPatch, sandboxes: tuple[str, ...]
) -> None:
    runtime = Runtime(*sandboxes)
    with pytest.raises(ClusterError, match=f"has {len(sandboxes)} sandboxes that are ready on node, not one"):
        of(running, runtime, monkeypatch).lose_sandbox("node", "uid-1")
    assert len(runtime.calls) == 1


def test_a_container_is_killed_at_once_or_removed(running: str, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = Runtime()
    acting = of(running, runtime, monkeypatch)
    acting.stop_container("node", "c1")
    acting.remove_container("node", "c2")
    assert runtime.calls == [
        ("StopContainer", {"container_id": "c1", "timeout": 0}),
        ("RemoveContainer", {"container_id": "c2"}),
    ]


def test_a_part_is_restarted_by_an_order(running: str, supervised: Callable[[bytes], list[bytes]]) -> None:
    orders = supervised(b"ready 71 72")
    assert hand.Hand(running).restart("node", "kubelet") == (71, 72)
    assert orders == [b"restart kubelet"]


@pytest.mark.parametrize(
    ("word", "said"), [(b"exited", "exited"), (b"unknown", "unknown"), (b"", "the node ended"), (b"ready", "ready")]
)
def test_a_part_that_did_not_come_back_is_told(
    running: str, supervised: Callable[[bytes], list[bytes]], word: bytes, said: str
) -> None:
    supervised(word)
    with pytest.raises(ClusterError, match=f"kubelet of node could not be restarted: {said}"):
        hand.Hand(running).restart("node", "kubelet")


def test_a_node_that_takes_no_orders_is_told(running: str) -> None:
    with pytest.raises(ClusterError, match=r"containerd of node could not be restarted: .*No such file"):
        hand.Hand(running).restart("node", "containerd")


@pytest.mark.parametrize("pid", [0, 1])
def test_no_order_kills_the_nodes_own_group(pid: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.kill", lambda *_: pytest.fail("it was killed"))
    assert supervisor.kill(pid) == "unknown"
