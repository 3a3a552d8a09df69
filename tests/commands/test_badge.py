"""The badge's command: where it writes, and what it refuses."""

import json
from pathlib import Path

import pytest

from commands.badge import main
from commands.terminal import USAGE


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "conformance.json").write_text(json.dumps({"conformant": True, "requirements": {}}))
    return tmp_path


def test_it_lies_beside_the_report_or_where_it_is_wanted(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(run)]) == 0
    assert capsys.readouterr().out == f"{run / 'badge.svg'}\n"
    assert main([str(run / "conformance.json"), "--output", str(run / "other.svg")]) == 0
    assert (run / "other.svg").read_text() == (run / "badge.svg").read_text()


def test_what_cannot_be_read_or_written_is_one_line(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for given in ([str(run / "none")], [str(run), "--output", str(run / "no" / "folder.svg")]):
        assert main(given) == USAGE
        assert len(capsys.readouterr().err.splitlines()) == 1
