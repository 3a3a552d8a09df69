"""Every judge: its good history holds, each broken one breaks its rule alone, and no rule is without one."""

import ast
import inspect

import pytest

import records
from fixtures.session.marks import case_name, controls_of, requirement_of
from fixtures.session.rules import is_judge, judges_of, name_of, rows, rules_of
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

EMPTY = {  # the rows that are still to be filled: this list shrinks until it is gone
    "network.abstract_sockets.socket_exposed name-taken",
    "network.abstract_sockets.socket_not_reached not-bound",
    "network.abstract_sockets.socket_not_reached altered",
    "network.host_network.has_addresses_of_its_own untold",
    "network.host_network.not_the_nodes unseen",
    "network.host_network.not_the_nodes differs",
    "network.host_network.not_the_nodes_hostname unseen",
    "network.host_network.not_the_nodes_hostname differs",
    "network.localhost.not_freed_by_crash not-restarted",
    "network.localhost.not_freed_by_crash not-freed",
    "network.localhost.not_one_address unseen",
    "network.localhost.not_reached not-bound",
    "network.localhost.not_reached altered",
    "network.localhost.not_run_again not-restarted",
    "network.localhost.port_not_kept refused-otherwise",
    "network.localhost.port_not_shared refused-otherwise",
    "network.localhost.port_not_shared not-freed",
    "network.services.pod_name_elsewhere elsewhere",
    "network.sysctls.not_in_force unseen",
    "volumes.coherence.fifo_not_shared altered",
    "volumes.coherence.lock_not_shared refused-otherwise",
    "volumes.coherence.lock_not_shared not-freed",
    "volumes.coherence.mapping_not_shared altered",
    "volumes.coherence.not_kept_open lost",
    "volumes.coherence.not_one_inode not-found",
    "volumes.coherence.socket_not_shared not-bound",
    "volumes.coherence.socket_not_shared altered",
    "volumes.coherence.torn_by_rename missing",
    "volumes.coherence.torn_by_rename backwards",
    "volumes.config.environment_updated unset",
    "volumes.config.not_from_file unwritten",
    "volumes.config.not_from_file unread",
    "volumes.config.not_from_file unset",
    "volumes.config.not_the_same unread",
    "volumes.config.not_updated unread",
    "volumes.config.not_updated altered",
    "volumes.config.set_without_key unread",
    "volumes.config.torn went-back",
    "volumes.config.writable other-errno",
    "volumes.empty_dir.lost_in_crash not-restarted",
    "volumes.empty_dir.not_empty_at_start unlisted",
    "volumes.empty_dir.not_shared not-written",
    "volumes.empty_dir.not_shared altered",
    "volumes.empty_dir.not_written_back not-written",
    "volumes.empty_dir.not_written_back not-read",
    "volumes.image.not_of_the_image altered",
    "volumes.limits.not_counted neighbour-ended",
    "volumes.limits.not_evicted outlived",
    "volumes.limits.not_refused other-errno",
    "volumes.limits.not_refused not-freed",
    "volumes.limits.not_tmpfs unseen",
    "volumes.limits.other_size unseen",
    "volumes.mounts.expanded_alike not-written",
    "volumes.mounts.group_not_inherited unseen",
    "volumes.mounts.not_open_to_all unlisted",
    "volumes.mounts.not_open_to_all not-read",
    "volumes.mounts.shut_to_the_group unseen",
    "volumes.mounts.sub_path_not_honoured not-written",
    "volumes.mounts.written_though_read_only not-written",
    "volumes.mounts.written_though_read_only not-read",
    "volumes.persistent.not_persistent altered",
    "volumes.propagation.not_recursively_read_only untold",
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
    assert {f"{row.behaviour}.{row.judge}" for row in found} == set(JUDGES)
    assert {f"{row.behaviour}.{row.judge} {row.rule}" for row in found if not row.fired and not row.reason} == EMPTY
    assert [row for row in found if row.fired and row.reason] == []


def test_what_a_control_or_a_fault_must_break_are_rules_of_the_judge_that_is_asked(
    suite_items: list[pytest.Item],
) -> None:
    table = requirements.load()
    for item in suite_items:
        mark = item.get_closest_marker("requirement")
        known = {rule for judge in judges_of(item) for rule in rules_of(judge)}
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
