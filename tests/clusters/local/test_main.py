"""The commands of a local cluster that stays: what they refuse, and what is imported into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clusters.local import __main__ as commands
from clusters.local import build, images, node

if TYPE_CHECKING:
    from pathlib import Path

UP = node.Running("local", "1.37", "v1.37.2", "workload:1", unshare=1, supervisor=4711, stays=True, ready=True)


@pytest.fixture
def imported(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Return what is imported, into the cluster ``local`` that is up: the archive, containerd's folder, the socket."""
    found: list[tuple[str, ...]] = []
    monkeypatch.setattr(node, "status", lambda: [UP])
    monkeypatch.setattr(images, "load", lambda *given: found.append(tuple(map(str, given))))
    return found


def test_an_image_is_imported_into_the_containerd_of_the_node(imported: list[tuple[str, ...]], tmp_path: Path) -> None:
    (tmp_path / "x.tar").touch()
    assert commands.main(["load", str(tmp_path / "x.tar"), "--kubernetes", "1.37"]) == 0
    socket = "/proc/4711/root/run/containerd/containerd.sock"
    assert imported == [(str(tmp_path / "x.tar"), str(build.modules("1.37")[1].binaries()), socket)]


def test_what_cannot_be_imported_is_told(
    imported: list[tuple[str, ...]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.main(["load", str(tmp_path / "x.tar")]) == 1
    assert commands.main(["load", str(tmp_path), "--name", "other"]) == 1
    assert not imported
    missing, unknown = capsys.readouterr().err.splitlines()
    assert missing.endswith("x.tar: there is no such archive: ./podproof image makes podproof's own")
    assert unknown.startswith("podproof: no cluster other is up")
