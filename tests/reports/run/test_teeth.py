"""What the controls said: caught, or missed, a line for each case."""

import pytest

from records.outcome import Outcome
from reports.run.teeth import lines
from tests.helpers.results import said

CHANGED = {"name": "changed", "rules": ["lost", "altered"]}
MOVED = {"name": "moved", "rules": ["leaked"]}


def test_each_case_is_a_line_with_its_control_its_rules_and_whether_it_was_caught() -> None:
    results = [
        said("B-LONGER", "violated", control=MOVED),
        said("A", "holds", "two", control=CHANGED),
        said("A", "holds", "one", control=CHANGED),
    ]
    assert lines(results) == [
        "requirement  case  control  rules",
        "A            one   changed  lost, altered  caught",
        "A            two   changed  lost, altered  caught",
        "B-LONGER     case  moved    leaked         missed",
        "",
        "2 of 3 controls caught",
    ]


@pytest.mark.parametrize("outcome", ["trouble", "not run", "recorded"])
def test_whatever_is_not_caught_is_no_catch_and_says_what_it_is(outcome: Outcome) -> None:
    *_, line, _, totals = lines([said("A", outcome, control=CHANGED)])
    assert line.endswith(outcome)
    assert totals == "0 of 1 controls caught"


def test_what_does_not_apply_is_told_and_is_neither_caught_nor_missed() -> None:
    results = [said("A", "not applicable", "ipv6"), said("A", "holds", "ipv4"), said("B-LONGER", "violated")]
    _, caught, aside, missed, _, totals = lines(results)
    assert [line.rpartition("  ")[2] for line in (caught, aside, missed)] == ["caught", "not applicable", "missed"]
    assert totals == "1 of 2 controls caught, 1 not applicable"


def test_what_is_slow_and_was_left_out_is_neither_caught_nor_missed() -> None:
    _, caught, aside, _, totals = lines([said("A", "holds"), said("B-LONGER", "not run", cause="slow")])
    assert [line.rpartition("  ")[2] for line in (caught, aside)] == ["caught", "slow, left out"]
    assert totals == "1 of 1 controls caught, 1 slow, left out"


def test_what_nobody_gave_a_hand_is_neither_caught_nor_missed() -> None:
    _, _, aside, _, totals = lines([said("A", "holds"), said("B-LONGER", "not run", cause="no-hand")])
    assert aside.endswith("without a hand, left out")
    assert totals == "1 of 1 controls caught, 1 without a hand, left out"


def test_a_requirement_without_a_control_says_so() -> None:
    assert lines([said("C", "holds")])[1].split()[:3] == ["C", "case", "none"]
