"""The differences between two runs: two conformance reports in, data out.

A case is newly wrong where it was not wrong before, or where the second run no longer shows that it is not. These cases
are newly wrong, too:

- A case that is violated as before, but is a MUST now.
- A case in trouble that was violated before and no MUST. The violation took no claim away; trouble does.
- A case that was lost (not run though nobody left it out), even if it was left out of the first run or is new. A case
  that both runs lost is not newly wrong: it is listed, and nothing is claimed of it.
- A case that only the first report has, where both runs are of one version of the suite. One version always has the
  same cases, but for those that its arguments to pytest did not select. A case that another version lacks is listed,
  and is not wrong.

A case that is no longer applicable is listed with its reason, and is not wrong by itself: a cluster may lack a feature.
But a run that claims conformance while no MUST holds any more is newly wrong: its claim rests on nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from records.outcome import BY_CHOICE, LEFT_OUT, WHY, WRONG_OUTCOMES
from records.wording import without_figures
from reports.diff.facts import changed, run_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from records.outcome import Cause
    from reports.diff.facts import Fact, RunFacts
    from reports.models.conformance import Case, Report, Violation

Key = tuple[str, str]  # requirement, case

TIMES_LONGER, SECONDS_LONGER = 3.0, 90.0
"""A case is slower where it took at least this many times as long, and this many seconds longer.

