"""What an upgrade changed: planted differences are found, each as the change that it is, and nothing else."""

from __future__ import annotations

import copy
import itertools
from typing import Any, get_args

import pytest

from records.outcome import WHY, WORST_FIRST, CaseResult, Cause, Outcome
from reports.diff.compare import Change, Comparison, Said, by_choice, compare, lost
from reports.models.conformance import Report
from reports.run.conformance import build
from tests.helpers.results import said

WRONG = {Change.VIOLATED, Change.AS_MUST, Change.OTHERWISE, Change.TROUBLE, Change.LOST}
SLOW, DESELECTED, UNHEARD, VANISHED = (WHY[each] for each in ("slow", "deselected", "ended-early", "vanished"))
NODE = {"kubelet": "v1.36.4", "runtime": "containerd://2.3.1", "kernel": "6.12.1", "cpus": 2.0, "schedulable": True}
CLUSTER = {
    "provider": "local",
    "name": "podproof-local",
    "runtimeClass": None,
    "images": {},
    "everyPod": {},
    "kubernetes": "v1.36.4",
    "nodes": {"one": NODE},
    "features": {"EnvFiles": {"has": False, "why": "the field is dropped", "owed": False}},
}
FACTS = {
    "suite": "0.1.0",
    "started": "2026-11-21T18:00:00+00:00",
    "wallSeconds": 105.0,
    "cluster": CLUSTER,
    "inFlight": 12,
    "options": {},
}
BARE = {"A-MUST": "MUST"}
LEVELS = {"A-MUST": "MUST", "B-EXPECTED": "EXPECTED", "C-INFO": "INFO"}
BASIS = [
    said("A-MUST", "holds", "one"),
    said("A-MUST", "holds", "two"),
    said("A-MUST", "violated", "bad", rule="lost"),
    said("A-MUST", "not applicable", "ipv6", reason="the cluster gives its Pods no IPv6 address: 10.0.0.4"),
    said("A-MUST", "not run", "long", cause="slow"),
    said("B-EXPECTED", "holds", level="EXPECTED"),
    said("C-INFO", "recorded", level="INFO", told=["one +0 ms, two +460 ms", "sum 2a6dc59a543f"]),
]


def report(results: list[CaseResult], levels: dict[str, str] | None = None, **facts: Any) -> dict[str, Any]:
    return build(levels or LEVELS, results, copy.deepcopy(FACTS) | facts)


def compared(before: dict[str, Any], after: dict[str, Any]) -> Comparison:
    """Return the comparison of two reports, given as their files have them."""
    return compare(Report.of(before), Report.of(after))


def but(case: str, outcome: Outcome, requirement: str = "A-MUST", **words: Any) -> list[CaseResult]:
    """Return the basis with another outcome of one case."""
    return [
        said(requirement, outcome, case, level=each["level"], **words)
        if (each["requirement"], each["case"]) == (requirement, case)
        else each
        for each in BASIS
    ]


def changes(comparison: Comparison) -> list[tuple[Change, str, str]]:
    """Return the differences, without the case that is violated in all of these reports."""
    return [
        (each.change, each.requirement, each.case)
        for each in comparison.differences
        if (each.change, each.case) != (Change.STILL, "bad")
    ]


