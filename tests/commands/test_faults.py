"""``python -m commands.faults``: what a run under a faulty runtime said otherwise than it should have."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from commands.faults import differences, main
from commands.terminal import USAGE
from records import requirements
from records.deviations import Deviation
from records.outcome import CaseResult
from records.requirements import Requirement
from reports.models.conformance import Report
from reports.run import conformance
from tests.helpers.results import said

A = Requirement("A", "area", "title", "MUST", "sentence", "url", "1.0", date(2026, 11, 27))
INFO = replace(A, level="INFO")
BROKEN = replace(A, faults={"faulty": ["lost"]})
UNWITNESSED = "A [case]: unwitnessed did not fire"


def found(catalogue: dict[str, Requirement], *results: CaseResult) -> list[str]:
    report: dict[str, Any] = conformance.build({name: each.level for name, each in catalogue.items()}, results, {})
    return differences("faulty", catalogue, Report.of(report))


def test_what_must_be_broken_is_violated_and_information_is_recorded() -> None:
    right = [said("A", "violated", rule="lost"), said("B", "recorded", level="INFO", told=["seen"])]
    assert found({"A": BROKEN, "B": INFO}, *right) == []
    wrong = [said("A", "recorded"), said("B", "holds", level="INFO")]
    assert found({"A": A, "B": INFO}, *wrong) == ["A [case] is recorded, not holds", "B [case] is holds, not recorded"]


def test_what_is_broken_and_is_not_named_is_a_difference() -> None:
    assert found({"A": A}, said("A", "violated", rule="lost")) == ["A [case] is violated, not holds"]
    other = replace(A, faults={"other": ["lost"]})
    assert found({"A": other}, said("A", "violated", rule="lost")) == ["A [case] is violated, not holds"]


def test_what_the_cluster_cannot_show_is_no_difference_unless_it_is_to_be_broken() -> None:
    lacking = said("A", "not applicable", reason="control groups of version 1")
    assert found({"A": A}, lacking) == []
    assert found({"A": BROKEN}, lacking) == ["A [case] is not applicable, not violated", "A [case]: lost did not fire"]


def test_what_is_known_to_be_wrong_in_kubernetes_is_no_difference() -> None:
    known = [Deviation(requirement="A", cases="*", violations="lost: *", kubernetes=["1.37"], why="a bug")]

    def with_known(minor: str, rule: str) -> list[str]:
        facts = {"cluster": {"minor": minor}}
        report = conformance.build({"A": "MUST"}, [said("A", "violated", rule=rule)], facts)
        return differences("faulty", {"A": A}, Report.of(report), known=known)

    assert with_known("1.37", "lost") == []
    assert with_known("1.38", "lost") == with_known("1.37", "late") == ["A [case] is violated, not holds"]


def test_what_is_known_does_not_hide_that_a_fault_breaks_nothing() -> None:
    known = [Deviation(requirement="A", cases="*", violations="late: *", kubernetes=[], why="a bug")]
    unwitnessed = replace(A, faults={"faulty": ["unwitnessed"]})

    def with_known(requirement: Requirement, *rules: str) -> list[str]:
        result = said("A", "violated")
        result["violations"] = [{"rule": rule, "text": "broke"} for rule in rules]
        report = conformance.build({"A": "MUST"}, [result], {})
        return differences("faulty", {"A": requirement}, Report.of(report), known=known)

    assert with_known(BROKEN, "late", "lost") == with_known(unwitnessed, "late", "unwitnessed") == []
    silent = ["A [case] is holds, not violated", "A [case]: lost did not fire"]
    assert with_known(BROKEN, "late") == silent
    assert with_known(A, "late", "lost") == ["A [case] is violated, not holds"]


def test_what_must_be_broken_and_holds_or_breaks_by_another_rule_is_a_difference() -> None:
    did_not = "A [case]: lost did not fire"
    assert found({"A": BROKEN}, said("A", "holds")) == ["A [case] is holds, not violated", did_not]
    assert found({"A": BROKEN}, said("A", "violated", rule="late")) == [did_not]


def test_where_a_fault_takes_the_witness_away_the_case_must_be_in_trouble() -> None:
    catalogue = {"A": replace(A, faults={"faulty": ["unwitnessed"]})}
    assert found(catalogue, said("A", "trouble", rule="unwitnessed", reason="nothing is proven")) == []
    assert found(catalogue, said("A", "trouble", reason="no node")) == [UNWITNESSED]
    gap = said("A", "trouble", reason="TroubleError: the record is not complete: a gap")
    gap["incomplete"] = True
    assert found(catalogue, gap) == []
    assert found(catalogue, said("A", "violated", rule="lost")) == ["A [case] is violated, not trouble", UNWITNESSED]
    both = {"A": replace(A, faults={"faulty": ["unwitnessed", "lost"]})}
    assert found(both, said("A", "trouble", rule="unwitnessed"))[0] == "A [case] is trouble, not violated"


def test_a_case_that_must_be_broken_is_named_by_a_pattern_and_the_others_hold() -> None:
    catalogue = {"A": replace(A, cases={"soft-*": {"faults": {"faulty": ["lost"]}}})}
    right = [said("A", "violated", "soft-one", rule="lost"), said("A", "holds", "hard")]
    assert found(catalogue, *right) == []
    assert found(catalogue, right[1]) == ["A [soft-*] was not run"]


def test_what_was_not_run_is_a_difference() -> None:
    assert found({"A": A}) == ["A was not run"]
    slow = said("A", "not run", "slow", cause="slow")
    assert found({"A": BROKEN}, slow) == ["A [*] was not run"]


def test_a_slow_case_that_nobody_asked_for_is_no_difference() -> None:
    slow = said("A", "not run", "slow", cause="slow")
    assert found({"A": A}, said("A", "holds"), slow) == []
    other = said("A", "not run", "slow", cause="deselected")
    assert found({"A": A}, said("A", "holds"), other) == ["A [slow] is not run, not holds"]


def test_of_a_sample_what_the_fault_does_not_break_need_not_have_been_run() -> None:
    broken = requirements.broken_by("own-uts")
    catalogue = requirements.load()
    left = [said(name, "not run", cause="deselected") for name in catalogue if name not in broken]
    run = [said(name, "violated", rule="x") for name in broken]
    lied = said("STATUS-TRUE", "violated", "a.b[c]", rule="wrong-phase")

    def missing(*results: CaseResult, sample: Sequence[str] = broken) -> list[str]:
        report = conformance.build({name: each.level for name, each in catalogue.items()}, results, {})
        found = differences("own-uts", catalogue, Report.of(report), sample)
        return [line for line in found if "did not fire" not in line]

    assert missing(*left, *run) == []
    assert missing(*left, *run, lied) == ["STATUS-TRUE [a.b[c]] is violated, not holds"]
    assert len(missing(*left, *run, sample=())) == len(left)
    assert missing(*left, *(said(name, "not run", cause="deselected") for name in broken)) == [
        f"{name} [case] is not run, not violated" for name in broken
    ]


def test_of_a_sample_what_the_fault_only_hides_need_not_have_been_run() -> None:
    catalogue = {"A": replace(A, faults={"faulty": ["unwitnessed"]})}
    left = conformance.made({"A": "MUST"}, [said("A", "not run", cause="deselected")], {})
    assert differences("faulty", catalogue, left, sample=("B",)) == []
    assert differences("faulty", catalogue, left, sample=("A",)) == ["A [case] is not run, not trouble", UNWITNESSED]


def test_what_a_run_found_otherwise_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "conformance.json"
    for result, code, line in (
        (said("API-NAMES", "holds"), 0, "none: violated is just what must be: nothing"),
        (said("API-NAMES", "trouble"), 1, "none: API-NAMES [case] is trouble, not holds"),
    ):
        report = conformance.build({"API-NAMES": "MUST"}, [result], {})
        path.write_text(json.dumps(report))
        assert main(["none", str(path)]) == code
        assert capsys.readouterr().out == f"{line}\n"
    path.write_text("{")
    assert main(["none", str(path)]) == USAGE
    assert "is not JSON" in capsys.readouterr().err