A case's seconds run from the start of its scenario to the end of its record, with other scenarios in flight, so they
are noisy. Of 185 cases that held in two runs on two cores beside a compiler, the largest differences were 3.8 times
(24 s) and 2.5 times (30 s). A Pod may also wait up to 90 s for the kubelet's next sync (syncFrequency 1m, half as much
jitter): one case took 6.7 s and 94.4 s."""

RUN_TIMES_LONGER, RUN_SECONDS_LONGER = 2.0, 30.0
"""The same limits for a whole run. The suite takes 105 s to 120 s on two idle cores; 155 s beside a compiler."""

NOT_THERE = "not there"
RAN = frozenset({"violated", "trouble", "holds", "recorded"})


class Change(Enum):
    """What became of a case, in words; the worst first. Every pair of outcomes gives one change or none."""

    VIOLATED = "newly violated"
    AS_MUST = "still violated and now a MUST"
    OTHERWISE = "violated by a new rule"
    TROUBLE = "newly in trouble"
    LOST = "not run though nobody left it out"
    GONE = "no longer applicable"
    HELD = "newly held"
    APPLICABLE = "newly applicable"
    OTHER_LEVEL = "of another level"
    OTHER_WORDS = "told otherwise"
    STILL = "still violated or in trouble"
    ONLY_BEFORE = "only in the first report"
    ONLY_AFTER = "only in the second report"
    LEFT_OUT = "left out of the second run"
    FIRST_RUN = "not run before"
    NEITHER = "run by neither"


WRONG = frozenset({Change.VIOLATED, Change.AS_MUST, Change.OTHERWISE, Change.TROUBLE, Change.LOST})
"""The changes that make a comparison wrong."""

UNPROVEN = frozenset({Change.TROUBLE, Change.LOST})
"""Those of them by which nothing is broken for sure: another run may show that all holds."""

PARTS = frozenset({Change.LEFT_OUT, Change.FIRST_RUN, Change.NEITHER})
"""The case was not run in one of the runs, or in both: nothing is claimed of it."""

NO_CHANGE = frozenset({Change.OTHER_WORDS, Change.STILL, *PARTS})
"""Listed, but no change of what is promised: the outcome is the same, or a run did not run the case. An observation
that is only recorded may come from a race, and have other words in every run."""


@dataclass(frozen=True)
class Difference:
    """One case that differs between the two reports, or is as wrong in the second as in the first.

    Attributes:
        change: what became of the case.
        requirement: the id of its requirement.
        case: its name; empty for a requirement without cases in either report.
        level: its level in the second report; in the first, where only that has the case.
        before: its outcome in the first report, or ``not there``.
        after: its outcome in the second report, or ``not there``.
        why: lines of text: the violations as ``rule: text``, the reason, the observations.
    """

    change: Change
    requirement: str
    case: str
    level: str
    before: str
    after: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Said:
    """What one report says of a case.

    Attributes:
        level: the case's; the requirement's where the report lacks the case; empty where it has neither.
        outcome: of the case, or ``not there``.
        listed: whether the report has the case.
        cause: why it was not run.
        reason: the same in words, or why it is in trouble or not applicable.
        violations: the broken rules.
        told: the lines of an observation.
        seconds: how long it took.
    """

    level: str
    outcome: str
    listed: bool = False
    cause: Cause | None = None
    reason: str = ""
    violations: tuple[Violation, ...] = ()
    told: tuple[str, ...] = ()
    seconds: float = 0.0


NO_CASE = Said("", NOT_THERE)


@dataclass(frozen=True)
class Slower:
    """The times of a case that took longer, in seconds; of the whole run where the requirement is empty."""

    requirement: str
    case: str
    before: float
    after: float


@dataclass(frozen=True)
class Comparison:
    """All that changed from the first run to the second.

    Attributes:
        before: the first run.
        after: the second run.
        differences: sorted by change (the worst first), then MUST before other levels, then by requirement and case.
        facts: changes of the cluster, the suite and its options.
        slower: the whole run, then cases.
        untimed: why times are not compared; empty where they are.
        in_both: the number of cases that both runs ran, with any outcome.
        hollow: whether the second run claims conformance although no MUST holds any more.
    """

    before: RunFacts
    after: RunFacts
    differences: tuple[Difference, ...]
    facts: tuple[Fact, ...]
    slower: tuple[Slower, ...]
    untimed: str
    in_both: int
    hollow: bool

    @property
    def counts(self) -> Counter[Change]:
        """Return the number of differences for each change."""
        return Counter(each.change for each in self.differences)

    @property
    def by_change(self) -> dict[Change, list[Difference]]:
        """Return the differences by change, the worst first, without changes that have none."""
        return {
            change: [each for each in self.differences if each.change is change]
            for change in Change
            if self.counts[change]
        }

    @property
    def runs(self) -> dict[str, RunFacts]:
        """Return both runs, as ``before`` and ``after``."""
        return {"before": self.before, "after": self.after}

    @property
    def wrong(self) -> bool:
        """Return whether something is newly wrong."""
        return self.hollow or not WRONG.isdisjoint(self.counts)

    @property
    def broken(self) -> bool:
        """Return whether something is newly wrong by more than trouble or loss."""
        return self.hollow or not (WRONG - UNPROVEN).isdisjoint(self.counts)

    @property
    def swapped(self) -> bool:
        """Return whether the second run started before the first."""
        return bool(self.after.started) and self.after.started < self.before.started


def compare(before: Report, after: Report) -> Comparison:
    """Return the differences between two reports, both as ``reports.run.read.conformance`` returns them."""
    absent = _absent(before, after)
    keys = sorted(_keys(before, after))
    pairs = {key: (_said(key, before, NO_CASE), _said(key, after, absent)) for key in keys}
    found = [_difference(change, key, *pair) for key, pair in pairs.items() if (change := change_of(*pair)) is not None]
    ranks = list(Change)
    untimed = _untimed(before, after, pairs)
    return Comparison(
        before=run_facts(before),
        after=run_facts(after),
        differences=tuple(sorted(found, key=lambda each: (ranks.index(each.change), each.level != "MUST"))),
        facts=tuple(changed(before, after)),
        slower=() if untimed else tuple(_slower(before, after, pairs)),
        untimed=untimed,
        in_both=sum(all(each.outcome not in {"not run", NOT_THERE} for each in pair) for pair in pairs.values()),
        hollow=hollow(after) and _musts_that_hold(before),
    )


def change_of(before: Said, after: Said) -> Change | None:  # noqa: PLR0911 # one return for each kind of pair
    """Return what became of a case; None where both reports say the same."""
    was, now = before.outcome, after.outcome
    if now == "violated":
        return _violated(before, after)
    if now == "trouble":
        claimed = was != "trouble" and (was, before.level) != ("violated", "MUST")
        return Change.TROUBLE if claimed else Change.STILL
    if lost(after):
        return Change.NEITHER if lost(before) else Change.LOST
    if NOT_THERE in {was, now}:
        return Change.ONLY_BEFORE if now == NOT_THERE else Change.ONLY_AFTER
    if "not run" in {was, now}:
        return _left_out(before, after)
    if was in WRONG_OUTCOMES and now in RAN:
        return Change.HELD
    if (was == "not applicable") != (now == "not applicable"):
        return Change.GONE if now == "not applicable" else Change.APPLICABLE
    if (was, before.level) != (now, after.level):
        return Change.OTHER_LEVEL
    return Change.OTHER_WORDS if set(_words(before)) != set(_words(after)) else None


def _violated(before: Said, after: Said) -> Change:
    """Return what became of a case that is violated in the second report."""
    if before.outcome != "violated":
        return Change.VIOLATED
    if after.level == "MUST" != before.level:
        return Change.AS_MUST
    return Change.OTHERWISE if _rules(after) - _rules(before) else Change.STILL


def _left_out(before: Said, after: Said) -> Change | None:
    """Return what became of a case that at least one run did not run; None for one that both left out."""
    if before.outcome != after.outcome:
        return Change.FIRST_RUN if before.outcome == "not run" else Change.LEFT_OUT
    return None if LEFT_OUT & {before.cause, after.cause} else Change.NEITHER


def by_choice(case: Case | Said) -> bool:
    """Return whether a case was not run by the user's choice: an option, a selection, a path."""
    return case.outcome == "not run" and case.cause in BY_CHOICE


