"""Known deviations: they explain a case where they leave none of its violations out, and no other case."""

from __future__ import annotations

import pytest

from records.deviations import Deviation, explaining

LOST = {"rule": "lost", "text": "it was lost"}
LATE = {"rule": "late", "text": "it came late"}


def known(requirement: str = "X", cases: str = "*", rule: str = "lost", kubernetes: tuple[str, ...] = ()) -> Deviation:
    return {
        "requirement": requirement,
        "cases": cases,
        "violations": f"{rule}: *",
        "kubernetes": [*kubernetes],
        "why": f"{rule} is known",
    }


@pytest.mark.parametrize(
    "deviation", [known(), known(cases="one"), known(cases="o*"), known(kubernetes=("1.36", "1.37"))]
)
def test_a_deviation_explains_the_case_that_it_names(deviation: Deviation) -> None:
    assert explaining([deviation], "X", "one", [LOST], "1.37") == [deviation]


@pytest.mark.parametrize(
    "deviation", [known("Y"), known(cases="two"), known(rule="late"), known(rule="los"), known(kubernetes=("1.36",))]
)
def test_it_explains_no_other(deviation: Deviation) -> None:
    assert explaining([deviation], "X", "one", [LOST], "1.37") == []


def test_several_explain_a_case_together_and_one_alone_does_not() -> None:
    lost, late = known(), known(rule="late")
    assert explaining([lost, late], "X", "one", [LOST, LATE]) == [lost, late]
    assert explaining([lost], "X", "one", [LOST, LATE]) == []


def test_nothing_explains_a_case_without_a_violation() -> None:
    assert explaining([known()], "X", "one", []) == []
