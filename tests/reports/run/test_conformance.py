"""The conformance report: the worst of the cases, what is claimed of the whole, and what a terminal shows."""

import itertools
import json
from typing import Any, get_args

import pytest

from records.outcome import WORST_FIRST, CaseResult, Outcome, worst
from reports.models.conformance import Report
from reports.run import text
from reports.run.conformance import build, claim_of
from tests.helpers.results import said

LEVELS = {"A-MUST": "MUST", "B-EXPECTED": "EXPECTED"}
BOTH_HOLD = [said("A-MUST", "holds"), said("B-EXPECTED", "holds", level="EXPECTED")]


def report(*results: CaseResult, levels: dict[str, str] | None = None) -> dict[str, Any]:
    return build(levels or LEVELS, results, {"suite": "0.1.0"})


def lines(report: dict[str, Any]) -> list[str]:
    """Return a report's lines for a terminal, given as its file has it."""
    return text.lines(Report.of(report))


def test_a_short_text_has_what_is_wrong_and_a_line_for_each_area_that_was_run() -> None:
    levels = dict.fromkeys(("A", "B", "C", "D", "E", "F"), "MUST")
    areas = {"A": "Network", "B": "Network", "C": "Network", "D": "IPC", "E": "Volumes", "F": "Start"}
    results = [
        said("A", "holds"),
        said("B", "not applicable"),
        said("C", "trouble"),
        said("D", "violated", "two"),
        said("E", "not run", cause="deselected"),
        said("F", "holds"),
    ]
    shown = text.short(Report.of(report(*results, levels=levels)), areas)
    assert [line.split() for line in shown[:2]] == [["violated", "MUST", "D", "two"], ["trouble", "MUST", "C", "case"]]
    assert shown[2:6] == [
        "",
        "Network  1 trouble, 1 holds, 1 not applicable (B)",
        "IPC      1 violated",
        "Start    1 holds",
    ]
    assert shown[-1].startswith("1 violated, 1 trouble, 1 not run, 2 holds, 1 not applicable; NOT conformant")


def claim(must: Outcome, expected: Outcome = "holds") -> bool | None:
    """Return the claim of a run with these outcomes of a MUST and of an EXPECTED."""
    found: bool | None = report(said("A-MUST", must), said("B-EXPECTED", expected, level="EXPECTED"))["conformant"]
    return found


def test_the_outcomes_are_ranked_as_the_design_says_and_none_is_forgotten() -> None:
    ranked = ["violated", "trouble", "not run", "holds", "not applicable"]
    assert [outcome for outcome in WORST_FIRST if outcome in ranked] == ranked
    assert set(WORST_FIRST) == set(get_args(Outcome))


@pytest.mark.parametrize(("worse", "better"), list(itertools.combinations(WORST_FIRST, 2)))
def test_of_several_cases_the_worst_counts(worse: Outcome, better: Outcome) -> None:
    assert worst([better, worse, better]) == worse
    cases = report(said("A-MUST", better, "one"), said("A-MUST", worse, "two"))["requirements"]["A-MUST"]
    assert cases["outcome"] == worse
    assert [case["outcome"] for case in cases["cases"]] == [better, worse]


def test_a_slow_case_that_was_left_out_is_listed_and_no_claim_rests_on_it() -> None:
    slow = said("A-MUST", "not run", "two", cause="slow")
    whole = report(*BOTH_HOLD, slow)
    assert whole["slow"] == ["A-MUST [two]"]
    assert whole["conformant"] is True
    assert whole["requirements"]["A-MUST"]["outcome"] == "holds"
    assert whole["requirements"]["A-MUST"]["cases"][1]["reason"] == "slow: --slow runs it"
    assert lines(whole)[-1].endswith("holds; 1 slow case was left out: --slow runs it")
    assert lines(report(*BOTH_HOLD, slow, slow))[-1].endswith("holds; 2 slow cases were left out: --slow runs them")


def test_a_case_that_nobody_gave_a_hand_is_listed_and_no_claim_rests_on_it() -> None:
    without = said("A-MUST", "not run", "two", cause="no-hand")
    whole = report(*BOTH_HOLD, without)
    assert (whole["noHand"], whole["slow"], whole["conformant"]) == (["A-MUST [two]"], [], True)
    assert whole["requirements"]["A-MUST"]["outcome"] == "holds"
    assert lines(whole)[-1].endswith("holds; 1 case was left out, which needs a hand on the node")
    slow = said("A-MUST", "not run", "three", cause="slow")
    both = "1 slow case was left out: --slow runs it; 2 cases were left out, which need a hand on the node"
    assert lines(report(*BOTH_HOLD, slow, without, without))[-1].endswith(f"holds; {both}")