def lost(case: Case | Said) -> bool:
    """Return whether a case was not run though nobody left it out."""
    return case.outcome == "not run" and not by_choice(case)


def hollow(report: Report) -> bool:
    """Return whether a report claims conformance although no MUST holds in it (none applies)."""
    return bool(report.conformant) and not _musts_that_hold(report)


def _musts_that_hold(report: Report) -> bool:
    """Return whether any MUST holds: a claim of conformance rests on that."""
    return any(
        case.outcome == "holds" and (case.level or requirement.level) == "MUST"
        for requirement in report.requirements.values()
        for case in requirement.cases
    )


def _keys(before: Report, after: Report) -> set[Key]:
    """Return the keys of all cases of both reports; (requirement, "") where neither report has cases of it."""
    keys = set()
    for report, other in ((before, after), (after, before)):
        for name, requirement in report.requirements.items():
            keys |= {(name, case.name) for case in requirement.cases}
            if not requirement.cases and not other.requirements.get(name, requirement).cases:
                keys.add((name, ""))
    return keys


def _absent(before: Report, after: Report) -> Said:
    """Return what the second report says of a case that it lacks.

    A whole run has cases of every requirement. A run that has not was given a path or a test, so single cases may be
    missing as well, and none of them counts as lost.
    """
    if before.suite is None or before.suite != after.suite:
        return NO_CASE
    part = not all(requirement.cases for requirement in after.requirements.values())
    return _not_run("not-collected" if part else "vanished")


def _not_run(cause: Cause) -> Said:
    return Said("", "not run", cause=cause, reason=WHY[cause])


def _said(key: Key, report: Report, absent: Said) -> Said:
    """Return what a report says of a case; where it lacks the case, ``absent`` at its requirement's level."""
    name, wanted = key
    requirement = report.requirements.get(name)
    if requirement is None:
        return absent
    for case in requirement.cases:
        if case.name == wanted:
            return Said(
                level=requirement.level if case.level is None else case.level,
                outcome=case.outcome,
                listed=True,
                cause=case.cause,
                reason=case.reason,
                violations=tuple(case.violations),
                told=tuple(case.told),
                seconds=case.seconds,
            )
    return replace(absent if requirement.cases else _not_run("not-collected"), level=requirement.level)