PLANTED: list[tuple[Change, list[CaseResult], str, tuple[str, ...]]] = [
    (Change.VIOLATED, but("one", "violated", rule="leaked"), "one", ("leaked: leaked broke",)),
    (Change.VIOLATED, but("ipv6", "violated", rule="leaked"), "ipv6", ("leaked: leaked broke",)),
    (Change.VIOLATED, but("long", "violated", rule="leaked"), "long", ("leaked: leaked broke",)),
    (Change.VIOLATED, [*BASIS, said("A-MUST", "violated", "new", rule="x")], "new", ("x: x broke",)),
    (
        Change.OTHERWISE,
        but("bad", "violated", rule="leaked"),
        "bad",
        ("not violated before: leaked", "not violated any more: lost", "leaked: leaked broke"),
    ),
    (Change.TROUBLE, but("one", "trouble", reason="awaited a node"), "one", ("awaited a node",)),
    (Change.TROUBLE, but("ipv6", "trouble", reason="awaited a node"), "ipv6", ("awaited a node",)),
    (Change.LOST, but("one", "not run", cause="ended-early"), "one", (UNHEARD,)),
    (Change.LOST, but("bad", "not run", cause="ended-early"), "bad", (UNHEARD,)),
    (Change.LOST, but("long", "not run", cause="ended-early"), "long", (f"before: {SLOW}", UNHEARD)),
    (Change.LOST, [*BASIS, said("A-MUST", "not run", "new", cause="ended-early")], "new", (UNHEARD,)),
    (Change.LOST, [each for each in BASIS if each["case"] != "two"], "two", (VANISHED,)),
    (Change.LEFT_OUT, but("one", "not run", cause="deselected"), "one", (DESELECTED,)),
    (
        Change.LEFT_OUT,
        but("one", "not run", cause="pod-security", reason="--pod-security restricted"),
        "one",
        ("--pod-security restricted",),
    ),
    (Change.LEFT_OUT, but("bad", "not run", cause="deselected"), "bad", (DESELECTED,)),
    (Change.GONE, but("one", "not applicable", reason="no IPv4"), "one", ("no IPv4",)),
    (Change.GONE, but("bad", "not applicable", reason="no IPv4"), "bad", ("no IPv4",)),
    (Change.HELD, but("bad", "holds"), "bad", ("before: lost: lost broke",)),
    (
        Change.APPLICABLE,
        but("ipv6", "holds"),
        "ipv6",
        ("before: the cluster gives its Pods no IPv6 address: 10.0.0.4",),
    ),
    (Change.FIRST_RUN, but("long", "holds"), "long", (f"before: {SLOW}",)),
    (Change.ONLY_AFTER, [*BASIS, said("A-MUST", "holds", "new")], "new", ()),
    (Change.ONLY_AFTER, [*BASIS, said("A-MUST", "not run", "new", cause="deselected")], "new", (DESELECTED,)),
    (
        Change.OTHER_WORDS,
        but("ipv6", "not applicable", reason="no network"),
        "ipv6",
        ("before: the cluster gives its Pods no IPv6 address: 10.0.0.4", "no network"),
    ),
]


@pytest.mark.parametrize(
    ("change", "later", "case", "why"),
    PLANTED,
    ids=[f"{number}-{change.name}" for number, (change, *_) in enumerate(PLANTED)],
)
def test_a_planted_difference_is_found_and_nothing_else(
    change: Change, later: list[CaseResult], case: str, why: tuple[str, ...]
) -> None:
    found = compared(report(BASIS), report(later))
    assert changes(found) == [(change, "A-MUST", case)]
    assert next(each for each in found.differences if each.change is change).why == why
    assert found.wrong is (change in WRONG)
    assert (found.facts, found.slower) == ((), ())


def test_many_at_once_are_found_the_worst_kind_first() -> None:
    planted = [
        said("A-MUST", "violated", "one", rule="leaked"),
        said("A-MUST", "not applicable", "two", reason="no more"),
        said("A-MUST", "holds", "bad"),
        said("A-MUST", "trouble", "ipv6", reason="awaited"),
    ]
    cases = {each["case"] for each in planted}
    found = compared(report(BASIS), report([*planted, *(each for each in BASIS if each["case"] not in cases)]))
    assert changes(found) == [
        (Change.VIOLATED, "A-MUST", "one"),
        (Change.TROUBLE, "A-MUST", "ipv6"),
        (Change.GONE, "A-MUST", "two"),
        (Change.HELD, "A-MUST", "bad"),
    ]
    assert dict(found.counts) == {Change.VIOLATED: 1, Change.TROUBLE: 1, Change.GONE: 1, Change.HELD: 1}


