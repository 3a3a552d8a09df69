"""What the controls said: caught, or missed, a line for each case."""

from dataclasses import dataclass

import pytest

from reports.conformance import Outcome
from reports.teeth import table
from tests.results import said


@dataclass(frozen=True)
class _Control:
    name: str
    breaks: tuple[str, ...]


CONTROLS = {"A": _Control("changed", ("lost", "altered")), "B-LONGER": _Control("moved", ("leaked",)), "C": None}


def test_each_case_is_a_line_with_its_control_its_rules_and_whether_it_was_caught() -> None:
    results = [said("B-LONGER", "violated"), said("A", "holds", "two"), said("A", "holds", "one")]
    assert table(results, CONTROLS) == [
        "requirement  case  control  rules",
        "A            one   changed  lost, altered  caught",
        "A            two   changed  lost, altered  caught",
        "B-LONGER     case  moved    leaked         missed",
        "",
        "2 of 3 controls caught",
    ]


@pytest.mark.parametrize("outcome", ["trouble", "not run", "not applicable", "recorded"])
def test_whatever_is_not_caught_is_no_catch_and_says_what_it_is(outcome: Outcome) -> None:
    *_, line, _, totals = table([said("A", outcome)], CONTROLS)
    assert line.endswith(outcome)
    assert totals == "0 of 1 controls caught"


@pytest.mark.parametrize("requirement", ["C", "D"])
def test_a_requirement_without_a_control_says_so(requirement: str) -> None:
    assert table([said(requirement, "holds")], CONTROLS)[1].split()[:3] == [requirement, "case", "none"]
