"""The page of several runs: what it says, and how a reader meets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from commands import browser
from records import requirements
from records.deviations import Deviation
from reports.matrix.compare import compare
from reports.models.conformance import Report
from reports.page import render, several
from tests.helpers.results import said
from tests.helpers.runs import report
from tests.reports.page.test_render import HOSTILE, Elements, needs_browser

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from records.outcome import CaseResult

Json = dict[str, Any]

QUEUE, SHM = "IPC-SYSV-QUEUE", "IPC-SYSV-SHM"
HOLDS = (said(QUEUE, "holds", "one"), said(QUEUE, "holds", "many"), said(SHM, "holds"))
LOST = said(QUEUE, "violated", "one", rule="lost")
GATED = said(QUEUE, "not applicable", "many", reason="no such field; feature gate X")


def issue(requirement: str = QUEUE) -> Deviation:
    """Return a known issue of all that is lost of a requirement."""
    why = "so; https://a.example/1, mended"
    return Deviation(requirement=requirement, cases="*", violations="lost: *", kubernetes=["1.37"], why=why)


def but(*others: CaseResult, **facts: Any) -> Json:
    """Return a report whose cases hold, but for these."""
    instead = {(each["requirement"], each["case"]): each for each in others}
    results = [instead.pop((each["requirement"], each["case"]), each) for each in HOLDS]
    return report([*results, *instead.values()], **facts)


def page(reports: Mapping[str, Json | str], *known: Deviation, links: Mapping[str, str] | None = None) -> several.Page:
    """Return the content of the page of these runs."""
    models = {name: each if isinstance(each, str) else Report.of(each) for name, each in reports.items()}
    return several.of(compare(models, known), requirements.load(), links or {})


def test_where_all_say_the_same_nothing_differs() -> None:
    found = page({"a": but(), "b": but()})
    assert (found.heading, found.tone, found.differing, found.wrong) == ("Nothing differs", "good", (), ())
    assert found.lead == "2 runs side by side."
    [row] = [row for row in found.areas[requirements.load()[QUEUE].area] if row.names[0][0] == QUEUE]
    assert [(cell.sign, cell.outcome, cell.counts) for cell in row.cells] == [("✓", "holds", "")] * 2


def test_what_tells_runs_apart_stands_at_their_columns_and_the_rest_once() -> None:
    found = page({"a": but(), "b": but(suite="0.2.0", started="2026-11-28T01:02:03+00:00")})
    facts = dict(found.facts)
    assert facts["suite"] == ("podproof 0.1.0+1a2b3c4d5e6f", "podproof 0.2.0")
    assert facts["started"] == ("2026-11-27 21:26 UTC", "2026-11-28 01:02 UTC")
    assert facts["requirements: holds"] == ("2", "2")
    assert ("runtime", "containerd 2.4.2") in found.shared
    assert ("kernel", "6.18.44") in found.shared
    assert not {"requirements: violated", "lost"} & {*facts, *dict(found.shared)}


def test_what_is_unexplained_comes_first_and_what_is_violated_next() -> None:
    reports = {"a": but(GATED, LOST, said(SHM, "violated", rule="lost")), "b": but()}
    found = page(reports, issue(SHM))
    assert [row.names[0][::2] for row in found.differing] == [(QUEUE, "one"), (SHM, "case"), (QUEUE, "many")]
    assert [row.cells[0].outcome for row in found.differing] == ["violated", "violated", "not applicable"]
    assert (found.heading, found.tone) == ("2 of 2 requirements differ", "bad")
    assert "Not in every run the same outcome: 3 cases. Not all of that is explained" in found.lead


def test_a_known_issue_is_marked_with_its_link_and_no_alarm() -> None:
    found = page({"a": but(LOST), "b": but()}, issue())
    url = "https://a.example/1"
    assert found.differing[0].why == (("a", True, (("so; ", ""), (url, url), (", mended", ""))),)
    assert (found.heading, found.tone) == ("1 of 2 requirements differs", "none")
    assert found.lead.endswith("Each has a known reason.")


def test_what_is_wrong_in_all_alike_is_told_though_nothing_differs() -> None:
    found = page({"a": but(LOST), "b": but(LOST)})
    assert (found.heading, found.tone, found.differing) == ("Nothing differs", "bad", ())
    [row] = found.wrong
    assert (row.names[0][::2], row.why[0][0]) == ((QUEUE, "one"), "a, b")
    assert [cell.outcome for cell in row.cells] == ["violated"] * 2
    assert "Wrong in every run: 1 case." in found.lead


def test_a_case_that_another_suite_lacks_is_no_difference_of_the_clusters() -> None:
    found = page({"a": but(), "b": but(said(SHM, "holds", "new"), suite="0.2.0")})
    assert (found.heading, found.tone) == ("Nothing differs", "good")
    assert "Known to the suite of some runs alone: 1 case." in found.lead
    assert [row.names[0][::2] for row in found.differing] == [(SHM, "new")]


def test_a_run_without_a_report_keeps_its_column_and_says_why() -> None:
    found = page({"a": but(), "b": but(), "c": "it was not run"})
    assert (found.runs[2].missing, found.tone) == ("it was not run", "bad")
    assert all(row.cells[2].sign == "?" for rows in found.areas.values() for row in rows)
    assert dict(found.shared)["kernel"] == "6.18.44"
    assert "<b>c</b> has no report: it was not run" in render.side_by_side(found)


def test_a_cell_leads_to_its_requirement_on_the_runs_own_page() -> None:
    found = page({"a": but(LOST, said("OF-ANOTHER", "holds")), "b": but()}, links={"a": "a/index.html"})
    assert found.runs[0].link == "a/index.html"
    links = {row.names[0][0]: [cell.link for cell in row.cells] for rows in found.areas.values() for row in rows}
    assert links[QUEUE] == [f"a/index.html#{QUEUE}", ""]
    assert links["OF-ANOTHER"] == ["a/index.html", ""]
    assert f'<a href="a/index.html#{QUEUE}"><span class="sign">✗</span> violated</a>' in render.side_by_side(found)


def test_many_cases_of_one_row_are_counted() -> None:
    many = [said(SHM, "not applicable", f"case-{number}", reason="no") for number in range(20)]
    found = page({"a": but(*many), "b": but(*(said(SHM, "holds", each["case"]) for each in many))})
    assert found.differing[0].names[0][2].endswith(", case-7 and 12 more")


def test_requirements_that_were_run_nowhere_are_named_once() -> None:
    found = page({"a": but(said("NET-LOCALHOST", "not run", cause="deselected"))})
    assert found.nowhere == ("NET-LOCALHOST",)
    assert "NET-LOCALHOST" not in str(found.areas)


def test_markup_of_a_report_or_a_folder_is_shown_and_does_nothing() -> None:
    cluster = report([])["cluster"] | {"kubernetes": HOSTILE, "provider": HOSTILE}
    bad = said(HOSTILE, "trouble", HOSTILE, reason=HOSTILE)
    made = render.side_by_side(page({HOSTILE: but(bad, cluster=cluster, suite=HOSTILE), "b": but(), "c": HOSTILE}))
    found = Elements(made)
    assert not found.tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base", "image", "use"}
    assert not [name for name, _ in found.attributes if name.startswith("on") or name in {"src", "srcset"}]
    assert not {"\x1b", "\u202e"} & set(made)
    assert ("content", render.POLICY) in found.attributes
    assert len(made) < 60_000


@needs_browser
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_a_reader_sees_what_differs_and_the_table_scrolls_by_itself(tmp_path: Path, width: int, dark: bool) -> None:
    reports = {f"run-{number}": but(LOST) if number else but() for number in range(9)}
    file = tmp_path / "report.html"
    file.write_text(render.side_by_side(page(reports)), encoding="utf-8")
    with browser.tab(browser.found(), tmp_path / "profile") as tab:
        tab.look(width=width, dark=dark)
        tab.open(file)
        assert tab.says("document.documentElement.scrollWidth") <= width
        tab.says("document.querySelector('.scroll').scrollLeft = 300")
        left = "[...document.querySelectorAll('tr>th:first-child,.stays')].map(e => e.getBoundingClientRect().left)"
        assert all(0 <= place < 50 for place in tab.says(left))
        widest = "Math.max(...[...document.querySelectorAll('.stays')].map(e => e.getBoundingClientRect().right))"
        assert tab.says(widest) <= width
        for words in ("1 of 2 requirements differs", QUEUE, "unexplained: violated: lost: lost broke"):
            assert words in tab.says("document.body.innerText")
        assert tab.asked_for() == [file.resolve().as_uri()]
