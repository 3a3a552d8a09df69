"""``python -m commands.verdicts``: the verdicts of a report on the terminal."""

import json
from pathlib import Path

import pytest

from commands.terminal import USAGE
from commands.verdicts import main
from reports.run import conformance
from tests.helpers.results import said


def test_the_verdicts_of_a_report_are_printed_as_its_run_printed_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = conformance.build({"A": "MUST", "B": "MUST"}, [said("A", "holds"), said("B", "violated", rule="lost")], {})
    (tmp_path / "conformance.json").write_text(json.dumps(report))
    assert main([str(tmp_path)]) == 0
    first, second, *_, last = capsys.readouterr().out.splitlines()
    assert [first.split(), second.split()] == [["holds", "MUST", "A", "case"], ["violated", "MUST", "B", "case"]]
    assert last.startswith("1 violated, 1 holds; NOT conformant")


def test_what_is_no_report_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == USAGE
    assert "conformance.json cannot be read" in capsys.readouterr().err