def test_a_requirement_whose_cases_are_all_slow_and_left_out_was_not_run() -> None:
    whole = report(said("A-MUST", "not run", cause="slow"), BOTH_HOLD[1])
    assert whole["requirements"]["A-MUST"]["outcome"] == "not run"
    assert whole["conformant"] is True


def test_a_slow_case_that_was_run_counts_as_any_other() -> None:
    whole = report(*BOTH_HOLD, said("A-MUST", "violated", "two"))
    assert (whole["slow"], whole["conformant"]) == ([], False)
    assert "slow" not in lines(whole)[-1]


def test_a_requirement_without_a_case_was_not_run() -> None:
    assert worst([]) == "not run"
    assert report()["requirements"]["A-MUST"] == {"level": "MUST", "outcome": "not run", "cases": []}


@pytest.mark.parametrize(
    ("must", "expected", "conformant"),
    [
        ("holds", "holds", True),
        ("not applicable", "holds", True),
        ("holds", "violated", True),
        ("holds", "not run", True),
        ("violated", "holds", False),
        ("violated", "trouble", False),
        ("trouble", "holds", None),
        ("holds", "trouble", None),
        ("trouble", "violated", None),
        ("not applicable", "trouble", None),
        ("not run", "holds", None),
        ("not run", "trouble", None),
        ("not run", "violated", None),
    ],
)
def test_conformant_is_false_by_a_violated_must_alone_and_true_by_proof(
    must: Outcome, expected: Outcome, conformant: bool | None
) -> None:
    assert claim(must, expected) is conformant


def test_a_must_that_nobody_heard_of_was_not_run() -> None:
    assert report(said("B-EXPECTED", "holds", level="EXPECTED"))["conformant"] is None


def test_an_expected_that_nobody_heard_of_is_no_matter() -> None:
    assert report(said("A-MUST", "holds"))["conformant"] is True


def test_a_violated_must_is_a_violation_although_another_was_not_run() -> None:
    levels = {"A": "MUST", "B": "MUST"}
    assert report(said("A", "violated"), said("B", "not run"), levels=levels)["conformant"] is False


def test_a_case_counts_at_its_own_level() -> None:
    results = [said("A-MUST", "holds", "one"), said("A-MUST", "violated", "two", level="EXPECTED")]
    assert report(*results)["conformant"] is True
    assert report(*results)["requirements"]["A-MUST"]["outcome"] == "violated"


def test_a_case_tells_its_violations_and_only_what_it_has_of_its_own() -> None:
    plain = said("A-MUST", "holds", "one")
    other = said("A-MUST", "violated", "two", level="EXPECTED", rule="lost", reason="why")
    first, second = report(plain, other)["requirements"]["A-MUST"]["cases"]
    assert first == {"case": "one", "id": "A-MUST[one]", "outcome": "holds", "seconds": 0.5, "violations": []}
    assert second == {
        "case": "two",
        "id": "A-MUST[two]",
        "outcome": "violated",
        "seconds": 0.5,
        "violations": [{"rule": "lost", "text": "lost broke"}],
        "level": "EXPECTED",
        "reason": "why",
    }


def test_a_case_tells_its_nodes_and_that_its_record_was_not_complete_where_it_is_so() -> None:
    first, second = said("A-MUST", "trouble", "one", reason="so"), said("A-MUST", "trouble", "two", reason="so")
    first["incomplete"], first["nodes"] = True, ["a", "b"]
    told = report(first, second)["requirements"]["A-MUST"]["cases"]
    assert [case.get("incomplete") for case in told] == [True, None]
    assert [case.get("nodes") for case in told] == [["a", "b"], None]


def test_a_fact_that_no_report_can_have_is_refused_with_its_place() -> None:
    with pytest.raises(ValueError, match=r"^cluster\.nodes\.one\.cpus should be a valid number, not 'two'$"):
        build(LEVELS, BOTH_HOLD, {"cluster": {"nodes": {"one": {"cpus": "two"}}}})


