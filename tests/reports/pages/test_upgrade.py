"""docs/upgrade.md shows what ``./podproof diff`` says of the two reports that are kept of a real upgrade."""

from __future__ import annotations

from reports.diff.compare import compare
from reports.diff.text import lines
from reports.pages import upgrade
from reports.run import read


def test_the_page_shows_what_the_command_says() -> None:
    assert upgrade.page() == upgrade.PAGE.read_text(encoding="utf-8"), "./podproof pages"
    before, after = read.conformance(upgrade.BEFORE), read.conformance(upgrade.AFTER)
    assert not compare(before, after).wrong
    assert {f"`{report.suite}`" in upgrade.page() for report in (before, after)} == {True}


def test_a_report_is_the_same_as_itself() -> None:
    for file in upgrade.BEFORE.parent.glob(f"*/{read.NAME}"):
        same = list(lines(compare(read.conformance(file), read.conformance(file))))
        assert same[0].startswith("nothing changed")
        assert "of the cluster and the run:" not in same