def test_the_same_report_twice_is_no_change_and_what_is_violated_is_told() -> None:
    found = compared(report(BASIS), report(BASIS))
    assert [(each.change, each.case) for each in found.differences] == [(Change.STILL, "bad")]
    assert (found.wrong, found.facts, found.slower, found.untimed, found.in_both) == (False, (), (), "", 6)


STATES: list[tuple[Outcome, Cause | None]] = [
    *((outcome, None) for outcome in WORST_FIRST if outcome != "not run"),
    ("not run", "slow"),
    ("not run", "no-hand"),
    ("not run", "deselected"),
    ("not run", "ended-early"),
]


LEFT_OUT = {("not run", "slow"), ("not run", "no-hand")}


def only(state: tuple[Outcome, Cause | None] | None, level: str, suite: str) -> dict[str, Any]:
    """Return a report of one case that holds, and of one in the given state, unless that is None."""
    cases = [said("A-MUST", "holds", "other")]
    if state:
        outcome, cause = state
        cases.append(said("A-MUST", outcome, level=level, rule="x" if outcome == "violated" else "", cause=cause))
    return report(cases, BARE, suite=suite)


@pytest.mark.parametrize(("before", "after"), list(itertools.product([*STATES, None], repeat=2)))
def test_every_pair_of_outcomes_is_of_one_kind_or_the_same(
    before: tuple[Outcome, Cause | None] | None, after: tuple[Outcome, Cause | None] | None
) -> None:
    levels, suites = ("MUST", "EXPECTED"), ("0.1.0", "0.2.0")
    for was_level, level, suite in itertools.product(levels, levels, suites):
        comparison = compared(only(before, was_level, "0.1.0"), only(after, level, suite))
        assert len(comparison.differences) <= 1
        was, now = before[0] if before else "", after[0] if after else ""
        lost = after == ("not run", "ended-early") or (before is not None and after is None and suite == "0.1.0")
        newly_violated = now == "violated" and (was != now or (was_level, level) == ("EXPECTED", "MUST"))
        newly_in_trouble = now == "trouble" and was != now and (was, was_level) != ("violated", "MUST")
        newly_lost = lost and before != ("not run", "ended-early")
        assert comparison.wrong is (newly_violated or newly_in_trouble or newly_lost)
        if comparison.before.conformant and comparison.after.conformant is False:
            assert comparison.wrong
        same = before == after and was_level == level and was in {"holds", "recorded", "not applicable"}
        nobody_looked = was == now == "not run" and not lost and not {before, after}.isdisjoint(LEFT_OUT)
        neither_has_it = before is None and after is None
        assert (not comparison.differences) is (same or nobody_looked or neither_has_it)


def test_a_violation_that_becomes_one_of_a_must_is_newly_wrong() -> None:
    expected, must = (
        report([said("A", "violated", level=level, rule="lost")], {"A": level}) for level in ("EXPECTED", "MUST")
    )
    (worse,), (better,) = compared(expected, must).differences, compared(must, expected).differences
    assert (compared(expected, must).before.conformant, compared(expected, must).after.conformant) == (True, False)
    assert (worse.change, worse.level, worse.why) == (Change.AS_MUST, "MUST", ("EXPECTED before", "lost: lost broke"))
    assert (better.change, better.level, better.why) == (Change.STILL, "EXPECTED", ("MUST before", "lost: lost broke"))


def test_trouble_is_no_better_than_a_violation_of_a_must() -> None:
    violated, trouble = but("one", "violated", rule="lost"), but("one", "trouble", reason="awaited")
    assert changes(compared(report(trouble), report(violated))) == [(Change.VIOLATED, "A-MUST", "one")]
    assert changes(compared(report(violated), report(trouble))) == [(Change.STILL, "A-MUST", "one")]