def test_what_cannot_be_written_as_utf_8_is_in_no_report() -> None:
    odd = said("A-MUST", "trouble", reason="\ud800 of half a pair")
    assert report(odd)["requirements"]["A-MUST"]["cases"][0]["reason"] == "? of half a pair"


def test_the_report_counts_requirements_and_carries_the_facts_as_json() -> None:
    whole = report(*BOTH_HOLD, said("A-MUST", "violated", "two"))
    assert {outcome: count for outcome, count in whole["totals"].items() if count} == {"violated": 1, "holds": 1}
    assert list(whole["requirements"]) == ["A-MUST", "B-EXPECTED"]
    assert whole["suite"] == "0.1.0"
    assert json.loads(json.dumps(whole)) == whole


def test_what_was_told_is_in_the_case_and_below_its_requirement() -> None:
    results = [said("A-MUST", "holds"), said("C-INFO", "recorded", "one", level="INFO", told=["first", "second"])]
    whole = report(*results, levels={"A-MUST": "MUST", "C-INFO": "INFO"})
    assert whole["requirements"]["C-INFO"]["cases"][0]["told"] == ["first", "second"]
    assert "told" not in whole["requirements"]["A-MUST"]["cases"][0]
    assert whole["conformant"] is True
    assert lines(whole)[1:4] == [
        "recorded        INFO      C-INFO  one",
        "                          one: first",
        "                          one: second",
    ]


def test_a_terminal_shows_a_line_for_each_requirement_with_the_cases_that_decided_it() -> None:
    shown = lines(report(*BOTH_HOLD, said("A-MUST", "violated", "two"), said("A-MUST", "violated", "three")))
    assert shown == [
        "violated        MUST      A-MUST      two, three",
        "holds           EXPECTED  B-EXPECTED  case",
        "",
        "1 violated, 1 holds; NOT conformant: a MUST is violated",
    ]


def test_a_case_of_another_level_says_so() -> None:
    shown = lines(report(said("A-MUST", "holds"), said("A-MUST", "violated", "two", level="EXPECTED")))
    assert shown[0] == "violated        MUST      A-MUST      two (EXPECTED)"


def test_a_requirement_without_a_case_is_a_line_too() -> None:
    assert lines(report())[:2] == [
        "not run         MUST      A-MUST",
        "not run         EXPECTED  B-EXPECTED",
    ]


def test_a_case_that_does_not_apply_is_not_shown_as_one_that_holds() -> None:
    shown = lines(report(said("A-MUST", "holds", "one"), said("A-MUST", "not applicable", "two")))
    assert shown[0].endswith("A-MUST      one")


@pytest.mark.parametrize(
    ("must", "words"),
    [
        ("holds", "2 holds; conformant: every MUST that applies holds"),
        ("violated", "1 violated, 1 holds; NOT conformant: a MUST is violated"),
        (
            "trouble",
            "1 trouble, 1 holds; not proven: no MUST is violated, but something is in trouble or lost: try again",
        ),
        ("not run", "1 not run, 1 holds; no claim of conformance: not every MUST was run"),
    ],
)
def test_the_last_line_says_what_is_claimed(must: Outcome, words: str) -> None:
    assert lines(report(said("A-MUST", must), BOTH_HOLD[1]))[-1] == words


def test_trouble_beside_a_violation_of_the_same_requirement_is_not_proven_either() -> None:
    cases = [said("B-EXPECTED", "violated", "one", level="EXPECTED"), said("B-EXPECTED", "trouble", level="EXPECTED")]
    whole = report(said("A-MUST", "holds"), *cases)
    assert (whole["totals"]["trouble"], whole["conformant"], claim_of(Report.of(whole))) == (0, None, "not proven")


def test_what_a_lost_worker_had_to_run_is_not_proven() -> None:
    part = said("A-MUST", "not run", cause="ended-early")
    assert claim_of(Report.of(report(part, BOTH_HOLD[1]) | {"lost": ["worker gw1"]})) == "not proven"
    assert claim_of(Report.of(report(part, BOTH_HOLD[1]))) == "no claim of conformance"


def test_the_claim_of_an_older_report_is_read_as_it_was_written() -> None:
    older = report(said("A-MUST", "trouble"), BOTH_HOLD[1]) | {"conformant": False}
    assert claim_of(Report.of(older)) == "NOT conformant"
