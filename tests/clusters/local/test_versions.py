"""What an added Kubernetes minor is made from: its newest patch, and the containerd that suits it."""

from __future__ import annotations

import pytest

from clusters import ClusterError
from clusters.local import build, paths, versions
from clusters.local.__main__ import main

RELEASES = """\
| Kubernetes Version | containerd Version               | CRI Version     |
|--------------------|----------------------------------|-----------------|
| 1.33               | 2.1.0+, 2.0.4+, 1.7.24+, 1.6.36+ | v1              |
| 1.36               | 2.3.0+, 2.2.0+                   | v1              |

| Containerd Version       | Kubernetes Version | CRI Version |
|--------------------------|--------------------|-------------|
| v1.3                     | 1.12+              | v1alpha2    |
"""


@pytest.mark.parametrize(
    ("minor", "suits"),
    [
        ("1.33", "| 1.33 | 2.1.0+, 2.0.4+, 1.7.24+, 1.6.36+ | v1 |"),
        ("1.36", "| 1.36 | 2.3.0+, 2.2.0+ | v1 |"),
        ("1.3", None),
        ("1.12", None),
    ],
)
def test_containerd_itself_says_which_suit(minor: str, suits: str | None) -> None:
    assert versions.suiting(RELEASES, minor) == suits


def test_the_newest_patch_is_the_highest_number() -> None:
    there = ["v1.9.1", "v1.36.9", "v1.36.10", "v1.37.0"]
    assert versions.newest(there, "1.36", "Kubernetes") == "v1.36.10"
    assert versions.newest(there, "1.9", "Kubernetes") == "v1.9.1"
    with pytest.raises(ClusterError, match=r"no release of Kubernetes 1.3 at .*; the newest of all is v1.37.0"):
        versions.newest(there, "1.3", "Kubernetes")
    with pytest.raises(ClusterError, match="the newest of all is none"):
        versions.newest([], "1.3", "Kubernetes")


def test_a_replaced_folder_becomes_the_release_that_is_published_of_it() -> None:
    replaced = [
        {"Old": {"Path": "k8s.io/api"}, "New": {"Path": "./staging/src/k8s.io/api"}},
        {"Old": {"Path": "a/b"}, "New": {"Path": "c/d", "Version": "v1.2.3"}},
    ]
    own = {"Go": "1.27.0", "Replace": replaced}
    assert versions.go_mod("kubernetes-1.38", "k8s.io/kubernetes", "v1.38.4", ["cmd/kubelet"], own) == (
        "module podproof/clusters/local/kubernetes-1.38\n"
        "\n"
        "go 1.27.0\n"
        "\n"
        "tool (\n\tk8s.io/kubernetes/cmd/kubelet\n)\n"
        "\n"
        "require (\n\tk8s.io/kubernetes v1.38.4\n)\n"
        "\n"
        "replace (\n\tk8s.io/api => k8s.io/api v0.38.4\n\ta/b => c/d v1.2.3\n)\n"
    )
    assert "replace" not in versions.go_mod("x", "m", "v1.0.0", [], {"Go": "1.27.0"})


def test_a_folder_that_nobody_publishes_is_left_out_and_a_root_is_a_program() -> None:
    folder = {"Old": {"Path": "a/b"}, "New": {"Path": "./internal/third_party/b"}}
    text = versions.go_mod("runc-1.2", "m/runc", "v1.2.8", versions.RUNC_PROGRAMS, {"Go": "1.22", "Replace": [folder]})
    assert "tool (\n\tm/runc\n)" in text
    assert "replace" not in text
    assert "\ngo 1.24\n" in text


def test_every_minor_that_is_there_has_a_containerd_of_its_own_choice() -> None:
    for minor in build.minors():
        assert (paths.MODULES / f"containerd-{build.containerd(minor)}" / "go.mod").is_file()
        assert build.supported(minor)[0] == build.containerd(minor)
        assert build.support(minor).startswith(f"| {minor} | ")


def test_every_containerd_and_runc_is_of_its_minor_and_goes_with_a_kubernetes() -> None:
    for containerd in build.minors("containerd"):
        release = build.containerd_version(containerd)
        assert release.startswith(f"v{containerd}.")
        assert any(build.goes_with(release, minor) for minor in build.minors())
    for runc in build.minors("runc"):
        assert build.runc_version(runc).startswith(f"v{runc}.")


@pytest.mark.parametrize("minor", ["38", "v1.38", "1.38.0", "1", "latest"])
def test_a_minor_is_written_as_one(minor: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["add", minor])
    assert f"{minor}: a Kubernetes minor is written as 1.38" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["add", "--runc", minor.replace("1.38", "1.38.0")])
    assert "a minor is written as 1.7" in capsys.readouterr().err


def test_minors_of_parts_are_added_before_those_of_kubernetes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(versions, "add", lambda minor, _: f"Kubernetes {minor}")
    monkeypatch.setattr(versions, "add_part", lambda part, minor, _: f"{part} {minor}")
    assert main(["add", "1.37", "--runc", "1.1", "--runc", "1.2", "--containerd", "1.7"]) == 0
    assert capsys.readouterr().out.splitlines() == ["containerd 1.7", "runc 1.1", "runc 1.2", "Kubernetes 1.37"]
    with pytest.raises(SystemExit):
        main(["add"])
    assert "name a minor" in capsys.readouterr().err