def test_trouble_of_what_was_violated_and_no_must_is_newly_wrong() -> None:
    first = report([said("B", "violated", level="EXPECTED", rule="lost")], {"B": "EXPECTED"})
    second = report([said("B", "trouble", level="EXPECTED", reason="awaited")], {"B": "EXPECTED"})
    assert (first["conformant"], second["conformant"]) == (True, None)
    assert changes(compared(first, second)) == [(Change.TROUBLE, "B", "case")]


def without(cause: Cause, *names: str) -> list[CaseResult]:
    """Return the basis, with these cases not run; without names, all but the violated one."""
    names = names or tuple(each["case"] for each in BASIS if each["case"] != "bad")
    return [not_run(each, cause) if each["case"] in names else each for each in BASIS]


def not_run(case: CaseResult, cause: Cause) -> CaseResult:
    """Return the case as not run, for this cause."""
    return said(case["requirement"], "not run", case["case"], level=case["level"], cause=cause)


def test_what_was_left_out_and_then_lost_is_newly_wrong() -> None:
    found = compared(report(without("deselected", "one", "two")), report(without("ended-early", "one", "two")))
    assert changes(found) == [(Change.LOST, "A-MUST", "one"), (Change.LOST, "A-MUST", "two")]
    assert found.differences[0].why == (f"before: {DESELECTED}", UNHEARD)


@pytest.mark.parametrize(
    ("first", "second"), [("ended-early", "ended-early"), ("deselected", "deselected"), ("ended-early", "deselected")]
)
def test_of_what_neither_ran_nothing_is_claimed_and_that_is_told(first: Cause, second: Cause) -> None:
    found = compared(report(without(first)), report(without(second)))
    assert {change for change, _, _ in changes(found)} == {Change.NEITHER}
    assert len(changes(found)) == 6
    assert (found.wrong, found.in_both) == (False, 1)


def test_conformance_that_rests_on_nothing_any_more_is_newly_wrong() -> None:
    def of(*outcomes: Outcome, expected: Outcome = "holds") -> dict[str, Any]:
        musts = [said("A-MUST", outcome, str(number)) for number, outcome in enumerate(outcomes)]
        return report(
            [*musts, said("B-EXPECTED", expected, level="EXPECTED")], {"A-MUST": "MUST", "B-EXPECTED": "EXPECTED"}
        )

    some, none = of("holds", "holds", "not applicable"), of("not applicable", "not applicable", "not applicable")
    assert (none["conformant"], compared(some, none).hollow, compared(some, none).wrong) == (True, True, True)
    for before, after in [
        (some, some),
        (none, none),
        (none, some),
        (some, of("holds", "not applicable", "not applicable")),
    ]:
        assert (compared(before, after).hollow, compared(before, after).wrong) == (False, False)
    unclaimed = of("not applicable", "not applicable", "not run")
    assert (unclaimed["conformant"], compared(some, unclaimed).hollow) == (None, False)


def test_a_violation_by_fewer_rules_is_still_one_and_says_which_is_broken_no_more() -> None:
    first, second = but("one", "violated", rule="lost"), but("one", "violated", rule="lost")
    first[0]["violations"] = [*first[0]["violations"], {"rule": "leaked", "text": "it leaked"}]
    (still,) = [each for each in compared(report(first), report(second)).differences if each.case == "one"]
    assert (still.change, still.why) == (Change.STILL, ("not violated any more: leaked", "lost: lost broke"))


def test_what_is_told_is_compared_by_its_words_not_by_its_figures() -> None:
    def changes_with(line: str) -> list[tuple[Change, str, str]]:
        later = but("case", "recorded", "C-INFO", told=["sum f0", line])
        return changes(compared(report(BASIS), report(later)))

    assert changes_with("one +0 ms, two +1290 ms") == []
    assert changes_with("two +0 ms, one +460 ms") == [(Change.OTHER_WORDS, "C-INFO", "case")]


def test_a_case_of_another_level_says_which_it_was() -> None:
    later = [each | {"level": "EXPECTED"} if each["case"] == "one" else each for each in BASIS]
    (found,) = [each for each in compared(report(BASIS), report(later)).differences if each.case == "one"]
    assert (found.change, found.level, found.why) == (Change.OTHER_LEVEL, "EXPECTED", ("MUST before",))


