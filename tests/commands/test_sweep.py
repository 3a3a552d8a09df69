"""``./podproof sweep`` refuses what cannot be in one line, before it removes anything."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from commands import sweep
from fixtures.errors import CONTEXT, USAGE

if TYPE_CHECKING:
    from pathlib import Path


def _sweep(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Return the exit code of a sweep, and what it said."""
    monkeypatch.setattr(sys, "argv", ["sweep", *arguments])
    try:
        code = sweep.main()
    except SystemExit as end:
        code = int(end.code or 0)
    return code, "".join(capsys.readouterr())


@pytest.fixture(autouse=True)
def _nothing_is_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KUBECONFIG", raising=False)
    for name in ("HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))


@pytest.mark.parametrize("name", ["", "Mine", "mine/other", "a" * 64])
def test_what_no_namespace_can_be_called_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    code, said = _sweep(monkeypatch, capsys, "--namespace", name)
    assert (code, said.count("\n")) == (USAGE, 1)
    assert f"argument --namespace: {name!r} is no name of a namespace: at most 63 of a-z, 0-9 and -" in said


def test_a_namespace_is_of_a_cluster_that_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = _sweep(monkeypatch, capsys, "--namespace", "mine")
    assert (code, said.count("\n")) == (CONTEXT, 1)
    assert said.startswith("podproof: no kubeconfig at ~/.kube/config")
