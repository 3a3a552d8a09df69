"""The report of several shares is that of one run of all their cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reports.models.conformance import Report
from reports.run import merged
from reports.run.read import ReportError
from tests.helpers import runs
from tests.helpers.results import said

if TYPE_CHECKING:
    from records.outcome import CaseResult

A, B = "IPC-SYSV-QUEUE", "INIT-SEQUENTIAL"


def _report(*results: CaseResult, **facts: Any) -> Report:
    return Report.of(runs.report(results, **facts))


def _outcomes(report: Report) -> dict[str, tuple[str, str | None]]:
    return {case.id: (case.outcome, case.cause) for each in report.requirements.values() for case in each.cases}


def test_each_case_has_the_word_of_the_share_that_played_it() -> None:
    one = _report(said(A, "holds", "one"), said(A, "not run", "two", cause="deselected"), said(B, "holds"))
    two = _report(
        said(A, "not run", "one", cause="deselected"), said(A, "violated", "two", rule="lost"), said(B, "holds")
    )
    report = merged.merged([one, two])
    assert _outcomes(report) == {
        f"{A}[one]": ("holds", None),
        f"{A}[two]": ("violated", None),
        f"{B}[case]": ("holds", None),
    }
    assert (report.conformant, report.lost) == (False, None)
    assert report.requirements[A].cases[1].fired == [{"rule": "lost", "text": "lost broke"}]


@pytest.mark.parametrize(
    ("one", "two", "wanted"),
    [
        (said(A, "not run", cause="deselected"), said(A, "not run", cause="ended-early"), "ended-early"),
        (said(A, "not run", cause="slow"), said(A, "not run", cause="deselected"), "slow"),
        (said(A, "not run", cause="no-hand"), said(A, "not run", cause="deselected"), "no-hand"),
        (said(A, "not run", cause="deselected"), said(A, "not run", cause="deselected"), "deselected"),
    ],
)
def test_why_a_case_was_not_run_is_its_own_shares_word(one: CaseResult, two: CaseResult, wanted: str) -> None:
    for order in ([one, two], [two, one]):
        report = merged.merged([_report(each) for each in order])
        assert _outcomes(report) == {f"{A}[case]": ("not run", wanted)}


def test_a_single_share_loses_nothing_of_its_cases() -> None:
    skipped: Any = said(A, "violated", "one", rule="lost") | {"skip": {"reason": "known", "until": "2027-01-01"}}
    trouble: Any = said(A, "trouble", "two", reason="cut") | {"incomplete": True, "nodes": ["a"], "run": "2026-01-01"}
    report = _report(skipped, trouble, said(B, "recorded", level="INFO", told=["seen"]))
    assert merged.merged([report]).requirements == report.requirements


def test_the_facts_are_sums_and_those_of_the_cluster() -> None:
    facts: dict[str, Any] = {"podsCreated": 3, "apiRequests": 10, "inFlight": 4}
    one = _report(
        said(A, "holds"),
        **facts,
        options={"--shard": "0/2", "--slow": "yes"},
        command=["suite", "--shard=0/2", "--store=a/a", "--slow"],
        started="2026-11-27T21:00:00+00:00",
        wallSeconds=60.0,
    )
    two = _report(said(A, "holds"), **facts, started="2026-11-27T21:00:30+00:00", wallSeconds=50.0)
    report = merged.merged([one, two], ["shard 1: killed"])
    assert (report.pods_created, report.api_requests, report.in_flight) == (6, 20, 8)
    assert (report.started, report.wall_seconds) == ("2026-11-27T21:00:00+00:00", 80.0)
    assert (report.options, report.command) == ({"--slow": "yes"}, ["suite", "--slow"])
    assert report.lost == ["shard 1: killed"]


def test_what_does_not_belong_together_is_refused() -> None:
    with pytest.raises(ReportError, match="shares of different suites"):
        merged.merged([_report(said(A, "holds")), _report(said(A, "holds"), suite="0.2.0")])
    other = runs.FACTS["cluster"] | {"uid": "another"}
    with pytest.raises(ReportError, match="shares of different clusters"):
        merged.merged([_report(said(A, "holds")), _report(said(A, "holds"), cluster=other)])
