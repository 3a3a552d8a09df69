"""What goes together in a local cluster, and what is refused in one line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clusters.cluster import ChoiceError
from clusters.local import build, cargo, support
from clusters.local.axes import Axes
from clusters.local.traits import Traits


def checked(axes: Axes, minor: str = "1.37") -> Axes:
    """Return a choice without the defaults."""
    return support.checked(Traits(axes=axes), minor).axes


def test_what_is_the_default_of_a_minor_is_no_choice() -> None:
    default = support.full(Axes(), "1.37")
    assert default == Axes(build.containerd("1.37"), build.minors("runc")[-1], "runc", "bridge", "nftables", "dual")
    assert checked(default) == Axes()
    other = Axes(containerd="2.3", runc="1.1", cni="ptp", families="ipv6")
    assert checked(other) == other
    assert support.full(other, "1.37") == replace(default, containerd="2.3", runc="1.1", cni="ptp", families="ipv6")


@pytest.mark.parametrize(
    ("chosen", "minor", "line"),
    [
        (Axes(containerd="1.5"), "1.37", "no containerd 1.5 here: there are 1.7, "),
        (Axes(runc="1.0"), "1.37", "no runc 1.0 here: there are 1.1, "),
        (
            Axes(containerd="1.7"),
            "1.37",
            "containerd v1.7.35 does not go with Kubernetes 1.37: containerd's support table (RELEASES.md) has | 1.37 ",
        ),
        (Axes(runc="1.1", oci="youki"), "1.37", "--runc 1.1 and --oci youki: Pods are run by one of them; leave one"),
        (Axes(), "1.9", "no Kubernetes 1.9 here: "),
    ],
)
def test_what_does_not_go_together_is_refused_in_one_line(chosen: Axes, minor: str, line: str) -> None:
    with pytest.raises(ChoiceError) as refused:
        checked(chosen, minor)
    assert str(refused.value).startswith(line)
    assert "\n" not in str(refused.value)


def test_a_refusal_quotes_the_support_table_and_says_what_can_be_chosen() -> None:
    line = r" has \| 1\.37 \| 2\.4\.0\+, 2\.3\.0\+ \| v1 \|; choose --containerd 2\.3 or 2\.4$"
    with pytest.raises(ChoiceError, match=line):
        checked(Axes(containerd="2.2"))


def test_a_release_that_is_older_than_the_table_asks_for_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "support", lambda _: "| 1.35 | 2.2.0+, 1.7.999+ | v1 |")
    with pytest.raises(ChoiceError, match=r"^containerd v1\.7\.\d+ does not go with Kubernetes 1\.35: .* 1\.7\.999\+"):
        checked(Axes(containerd="1.7"), "1.35")


def test_the_parts_in_a_report_have_their_versions() -> None:
    assert support.parts(support.full(Axes(), "1.37")) == {
        "containerd": build.containerd_version(build.containerd("1.37")),
        "ociRuntime": f"runc {build.runc_version(build.minors('runc')[-1])}",
        "cni": "bridge",
        "kubeProxy": "nftables",
        "families": "dual",
    }
    assert support.parts(support.full(Axes(oci="youki"), "1.37"))["ociRuntime"] == cargo.version("youki")


def test_a_runtime_that_is_built_has_its_name_alone() -> None:
    assert checked(Axes(oci="youki")) == Axes(oci="youki")
    with pytest.raises(ChoiceError, match=r"^--oci youki builds a runtime of that name, and another is named so: "):
        support.checked(Traits({"youki": "/youki"}, axes=Axes(oci="youki")), "1.37")