def test_of_a_run_of_a_part_nothing_is_claimed_but_what_it_ran() -> None:
    part = [each if each["requirement"] == "B-EXPECTED" else not_run(each, "deselected") for each in BASIS]
    found = compared(report(BASIS), report(part))
    assert {each.change for each in found.differences} == {Change.LEFT_OUT}
    assert (found.wrong, found.in_both, found.untimed) == (False, 1, "the two did not run the same cases")
    back = compared(report(part), report(BASIS))
    assert {each.change for each in back.differences} == {Change.VIOLATED, Change.FIRST_RUN}


def test_a_requirement_of_which_nothing_was_heard_was_left_out() -> None:
    musts = [each for each in BASIS if each["requirement"] == "A-MUST"]
    heard = compared(report(BASIS), report(musts))
    assert changes(heard) == [(Change.LEFT_OUT, "B-EXPECTED", "case"), (Change.LEFT_OUT, "C-INFO", "case")]
    assert changes(compared(report(musts), report(musts))) == [
        (Change.NEITHER, "B-EXPECTED", ""),
        (Change.NEITHER, "C-INFO", ""),
    ]
    older = compared(report(BASIS), report(musts, BARE, suite="0.0.9"))
    assert changes(older) == [(Change.ONLY_BEFORE, "B-EXPECTED", "case"), (Change.ONLY_BEFORE, "C-INFO", "case")]
    newer = compared(report(musts, BARE, suite="0.0.9"), report(musts))
    assert changes(newer) == [(Change.ONLY_AFTER, "B-EXPECTED", ""), (Change.ONLY_AFTER, "C-INFO", "")]


def test_what_one_suite_has_and_a_whole_run_of_the_same_has_not_is_lost() -> None:
    rest = [each for each in BASIS if each["case"] != "two"]
    musts = [each for each in rest if each["requirement"] == "A-MUST"]
    assert changes(compared(report(BASIS), report(rest))) == [(Change.LOST, "A-MUST", "two")]
    assert changes(compared(report(BASIS), report(rest, suite="0.2.0"))) == [(Change.ONLY_BEFORE, "A-MUST", "two")]
    unknown = {name: value for name, value in report(rest).items() if name != "suite"}
    assert changes(compared(report(BASIS), unknown)) == [(Change.ONLY_BEFORE, "A-MUST", "two")]
    # Of a path, or a test: of the other requirements nothing was heard.
    assert {change for change, _, _ in changes(compared(report(BASIS), report(musts)))} == {Change.LEFT_OUT}
    gone = compared(report(BASIS), report([each for each in BASIS if each["level"] == "MUST"], BARE))
    assert [(each.change, each.requirement, each.level) for each in gone.differences[:2]] == [
        (Change.LOST, "B-EXPECTED", "EXPECTED"),
        (Change.LOST, "C-INFO", "INFO"),
    ]


@pytest.mark.parametrize("cause", [*get_args(Cause), None])
def test_what_the_user_left_out_is_told_from_what_was_lost(cause: Cause | None) -> None:
    wanted = cause in {"slow", "no-hand", "deselected", "not-collected", "pod-security"}
    not_run, holds = Said("MUST", "not run", cause=cause), Said("MUST", "holds")
    assert by_choice(not_run) is wanted
    assert lost(not_run) is not wanted
    assert not by_choice(holds)
    assert not lost(holds)


