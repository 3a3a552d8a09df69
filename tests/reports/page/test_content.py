"""What the page of a run says."""

from pathlib import Path

import pytest

import records
from records import requirements
from records.deviations import Deviation
from records.outcome import CaseResult
from reports.models.conformance import Report
from reports.page import content, render
from reports.page.content import Evidence, Page
from tests.helpers.histories import pod as of
from tests.helpers.histories import ran, record
from tests.helpers.results import said
from tests.helpers.runs import report

ISSUE = Deviation(
    requirement="IPC-SYSV-QUEUE",
    cases="one",
    violations="lost: *",
    kubernetes=["1.37"],
    why="it is known (pkg/kubelet); https://github.com/kubernetes/kubernetes/issues/1, mended after 1.37.2",
)


def page(
    folder: Path,
    *results: CaseResult,
    known: tuple[Deviation, ...] = (),
    evidence: dict[tuple[str, str], Evidence] | None = None,
) -> Page:
    """Return the content of the page of a run with these results."""
    return content.of(Report.of(report(results)), folder, requirements.load(), known, evidence or {})


@pytest.mark.parametrize(
    ("results", "claim", "tone"),
    [
        ([said("IPC-SYSV-QUEUE", "holds")], "Conformant", "good"),
        ([said("IPC-SYSV-QUEUE", "violated", rule="lost")], "NOT conformant", "bad"),
        ([said("IPC-SYSV-QUEUE", "trouble", reason="no node")], "Not proven", "open"),
        ([said("IPC-SYSV-QUEUE", "not run", cause="deselected")], "No claim of conformance", "none"),
    ],
)
def test_the_claim_is_the_reports(results: list[CaseResult], claim: str, tone: str, tmp_path: Path) -> None:
    found = page(tmp_path, *results)
    assert (found.claim, found.tone) == (claim, tone)


def test_it_says_of_which_cluster_when_and_by_which_suite(tmp_path: Path) -> None:
    facts = dict(page(tmp_path, said("IPC-SYSV-QUEUE", "holds")).facts)
    assert facts["cluster"] == "kind of-a-test"
    assert (facts["runtime"], facts["kernel"]) == ("containerd://2.4.2", "6.18.44")
    assert (facts["run"], facts["suite"]) == ("2026-11-27 21:26:33 UTC", "podproof 0.1.0+1a2b3c4d5e6f")


def test_it_says_with_which_options(tmp_path: Path) -> None:
    run = Report.of(report([said("IPC-SYSV-QUEUE", "holds")], options={"-k": "init", "--level": "must"}))
    facts = dict(content.of(run, tmp_path, requirements.load(), (), {}).facts)
    assert facts["options"] == "-k init, --level must"


def test_a_known_issue_is_marked_with_its_link_and_stays_violated(tmp_path: Path) -> None:
    found = page(tmp_path, said("IPC-SYSV-QUEUE", "violated", "one", rule="lost"), known=(ISSUE,))
    [row] = found.having("violated")
    assert row.known
    assert ("https://github.com/kubernetes/kubernetes/issues/1",) * 2 in row.cases[0].known[0]
    assert found.aside == ("It is a known issue.",)


def test_what_is_not_known_comes_before_what_is(tmp_path: Path) -> None:
    known = said("IPC-SYSV-QUEUE", "violated", "one", rule="lost")
    found = page(tmp_path, known, said("NET-LOCALHOST", "violated", rule="lost"), known=(ISSUE,))
    assert [row.id for row in found.having("violated")] == ["NET-LOCALHOST", "IPC-SYSV-QUEUE"]
    assert found.aside == ("1 of the 2 violated cases are known issues.",)


def test_what_nobody_promises_is_told_apart_from_promises(tmp_path: Path) -> None:
    found = page(
        tmp_path,
        said("EPHEMERAL-JOINS", "violated", "target", level="EXPECTED", rule="lost"),
        said("EPHEMERAL-JOINS", "holds", "localhost"),
        said("IPC-SYSV-QUEUE", "violated", "one", rule="lost"),
        said("NET-LOCALHOST", "trouble", reason="no node"),
    )
    assert [row.id for row in found.broken("violated", must=True)] == ["IPC-SYSV-QUEUE"]
    assert [row.id for row in found.broken("violated", must=False)] == ["EPHEMERAL-JOINS"]
    assert [(row.level, row.broken) for row in found.having("violated")] == [("MUST", "MUST"), ("MUST", "EXPECTED")]
    assert [row.id for row in found.broken("trouble", must=True)] == ["NET-LOCALHOST"]
    text = render.html(found)
    assert text.index("These promises are broken (MUST):") < text.index("(EXPECTED):")
    assert "./podproof evidence 'IPC-SYSV-QUEUE [one]'" in text


