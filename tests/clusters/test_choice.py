"""Which cluster a run uses, by the user's options and by what is there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clusters import ChoiceError, Cluster, ClusterError, ContextError, LoadError, choice, existing, kind, local
from clusters.choice import Wanted, decide
from clusters.local.axes import Axes
from fixtures import errors


def _never_asked() -> str:
    pytest.fail("kind is of no interest here")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(context="prod"), ("existing", "--kube-context was given")),
        (Wanted(kubeconfig="a"), ("existing", "--kubeconfig was given")),
        (Wanted(kubernetes="1.35"), ("local", "--kubernetes was given")),
        (Wanted(runtimes={"mine": "a"}), ("local", "--local-runtime was given")),
        (Wanted(lie="init-exited"), ("local", "--lie was given")),
        (Wanted(gates={"X": True}), ("local", "--feature-gate was given")),
        (Wanted(axes=Axes(containerd="1.7")), ("local", "--containerd was given")),
        (Wanted(axes=Axes(runc="1.1")), ("local", "--runc was given")),
        (Wanted(axes=Axes(kube_proxy="iptables")), ("local", "--kube-proxy was given")),
        (Wanted(nodes=2), ("local", "--nodes was given")),
        (Wanted(node_runtimes={2: "own-ipc"}), ("local", "--node-runtime was given")),
        (Wanted(kind=kind.Wanted(name="mine")), ("kind", "--kind-name was given")),
        (Wanted(kind=kind.Wanted(config=Path("a"))), ("kind", "--kind-config was given")),
        (Wanted(kind=kind.Wanted(image="a")), ("kind", "--kind-image was given")),
        (Wanted(kind=kind.Wanted(load="a:1")), ("kind", "--load-image was given")),
        (Wanted(provider="local"), ("local", "--cluster local was given")),
        (Wanted(provider="existing"), ("existing", "--cluster existing was given")),
        (Wanted(provider="kind", kind=kind.Wanted(load="a:1")), ("kind", "--cluster kind was given")),
    ],
)
def test_what_the_user_said_decides(wanted: Wanted, expected: tuple[str, str]) -> None:
    assert decide(wanted, _never_asked) == expected


def test_without_options_it_is_kind_or_else_the_local_cluster() -> None:
    assert decide(Wanted(), lambda: "")[0] == "kind"
    assert decide(Wanted(), lambda: "`kind` is not on PATH") == (
        "local",
        "no --kube-context was given, and kind is not used: `kind` is not on PATH",
    )


@pytest.mark.parametrize(
    ("wanted", "line"),
    [
        (
            Wanted(provider="local", kind=kind.Wanted(image="a")),
            "--kind-image is for kind, and --cluster local means local: leave one out; ",
        ),
        (
            Wanted(context="prod", kubernetes="1.35"),
            "--kubernetes is for local, and --kube-context means existing: leave one out; ",
        ),
        (
            Wanted(provider="kind", kubernetes="1.35"),
            "--kubernetes is for local, and --cluster kind means kind: leave one out; ",
        ),
        (
            Wanted(context="prod", axes=Axes(cni="ptp")),
            "--cni is for local, and --kube-context means existing: leave one out; ",
        ),
    ],
)
def test_options_that_contradict_each_other_are_refused(wanted: Wanted, line: str) -> None:
    with pytest.raises(ChoiceError) as refused:
        decide(wanted, _never_asked)
    assert str(refused.value).startswith(line)


def test_what_keeps_a_run_from_its_cluster_decides_the_exit_code() -> None:
    kinds = (ClusterError, ContextError, LoadError, ChoiceError)
    assert [errors.exit_code(kind("")) for kind in kinds] == [10, 11, 13, 4]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Callable[[Wanted], Cluster]:
    """Return a function that opens a cluster on a machine without kind, where the local cluster cannot boot either."""

    def local_cluster(minor: str | None, **_: Any) -> Any:
        if minor is None:
            raise ClusterError("run as root")
        raise ChoiceError(f"no Kubernetes {minor} here")

    found = Cluster("existing", "prod", "file", "prod", None, "as file knows it")
    monkeypatch.setattr(kind, "lacks", lambda: "Docker does not answer")
    monkeypatch.setattr(kind, "sweep", lambda _: None)
    monkeypatch.setattr(local, "open_cluster", local_cluster)
    monkeypatch.setattr(existing, "find", lambda *_: found)

    def open_it(wanted: Wanted) -> Cluster:
        with choice.open_cluster(wanted, report=lambda _: None) as cluster:
            return cluster

    return open_it


def test_the_reason_is_why_it_was_chosen_and_how_it_came_about(opened: Callable[[Wanted], Cluster]) -> None:
    assert opened(Wanted(context="prod")).reason == "--kube-context was given; as file knows it"


def test_a_cluster_that_nobody_asked_for_and_that_cannot_be_says_why_it_was_tried(
    opened: Callable[[Wanted], Cluster],
) -> None:
    with pytest.raises(ClusterError, match=r"^run as root \(.* local cluster .* kind is not used: Docker does not ans"):
        opened(Wanted())
    with pytest.raises(ClusterError, match=r"^run as root$"):
        opened(Wanted(provider="local"))
    with pytest.raises(ChoiceError, match=r"^--nodes 0: a local cluster has 1 to 16 nodes$"):
        opened(Wanted(nodes=0))
    with pytest.raises(ChoiceError, match=r"^--node-runtime 2=own-ipc: --nodes gives 1, and node 2 is none$"):
        opened(Wanted(node_runtimes={2: "own-ipc"}))
    with pytest.raises(ChoiceError, match=r"^no Kubernetes 1\.34 here$"):
        opened(Wanted(kubernetes="1.34"))
