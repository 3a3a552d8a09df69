"""What a local cluster is made of beside its Kubernetes: how it is chosen, and what does not go together."""

from __future__ import annotations

import argparse

import pytest

from clusters.cluster import ChoiceError
from clusters.local import axes
from clusters.local.axes import Axes


def test_words_name_parts_and_are_told_in_one_order() -> None:
    chosen = Axes.of_words(["ptp", "runc-1.1", "containerd-1.7", "ipv6", "iptables"])
    assert chosen == Axes(containerd="1.7", runc="1.1", cni="ptp", kube_proxy="iptables", families="ipv6")
    assert chosen.words() == ["containerd-1.7", "runc-1.1", "ptp", "iptables", "ipv6"]
    assert Axes.of_words(["youki"]) == Axes(oci="youki")
    assert Axes.of_words([]) == Axes()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["runc-1"], "runc-1 is no part of a cluster; parts are written as containerd-2.4, runc-1.5, runc, youki, "),
        ([""], "an empty word is no part of a cluster; "),
        (["1.1"], "1.1 is no part of a cluster; "),
        (["oci-youki"], "oci-youki is no part of a cluster; "),
        (["ptp", "bridge"], "ptp and bridge are two of one kind: leave one out"),
        (["runc-1.1", "runc-1.2"], "runc-1.1 and runc-1.2 are two of one kind: leave one out"),
    ],
)
def test_words_that_name_nothing_or_two_of_a_kind_are_refused(words: list[str], line: str) -> None:
    with pytest.raises(ChoiceError) as refused:
        Axes.of_words(words)
    assert str(refused.value).startswith(line)


def test_every_axis_is_an_option_that_takes_what_is_there() -> None:
    parser = argparse.ArgumentParser()
    axes.add_options(parser.add_argument, before="for the local cluster: ")
    assert Axes.of_options(parser.parse_args([])) == Axes()
    given = ["--containerd", "1.7", "--runc", "1.1", "--cni", "ptp", "--kube-proxy", "iptables", "--families", "ipv4"]
    chosen = Axes.of_options(parser.parse_args(given))
    assert chosen == Axes("1.7", "1.1", "", "ptp", "iptables", "ipv4")
    assert [word for pair in chosen.options().items() if pair[1] for word in pair] == given
    assert Axes().options() == dict.fromkeys(["--containerd", "--runc", "--oci", "--cni", "--kube-proxy", "--families"])
    with pytest.raises(SystemExit):
        parser.parse_args(["--containerd", "v1.7"])


@pytest.mark.parametrize(
    ("wanted", "has", "lacking"),
    [
        (Axes(), Axes(), ""),
        (Axes(runc="1.1"), Axes(runc="1.1"), ""),
        (Axes(containerd="1.7"), Axes(), "has the default containerd, not 1.7"),
        (Axes(), Axes(kube_proxy="iptables"), "has kube-proxy iptables, not the default"),
        (Axes(runc="1.2"), Axes(runc="1.1"), "has runc 1.1, not 1.2"),
    ],
)
def test_a_cluster_fits_that_has_the_same_on_every_axis(wanted: Axes, has: Axes, lacking: str) -> None:
    assert wanted.lacking(has) == lacking


PARTS = {"containerd": "v1.7.35", "ociRuntime": "runc v1.1.14", "cni": "ptp", "kubeProxy": "nftables"}


@pytest.mark.parametrize(
    ("chosen", "unlike"),
    [
        (Axes(), ""),
        (Axes(containerd="1.7", runc="1.1", cni="ptp"), ""),
        (Axes(oci="runc"), ""),
        (Axes(oci="youki"), "ociRuntime is runc v1.1.14, not youki"),
        (Axes(runc="1.11"), "ociRuntime is runc v1.1.14, not runc v1.11"),
        (Axes(containerd="1.70"), "containerd is v1.7.35, not v1.70"),
        (Axes(families="dual"), "families is not told, not dual"),
    ],
)
def test_a_report_is_told_from_that_of_other_parts(chosen: Axes, unlike: str) -> None:
    assert chosen.unlike(PARTS) == unlike
    assert (chosen.unlike({}) == "") == (chosen == Axes())


def test_a_minor_is_not_another_that_begins_alike() -> None:
    parts = {"ociRuntime": "runc v1.11.0", "containerd": "v2.10.1"}
    assert Axes(runc="1.1").unlike(parts) == "ociRuntime is runc v1.11.0, not runc v1.1"
    assert Axes(containerd="2.1").unlike(parts) == "containerd is v2.10.1, not v2.1"