def _difference(change: Change, key: Key, before: Said, after: Said) -> Difference:
    return Difference(
        change=change,
        requirement=key[0],
        case=key[1],
        level=(after if after.listed else before).level or after.level,
        before=before.outcome,
        after=after.outcome,
        why=tuple(_why(change, before, after)),
    )


def _why(change: Change, before: Said, after: Said) -> list[str]:
    """Return the lines that explain a change: those of the second report, or of the first for what is over."""
    match change:
        case Change.HELD | Change.APPLICABLE | Change.FIRST_RUN:
            return [f"before: {line}" for line in _lines(before)]
        case Change.OTHER_WORDS:
            first, second = set(_words(before)), set(_words(after))
            return [
                *(f"before: {line}" for line in _lines(before) if without_figures(line) not in second),
                *(line for line in _lines(after) if without_figures(line) not in first),
            ]
        case Change.OTHER_LEVEL:
            return _other_level(before, after)
        case Change.LOST | Change.NEITHER if before.outcome == "not run" and _lines(before) != _lines(after):
            return [*(f"before: {line}" for line in _lines(before)), *_lines(after)]
        case Change.AS_MUST | Change.OTHERWISE | Change.STILL if before.outcome == after.outcome == "violated":
            new, gone = _rules(after) - _rules(before), _rules(before) - _rules(after)
            return [
                *_other_level(before, after),
                *([f"not violated before: {', '.join(sorted(new))}"] if new else []),
                *([f"not violated any more: {', '.join(sorted(gone))}"] if gone else []),
                *_lines(after),
            ]
        case _:
            return _lines(after)


def _other_level(before: Said, after: Said) -> list[str]:
    return [f"{before.level} before"] if before.level != after.level else []


def _lines(case: Said) -> list[str]:
    """Return all that a report says of a case: violations, reason, observations."""
    broken = case.violations if case.outcome == "violated" else ()  # the reason of trouble has them
    violations = [f"{each.rule}: {each.text}" for each in broken]
    reason = [case.reason] if case.reason else []
    return [*violations, *reason, *case.told]


def _rules(case: Said) -> set[str]:
    return {violation.rule for violation in case.violations}


def _words(case: Said) -> list[str]:
    return [without_figures(line) for line in _lines(case)]


def _untimed(before: Report, after: Report, pairs: Mapping[Key, tuple[Said, Said]]) -> str:
    """Return why times are not compared; empty where they are.

    Cases slow each other down, so both runs must have run the same cases, with as many in flight.
    """
    at_once = ["an unknown number" if each.in_flight is None else each.in_flight for each in (before, after)]
    if at_once[0] != at_once[1]:
        return f"scenarios in flight: {at_once[0]} before, {at_once[1]} after"
    for pair in pairs.values():
        outcomes = {each.outcome for each in pair}
        if outcomes & RAN and outcomes & {"not run", NOT_THERE}:
            return "the two did not run the same cases"
    return ""


def _slower(before: Report, after: Report, pairs: Mapping[Key, tuple[Said, Said]]) -> Iterator[Slower]:
    """Yield the whole run and the cases that took longer than noise explains; of cases, those with the same outcome."""
    walls = before.wall_seconds or 0.0, after.wall_seconds or 0.0
    if _longer(*walls, RUN_TIMES_LONGER, RUN_SECONDS_LONGER):
        yield Slower("", "", *walls)
    for (name, case), (first, second) in pairs.items():
        alike = first.outcome == second.outcome and first.outcome in {"holds", "recorded"}
        if alike and _longer(first.seconds, second.seconds, TIMES_LONGER, SECONDS_LONGER):
            yield Slower(name, case, first.seconds, second.seconds)


def _longer(before: float, after: float, times: float, seconds: float) -> bool:
    return 0 < before * times <= after and after - before >= seconds