def test_what_changed_of_the_cluster_is_told_fact_by_fact() -> None:
    second = NODE | {"kubelet": "v1.37.2"}
    cluster = CLUSTER | {
        "kubernetes": "v1.37.2",
        "nodes": {"other": NODE | {"schedulable": False}, "second": second},
        "features": {"EnvFiles": {"has": True, "why": ""}, "Newer": {"has": True, "why": ""}},
        "images": {"docker.io/library/python:3-slim": "mirror/python:3.14"},
        "runtimeClass": "gvisor",
        "everyPod": {"priority_class": "low"},
    }
    found = compared(report(BASIS), report(BASIS, cluster=cluster, suite="0.2.0", options={"-k": "ipc"}))
    assert [(fact.name, fact.before, fact.after) for fact in found.facts] == [
        ("Kubernetes", "v1.36.4", "v1.37.2"),
        ("nodes", "1, 1 for Pods", "2, 1 for Pods"),
        ("kubelet", "v1.36.4", "v1.36.4 on 1, v1.37.2 on 1"),
        ("RuntimeClass", "none", "gvisor"),
        ("feature EnvFiles", "the field is dropped", "is there"),
        ("images", "those of the manifests", "docker.io/library/python:3-slim is mirror/python:3.14"),
        ("every Pod", "as in the manifests", "priority_class low"),
        ("suite", "0.1.0", "0.2.0"),
        ("options", "none", "-k ipc"),
    ]
    assert not found.wrong


def test_a_report_that_tells_less_of_its_cluster_is_compared_in_what_it_tells() -> None:
    bare = report(BASIS)
    for name in ("cluster", "options", "wallSeconds", "started", "format"):
        del bare[name]
    found = compared(bare, report(BASIS))
    assert (found.facts, found.slower, found.swapped, found.before.seconds) == ((), (), False, None)
    assert not compared(report(BASIS), bare).swapped


def test_two_runs_in_the_wrong_order_are_noticed() -> None:
    later = report(BASIS, started="2026-11-22T18:00:00+00:00")
    assert compared(later, report(BASIS)).swapped
    assert not compared(report(BASIS), later).swapped


@pytest.mark.parametrize(
    ("before", "after", "slower"),
    [(5, 95, True), (5, 94.9, False), (50, 149.9, False), (50, 150, True), (100, 250, False), (0, 120, False)],
)
def test_a_case_is_slower_only_where_it_is_thrice_as_long_and_by_ninety_seconds(
    before: float, after: float, slower: bool
) -> None:
    def taking(seconds: float) -> dict[str, Any]:
        return report([said("A-MUST", "holds", "quick"), said("A-MUST", "holds") | {"seconds": seconds}], BARE)

    found = compared(taking(before), taking(after))
    assert [(each.case, each.before, each.after) for each in found.slower] == [("case", before, after)] * slower
    assert (found.differences, found.wrong) == ((), False)


@pytest.mark.parametrize(("seconds", "slower"), [(209.9, False), (210, True)])
def test_a_run_is_slower_where_it_takes_twice_as_long(seconds: float, slower: bool) -> None:
    found = compared(report(BASIS), report(BASIS, wallSeconds=seconds))
    assert [(each.requirement, each.after) for each in found.slower] == [("", seconds)] * slower


def test_how_long_it_took_to_be_violated_is_no_matter() -> None:
    later = [each | {"seconds": 60.0} if each["case"] == "bad" else each for each in BASIS]
    assert compared(report(BASIS), report(later)).slower == ()


def test_what_is_a_must_comes_first() -> None:
    names = ("one", "two", "three")
    results = [said("A", "violated", name, level="MUST" if name == "two" else "EXPECTED", rule="x") for name in names]
    found = compared(report([], {"A": "MUST"}), report(results, {"A": "MUST"}))
    assert [each.case for each in found.differences] == ["two", "one", "three"]


def test_cases_that_only_one_of_two_suites_has_are_in_none_of_both() -> None:
    one, other = [said("A", "holds")], [said("B", "holds")]
    assert compared(report(one, {"A": "MUST"}), report(other, {"B": "MUST"})).in_both == 0


def test_times_of_runs_that_waited_otherwise_are_not_compared() -> None:
    slow = report(BASIS, wallSeconds=1000.0, inFlight=4)
    found = compared(report(BASIS), slow)
    assert (found.slower, found.untimed) == ((), "scenarios in flight: 12 before, 4 after")
