"""The reports that are kept: each has all cases of its own suite, and the pages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from clusters.kind import images
from commands import cells
from commands import matrix as command
from records.deviations import of_parts
from reports.matrix import kept
from reports.matrix.compare import compare, known_issues, unexplained
from reports.matrix.markdown import into, part
from reports.matrix.text import lines
from reports.models.conformance import Report
from reports.run import read
from tests.commands.test_matrix import ran
from tests.helpers.paths import ROOT
from tests.helpers.results import said
from tests.reports.matrix.test_compare import FINE, but, compared, report

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]

FOLDER, OF_PARTS = (ROOT / "docs" / name for name in ("reports", "runtimes"))
REPORTS = {name: read.conformance(run) for name, run in command.found([FOLDER]).items()}
RUNTIMES = {name: read.conformance(run) for name, run in command.found([OF_PARTS]).items()}
ALL = REPORTS | RUNTIMES
SUITE = ["A-MUST [one]", "A-MUST [two]", "B-EXPECTED [case]"]


@pytest.mark.parametrize("cell", ALL)
def test_a_kept_report_has_the_cases_of_its_own_suite(cell: str) -> None:
    listed = kept.cases(FOLDER if cell in REPORTS else OF_PARTS, ALL[cell].suite or "")
    assert listed
    assert kept.unlike(ALL[cell], listed) == ""


@pytest.mark.parametrize(("folder", "reports"), [(FOLDER, REPORTS), (OF_PARTS, RUNTIMES)])
def test_no_list_is_kept_of_a_suite_that_made_no_report(folder: Path, reports: dict[str, Report]) -> None:
    assert {file.stem for file in (folder / "cases").iterdir()} == {each.suite for each in reports.values()}


@pytest.mark.parametrize(
    ("page", "reports"), [("README.md", REPORTS), ("docs/results.md", REPORTS), ("docs/runtimes.md", RUNTIMES)]
)
def test_the_pages_show_the_reports_that_are_kept(page: str, reports: dict[str, Report]) -> None:
    every = cells.known(cells.every(images.FILE), reports)
    compared = compare({name: reports[name] for name in cells.ordered(reports, every)}, known_issues())
    text = (ROOT / page).read_text(encoding="utf-8")
    assert into(text, compared) == text, f"./podproof matrix --join docs/reports --into {page}"
    assert not unexplained(compared)
    assert all(f" {each.suite} |" in text for each in reports.values())


def test_every_known_issue_shows_in_the_reports_of_suites_that_have_its_requirement() -> None:
    wrong = {(row.why.kind, row.why.text) for row in compare(ALL, known_issues()).wrong}
    known = [
        issue
        for issue in known_issues()
        for each in ALL.values()
        if each.minor in issue["kubernetes"] and issue["requirement"] in each.requirements
        if issue in of_parts([issue], each.cluster.made_of)
    ]
    assert wrong == {("known", issue["why"]) for issue in known}


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (report(*FINE), ""),
        (report(*FINE[:2]), "it lacks B-EXPECTED [case]"),
        (report(FINE[0]), "it lacks A-MUST [two], B-EXPECTED [case]"),
        (report(*FINE, said("A-MUST", "holds", "new")), "it has what its suite has not, A-MUST [new]"),
        (
            but(said("A-MUST", "not run", "two", cause="deselected")),
            "it claims nothing: not every MUST was run, or something is in trouble",
        ),
        (but(said("A-MUST", "violated", "two", rule="lost")), ""),
    ],
    ids=["whole", "one", "two", "more", "part", "violated"],
)
def test_a_report_without_a_case_of_its_suite_stands_for_no_run_of_it(found: Json, why: str) -> None:
    assert kept.unlike(Report.of(found), SUITE) == why


def test_of_many_cases_that_are_lacking_the_first_are_named() -> None:
    assert kept.unlike(Report.of(report(*FINE)), [*SUITE, *(f"C [{n}]" for n in range(7))]).endswith(
        "C [3], C [4] and 2 more"
    )


def test_a_list_stays_as_long_as_a_report_of_its_suite_does(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    ran(tmp_path / "local-1.36", report(*FINE))
    ran(tmp_path / "local-1.37", report(*FINE))
    kept.keep(folder, {each: tmp_path / each for each in ("local-1.36", "local-1.37")}, {"0.1.0": SUITE})
    assert kept.cases(folder, "0.1.0") == SUITE
    assert kept.cases(folder, "0.2.0") == []
    (tmp_path / "new").mkdir()
    for cell, suites in {"local-1.36": ["0.1.0", "0.2.0"], "local-1.37": ["0.2.0"]}.items():
        ran(tmp_path / "new" / cell, report(*FINE) | {"suite": "0.2.0"})
        kept.keep(folder, {cell: tmp_path / "new" / cell}, {"0.2.0": [*SUITE, "C [new]"]})
        assert sorted(file.stem for file in (folder / "cases").iterdir()) == suites
    assert kept.cases(folder, "0.2.0") == [*SUITE, "C [new]"]


def test_cells_of_two_suites_stand_beside_each_other_and_are_named() -> None:
    older = report(*FINE[:2])
    newer = report(*FINE) | {"suite": "0.2.0+abc"}
    found = compared({"local-1.36": older, "local-1.37": newer})
    (row,) = found.plain()["differences"]
    assert row["why"] == {"local-1.36": {"kind": "suite", "text": "its suite, 0.1.0, has no such case"}}
    assert not unexplained(found)
    assert "| suite | 0.1.0 | 0.2.0+abc |" in part(found)
    assert lines(found)[-2:] == ["of the suite 0.1.0: local-1.36", "of the suite 0.2.0+abc: local-1.37"]


def test_a_case_that_another_report_of_the_same_suite_has_was_lost() -> None:
    reports = [report(*FINE[:2]), report(*FINE), report(*FINE) | {"suite": "0.2.0"}]
    assert unexplained(compared(dict(zip("abc", reports, strict=True))))
