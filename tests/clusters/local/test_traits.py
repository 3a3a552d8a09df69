"""What is wanted of a local cluster beside its minor: how it is written, and which cluster has it."""

import argparse
from dataclasses import replace
from pathlib import Path

import pytest

from clusters import ChoiceError
from clusters.local import link
from clusters.local.axes import Axes
from clusters.local.traits import MOST_NODES, Traits, gate, node_runtime, nodes, runtime

HAS = Traits({"mine": "/mine", "crun": "/crun"}, "init-exited", {"B": False, "A": True}, Axes(runc="1.1"))


def test_a_further_runtime_is_a_name_and_a_program(tmp_path: Path) -> None:
    program = tmp_path / "youki"
    program.touch(mode=0o755)
    assert runtime(f"youki={program}") == ("youki", str(program))


@pytest.mark.parametrize("text", ["youki", "You_ki=/bin/true", "runc=/bin/true", "own-ipc=/bin/true", "youki=/nowhere"])
def test_what_is_no_further_runtime_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        runtime(text)


def test_a_feature_gate_is_a_name_and_on_or_off() -> None:
    assert gate("ContainerStopSignals=true") == ("ContainerStopSignals", True)
    assert gate("SidecarContainers=false") == ("SidecarContainers", False)


@pytest.mark.parametrize("text", ["X", "X=", "X=yes", "x=true", "X Y=true", "X=true,Y=true"])
def test_what_is_no_feature_gate_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        gate(text)


@pytest.mark.parametrize(
    ("wanted", "lacking"),
    [
        (HAS, ""),
        (replace(HAS, runtimes={"crun": "/crun"}), ""),
        (replace(HAS, runtimes={"crun": "/other", "kata": "/k"}), "has no runtime crun=/other, kata=/k"),
        (replace(HAS, lie=""), "tells init-exited, not the truth"),
        (replace(HAS, lie="old-id"), "tells init-exited, not old-id"),
        (replace(HAS, gates={"A": True}), "has the feature gates A=true, B=false, not the feature gates A=true"),
        (replace(HAS, gates={}), "has the feature gates A=true, B=false, not the feature gates of its minor"),
        (replace(HAS, axes=Axes()), "has runc 1.1, not the default"),
        (replace(HAS, nodes=("runc", "runc")), "has 1 node, not 2 nodes"),
        (replace(HAS, nodes=("own-ipc",)), "has 1 node, not 1 node, node 1 by own-ipc"),
    ],
)
def test_a_cluster_fits_that_has_the_runtimes_and_the_same_of_all_else(wanted: Traits, lacking: str) -> None:
    assert wanted.lacking(HAS) == lacking


@pytest.mark.parametrize(
    ("wanted", "lacking"),
    [
        (("runc", "own-ipc"), ""),
        (("runc", "own-ipc", "runc"), ""),
        (("runc", "own-ipc", "runc", "runc"), "has 3 nodes, node 2 by own-ipc, not 4 nodes, node 2 by own-ipc"),
        (("runc",), "has 3 nodes, node 2 by own-ipc, not 1 node"),
        (("runc", "own-uts"), "has 3 nodes, node 2 by own-ipc, not 2 nodes, node 2 by own-uts"),
    ],
)
def test_a_cluster_fits_that_has_more_nodes_but_not_by_other_runtimes(wanted: tuple[str, ...], lacking: str) -> None:
    assert Traits(nodes=wanted).lacking(Traits(nodes=("runc", "own-ipc", "runc"))) == lacking


def test_there_is_a_range_of_pods_for_every_node() -> None:
    assert len({link.pods(number) for number in range(1, MOST_NODES + 1)}) == MOST_NODES


@pytest.mark.parametrize("count", [-1, 0, 17])
def test_what_is_no_number_of_nodes_is_refused(count: int) -> None:
    with pytest.raises(ChoiceError, match=f"^--nodes {count}: a local cluster has 1 to 16 nodes$"):
        nodes(count, {}, {})


def test_a_nodes_default_runtime_is_its_number_and_a_handler() -> None:
    assert node_runtime("2=own-ipc") == (2, "own-ipc")
    for text in ("2", "2=", "two=own-ipc", "=own-ipc"):
        with pytest.raises(argparse.ArgumentTypeError, match="written as 2=own-ipc"):
            node_runtime(text)


def test_every_node_has_runc_but_where_another_runtime_is_its_default() -> None:
    assert nodes(3, {2: "own-ipc", 3: "youki"}, {"youki": "/youki"}) == ("runc", "own-ipc", "youki")
    with pytest.raises(ChoiceError, match=r"^--node-runtime 3=own-ipc: --nodes gives 2, and node 3 is none$"):
        nodes(2, {3: "own-ipc"}, {})
    with pytest.raises(ChoiceError, match=r"^--node-runtime 2=youki: the runtimes are runc, .*own-ipc"):
        nodes(2, {2: "youki"}, {})


def test_a_cluster_without_traits_tells_no_lie() -> None:
    assert replace(HAS, runtimes={}).lacking(Traits()) == "tells no lie, not init-exited"


def test_what_is_otherwise_in_a_cluster_is_told() -> None:
    assert str(HAS) == ", with runc-1.1, with the lie init-exited, with the feature gates A=true, B=false"
    assert str(replace(HAS, lie="", gates={}, axes=Axes())) == ""
    assert (
        str(Traits(nodes=("runc", "own-ipc"), lie="old-id")) == ", with 2 nodes, node 2 by own-ipc, with the lie old-id"
    )
