"""Packing the evidence of a case: from a run's folder to files for a bug report."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from commands.evidence import main
from commands.terminal import USAGE
from tests.helpers.paths import ROOT

KEPT = ROOT / "tests" / "records" / "own-ipc"


def said(outcome: str, name: str) -> dict[str, Any]:
    violations = [{"rule": "lost", "text": "right found no queue"}] if outcome == "violated" else []
    return {"case": name, "outcome": outcome, "seconds": 1.0, "violations": violations}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Return the folder of a run that kept one record and its diagnosis."""
    folder = tmp_path / "out"
    (folder / "records").mkdir(parents=True)
    (folder / "diagnostics").mkdir()
    [file, *_] = sorted(KEPT.glob("ipc.sysv_queue*.json"))
    shutil.copy(file, folder / "records")
    case = file.stem.partition("[")[2][:-1]
    (folder / "diagnostics" / f"IPC-SYSV-QUEUE[{case}].md").write_text(
        "# head\n\n## timeline, seen\n\n```text\non node-1\n```\n\n## nodes\n\n```json\n{}\n```\n"
    )
    cases = [said("violated", case), said("holds", "fine"), said("trouble", "unkept")]
    level = {"level": "MUST", "outcome": "violated"}
    report = {
        "conformant": False,
        "requirements": {"IPC-SYSV-QUEUE": {**level, "cases": cases}, "API-NAMES": {**level, "cases": []}},
        "cluster": {"name": "prod", "nodes": {"node-1": {}}},
    }
    (folder / "conformance.json").write_text(json.dumps(report))
    return folder


def test_a_violated_case_is_packed_with_its_record_and_what_was_sent(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [record] = (run / "records").iterdir()
    name = f"IPC-SYSV-QUEUE [{record.stem.partition('[')[2]}"
    assert main([name, "--run", str(run)]) == 0
    folder = run / "evidence" / name.replace(" ", "")
    assert capsys.readouterr().out.startswith(f"{folder}: report.md is for an issue tracker")
    assert "right found no queue [lost]" in (folder / "report.md").read_text()
    assert "on node-1" in (folder / "report.md").read_text()
    assert "kind: Pod" in (folder / "sent.yaml").read_text()
    assert (folder / "records" / record.name).is_file()
    assert main([name, "--run", str(run)]) == 0  # again


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("NOT-THERE", "NOT-THERE is no case of that run"),
        ("ipc", "ipc is no case of that run"),
        ("IPC-SYSV-QUEUE [other]", "IPC-SYSV-QUEUE has no case other in that run: it has .*fine, unkept"),
        ("API-NAMES [x]", "API-NAMES has no case x in that run: it has none"),
        ("IPC-SYSV-QUEUE[fine]", r"IPC-SYSV-QUEUE\[fine\]: holds; there is evidence of what is violated"),
        ("IPC-SYSV-QUEUE[unkept]", r"has no diagnosis of IPC-SYSV-QUEUE\[unkept\] .*: ./podproof judge .* makes one"),
    ],
)
def test_what_cannot_be_packed_is_one_line(run: Path, name: str, why: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--run", str(run)]) == USAGE
    [line] = capsys.readouterr().err.splitlines()
    assert re.search(why, line), line


def test_where_there_is_no_run_one_line_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["IPC-SYSV-QUEUE", "--run", str(tmp_path)]) == USAGE
    assert "cannot be read" in capsys.readouterr().err
