"""Every judge: its good history holds, each broken one breaks its rule alone, and no rule is without one."""

import ast
import inspect

import pytest

import records
from fixtures.session.marks import case_name, controls_of, requirement_of
from fixtures.session.rules import ALWAYS, is_judge, judges_of, name_of, rows, rules_of
from records import Record, requirements
from records.violation import UNPROVEN
from tests.helpers.histories import rules
from tests.helpers.modules import of_every_behaviour
from tests.helpers.trial import Trial

TRIALS: list[Trial] = [trial for module in of_every_behaviour("test_judges", "tests/suite") for trial in module.TRIALS]
JUDGES = {
    name_of(judge): judge
    for module in of_every_behaviour("judges")
    for judge in vars(module).values()
    if inspect.isfunction(judge) and is_judge(judge)
}


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.name)
def test_a_good_history_is_complete_and_breaks_no_rule(trial: Trial) -> None:
    assert records.gaps(trial.good) == []
    assert trial(trial.good) == []


@pytest.mark.parametrize(
    ("trial", "rule", "history"),
    [
        pytest.param(trial, rule, history, id=f"{trial.name}, {rule}: {what}")
        for trial in TRIALS
        for rule, what, history in trial.broken
    ],
)
def test_a_broken_history_is_complete_and_breaks_its_rule_and_no_other(
    trial: Trial, rule: str, history: Record
) -> None:
    assert records.gaps(history) == []
    assert rules(trial(history)) == {rule}
    # What proves nothing is trouble, and never a violation.
    assert {violation.proves for violation in trial(history)} == {rule not in UNPROVEN}


def test_every_rule_that_a_judge_tells_of_is_broken_by_some_history() -> None:
    broken = {(trial.name, rule) for trial in TRIALS for rule, _, _ in trial.broken}
    assert broken == {(name, rule) for name, judge in JUDGES.items() for rule in rules_of(judge)}


def test_every_rule_is_fired_for_real_or_says_why_nothing_can_fire_it(suite_items: list[pytest.Item]) -> None:
    found = rows(suite_items)
    assert {f"{row.behaviour}.{row.judge}" for row in found} == {*JUDGES, *map(name_of, ALWAYS)}
    assert [row for row in found if bool(row.fired) == bool(row.reason)] == []


def test_what_a_control_or_a_fault_must_break_are_rules_of_the_judge_that_is_asked(
    suite_items: list[pytest.Item],
) -> None:
    table = requirements.load()
    for item in suite_items:
        mark = item.get_closest_marker("requirement")
        known = {rule for judge in (*judges_of(item), *ALWAYS) for rule in rules_of(judge)}
        assert mark is not None
        breaks = {rule for control in controls_of(item) for rule in control.breaks}
        assert not breaks & set(UNPROVEN), requirement_of(item)
        broken = breaks.union(*table[mark.args[0]].of(case_name(item)).faults.values())
        assert broken <= known, requirement_of(item)


def test_a_test_asks_a_judge_and_one_without_a_control_tells_an_observation(suite_items: list[pytest.Item]) -> None:
    for item in suite_items:
        assert isinstance(item, pytest.Function)
        mark, named = item.get_closest_marker("requirement"), set(item.function.__code__.co_names)
        assert mark is not None
        assert bool(judges_of(item)) == bool(mark.kwargs["control"]), item.name
        assert ("observations" in named) != bool(mark.kwargs["control"]), item.name


def test_a_test_returns_its_violations_or_what_it_saw_and_asserts_nothing(suite_items: list[pytest.Item]) -> None:
    for item in suite_items:
        assert isinstance(item, pytest.Function)
        mark, [body] = item.get_closest_marker("requirement"), ast.parse(inspect.getsource(item.function)).body
        assert mark is not None
        assert item.function.__annotations__["return"] == ("list[Violation]" if mark.kwargs["control"] else "list[str]")
        assert isinstance(body, ast.FunctionDef)
        assert isinstance(body.body[-1], ast.Return), item.name
        assert not any(isinstance(each, ast.Assert | ast.Raise | ast.Try) for each in ast.walk(body)), item.name
