"""A run as a step of GitHub Actions: its words, its code. tests/test_action.py tries the step itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from commands import action, run
from commands.github import OUTPUT
from commands.terminal import USAGE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@pytest.mark.parametrize("code", [0, 6])
def test_the_words_go_to_the_run_and_its_code_is_put_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    ran: list[Sequence[str]] = []

    def noted(arguments: Sequence[str]) -> int:
        ran.append(arguments)
        return code

    monkeypatch.setattr(run, "main", noted)
    monkeypatch.setenv(action.ARGUMENTS, "-k 'init and not slow'")
    monkeypatch.setenv(OUTPUT, str(tmp_path / "outputs"))
    assert action.main(["--slow"]) == code
    assert ran == [["-k", "init and not slow", "--slow"]]
    assert (tmp_path / "outputs").read_text() == f"exit-code={code}\n"


def test_outputs_that_cannot_be_told_fail_the_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "main", lambda _: 0)
    monkeypatch.setenv(OUTPUT, str(tmp_path))
    assert action.main([]) == USAGE
    assert len(capsys.readouterr().err.splitlines()) == 1
