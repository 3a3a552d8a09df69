"""docs/when.md shows what the kept records tell."""

import pytest

import records
from records import requirements
from records.timeline import Timeline
from reports.pages import when


def test_the_page_is_the_one_that_is_generated() -> None:
    assert when.page() == when.PAGE.read_text(encoding="utf-8"), "./podproof pages"


@pytest.mark.parametrize("shown", when.SHOWN, ids=lambda shown: shown.record)
def test_each_timeline_is_whole_and_stands_beside_what_is_promised(shown: when.Shown) -> None:
    text = when.page()
    record = records.load(when.KEPT / f"{shown.record}.json")
    lines = str(Timeline(record)).splitlines()
    assert len(lines) > 5
    assert all(line.rstrip() in text for line in lines)
    promised = requirements.load()
    for name in shown.promised:
        assert f"> {promised[name].sentence} [{name}]({promised[name].url})" in text
