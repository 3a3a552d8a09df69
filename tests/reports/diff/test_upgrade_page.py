"""docs/upgrade.md shows what ``./podproof diff`` says of the two reports that are kept of a real upgrade."""

from __future__ import annotations

import textwrap

from reports.diff.compare import compare
from reports.diff.text import lines
from reports.run import read
from tests.helpers.paths import ROOT

REPORTS = ROOT / "docs" / "reports"
PAGE = (ROOT / "docs" / "upgrade.md").read_text(encoding="utf-8")


def test_the_page_shows_what_the_command_says() -> None:
    comparison = compare(read.report(REPORTS / "local-1.36"), read.report(REPORTS / "local-1.37"))
    assert not comparison.wrong
    assert textwrap.indent("\n".join(lines(comparison)), "    ") in PAGE


def test_a_report_is_the_same_as_itself() -> None:
    for report in REPORTS.iterdir():
        same = list(lines(compare(read.report(report), read.report(report))))
        assert same[0].startswith("nothing changed")
        assert "of the cluster and the run:" not in same