def test_a_level_that_nobody_knows_is_on_the_page_as_it_is(tmp_path: Path) -> None:
    [row] = page(tmp_path, said("IPC-SYSV-QUEUE", "violated", level="SHOULD", rule="lost")).having("violated")
    assert (row.level, row.broken, row.cases[0].level) == ("MUST", "MUST", "SHOULD")


def test_each_reason_not_to_apply_or_run_is_told_once_with_its_cases(tmp_path: Path) -> None:
    results = [said("STOP-SIGNAL", "not applicable", case, reason="no gate") for case in ("own", "sidecar")]
    found = page(tmp_path, *results, said("VOL-CONFIG", "not run", "token", cause="slow"))
    assert found.reasons["not applicable"] == {"no gate": ["STOP-SIGNAL [own]", "STOP-SIGNAL [sidecar]"]}
    assert found.reasons["not run"] == {"slow: --slow runs it": ["VOL-CONFIG [token]"]}
    assert found.aside == ("1 case was left out: no claim rests on them.",)


def test_a_requirement_that_this_checkout_lacks_is_on_the_page_all_the_same(tmp_path: Path) -> None:
    [row] = page(tmp_path, said("OLD-ONE", "holds")).rows
    assert (row.promise, row.area) == (None, "Unknown to this podproof")


def test_a_violation_that_the_judge_does_not_find_again_is_told_as_reported(tmp_path: Path) -> None:
    evidence = {("IPC-SYSV-QUEUE", "one"): Evidence(record=record(of(ran("main", 0.0))))}
    found = page(tmp_path, said("IPC-SYSV-QUEUE", "violated", "one", rule="lost"), evidence=evidence)
    [case] = found.rows[0].cases
    assert [(note.rule, note.seen, note.places) for note in case.seen] == [("lost", "lost broke", ())]
    assert case.svg.startswith("<svg")


def test_a_file_that_is_no_record_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "a.json").write_text("{}")
    found = page(tmp_path, said("IPC-SYSV-QUEUE", "holds"), evidence={("IPC-SYSV-QUEUE", "case"): Evidence("a.json")})
    [case] = found.rows[0].cases
    assert "not a podproof record" in case.timeline
    assert case.files == ()


def test_a_record_with_a_forged_line_is_said_to_be_one(tmp_path: Path) -> None:
    forged = record(of(ran("main", 0.0)))
    forged.instances[0].events[0].fields["process_start"] = "soon"
    evidence = {("IPC-SYSV-QUEUE", "case"): Evidence(record=forged)}
    [case] = page(tmp_path, said("IPC-SYSV-QUEUE", "holds"), evidence=evidence).rows[0].cases
    assert case.timeline.startswith("the record cannot be shown (ValueError")


def test_what_does_not_hold_has_its_picture_where_there_is_no_room_for_all(tmp_path: Path) -> None:
    shown = Evidence(record=record(of(ran("main", 0.0))))
    evidence = {("API-NAMES", "case"): shown, ("NET-LOCALHOST", "case"): shown}
    both = report([said("API-NAMES", "holds"), said("NET-LOCALHOST", "violated", rule="lost")])
    found = content.of(Report.of(both), tmp_path, requirements.load(), (), evidence, most=0)
    holding, violated = (row.cases[0] for row in found.rows)
    assert (holding.svg, holding.timeline) == ("", "left out: the page would be too large; the record has it")
    assert violated.svg


def test_what_was_kept_is_linked_where_it_lies(tmp_path: Path) -> None:
    for name in ("records/a[one].json", "diagnostics/IPC-SYSV-QUEUE[one].md"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    kept = record(of(ran("main", 0.0)))
    (tmp_path / "records").mkdir(exist_ok=True)
    records.save(kept, tmp_path / "records").rename(tmp_path / "records" / "a[one].json")
    evidence = {("IPC-SYSV-QUEUE", "one"): Evidence("a[one].json")}
    [case] = page(tmp_path, said("IPC-SYSV-QUEUE", "holds", "one"), evidence=evidence).rows[0].cases
    assert dict(case.files) == {
        "record": "records/a%5Bone%5D.json",
        "diagnosis": "diagnostics/IPC-SYSV-QUEUE%5Bone%5D.md",
    }
