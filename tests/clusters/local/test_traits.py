"""What is wanted of a local cluster beside its minor: how it is written, and which cluster has it."""

import argparse
from dataclasses import replace
from pathlib import Path

import pytest

from clusters.local.axes import Axes
from clusters.local.traits import Traits, gate, runtime

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
    ],
)
def test_a_cluster_fits_that_has_the_runtimes_and_the_same_of_all_else(wanted: Traits, lacking: str) -> None:
    assert wanted.lacking(HAS) == lacking


def test_a_cluster_without_traits_tells_no_lie() -> None:
    assert replace(HAS, runtimes={}).lacking(Traits()) == "tells no lie, not init-exited"


def test_what_is_otherwise_in_a_cluster_is_told() -> None:
    assert str(HAS) == ", with runc-1.1, with the lie init-exited, with the feature gates A=true, B=false"
    assert str(replace(HAS, lie="", gates={}, axes=Axes())) == ""
