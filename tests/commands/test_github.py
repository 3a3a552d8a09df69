"""A run shown in GitHub Actions: what is printed, what is appended, what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from commands.github import OUTPUT, SUMMARY, main
from commands.terminal import USAGE
from reports.run import conformance
from tests.helpers.results import said


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for variable in (SUMMARY, OUTPUT):
        monkeypatch.delenv(variable, raising=False)
    report = conformance.build({"IPC-SYSV-QUEUE": "MUST"}, [said("IPC-SYSV-QUEUE", "violated", rule="lost")], {})
    (tmp_path / "conformance.json").write_text(json.dumps(report))
    return tmp_path


def test_annotations_are_printed_and_the_summary_is_appended(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (run / "summary").write_text("before\n")
    monkeypatch.setenv(SUMMARY, str(run / "summary"))
    assert main([str(run)]) == 0
    assert capsys.readouterr().out.startswith("::error title=IPC-SYSV-QUEUE ")
    assert (run / "summary").read_text().startswith("before\n## NOT conformant\n")


@pytest.mark.parametrize(("outcome", "told"), [("violated", "false"), ("holds", "true"), ("trouble", "null")])
def test_the_claim_and_the_report_are_outputs_of_the_step(
    run: Path, monkeypatch: pytest.MonkeyPatch, outcome: Any, told: str
) -> None:
    report = conformance.build({"IPC-SYSV-QUEUE": "MUST"}, [said("IPC-SYSV-QUEUE", outcome, rule="lost")], {})
    (run / "conformance.json").write_text(json.dumps(report))
    (run / "outputs").write_text("before=1\n")
    monkeypatch.setenv(OUTPUT, str(run / "outputs"))
    assert main([str(run)]) == 0
    assert (run / "outputs").read_text() == f"before=1\nconformant={told}\nreport={run}/conformance.json\n"


def test_without_a_file_for_it_there_is_no_summary(run: Path) -> None:
    assert main([str(run)]) == 0
    assert [path.name for path in run.iterdir()] == ["conformance.json"]


def test_what_cannot_be_read_or_written_is_one_line(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for variable in (OUTPUT, SUMMARY):
        monkeypatch.setenv(variable, str(run))
        for given in (run, run / "none"):
            assert main([str(given)]) == USAGE
            assert len(capsys.readouterr().err.splitlines()) == 1
