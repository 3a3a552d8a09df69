"""Every option of a run is told of in the docs, and so is every key of its report."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from fixtures.session.plugin import GROUP
from tests.helpers.made_up import MadeUp
from tests.helpers.paths import ROOT

PAGES = ["README.md", *(f"docs/{name}.md" for name in ("run", "options", "selecting", "existing-cluster", "kind"))]
TOLD = {option for page in PAGES for option in re.findall(r"--[a-z-]+", (ROOT / page).read_text(encoding="utf-8"))}
REPORT = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")
KEYS = {key for row in re.findall(r"^\| (`.+?) \| ", REPORT, re.MULTILINE) for key in re.findall(r"`(\w+)`", row)}
OF_ALL_CASES = {"case", "id", "outcome", "seconds", "violations"}
OF_ITS_READERS = {"format"}
TESTS = """
@judged
def test_x(acted): return LOST

@recorded
def test_y(acted): return ["seen"]
"""


def test_every_option_is_told_of(pytestconfig: pytest.Config) -> None:
    [group] = [each for each in pytestconfig._parser._groups if each.name == GROUP]  # noqa: SLF001
    options = {name for option in group.options for name in option.names()}
    assert len(options) > 30
    assert options - TOLD == set()


def test_every_key_of_a_report_is_told_of(run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    MadeUp().in_place(monkeypatch)
    run(TESTS, "-k", "not many", "--output", str(tmp_path / "mine"))
    report = json.loads((tmp_path / "mine" / "conformance.json").read_text(encoding="utf-8"))
    cases = [case for row in report["requirements"].values() for case in row["cases"]]
    assert set(report) - OF_ITS_READERS - KEYS == set()
    assert {key for case in cases for key in case} - OF_ALL_CASES - KEYS == set()
    assert {"told", "cause", "reason"} <= {key for case in cases for key in case}
