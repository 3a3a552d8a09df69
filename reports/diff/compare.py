"""What the second of two runs says otherwise than the first: two conformance reports in, data out.

Newly wrong is what was not wrong before, or where nothing shows any more that it is not. So it is, too, that a case

- is violated as it was, and is a MUST now;
- came to trouble, though it was violated before, where that was no MUST: no claim rested on it, and trouble takes one;
- was not run though nobody left it out, were it left out of the first run, or new. What neither run came to is not
  newly so; it is told that nothing is claimed of it;
- is not there any more, where both are of one version of the suite: that has the same cases, but for those that what
  was given to pytest did not lead to. What another version does not have is told, and is no verdict.

That a case is no longer applicable is told with its reason, and is not wrong by itself: a cluster may lack a feature.
But where a run claims conformance and no MUST holds any more, its claim rests on nothing, and that is newly wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from records.outcome import BY_CHOICE, WHY, WRONG_OUTCOMES
from reports.diff.facts import changed, run_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from records.outcome import Cause
    from reports.diff.facts import Fact, RunFacts

Json = dict[str, Any]
Key = tuple[str, str]  # requirement, case

TIMES_LONGER, SECONDS_LONGER = 3.0, 90.0
"""A case is slower where it took so many times as long, and so many seconds longer. Its seconds run from the start of
its scenario to the end of its record, beside all that is in flight, and say little: of 185 cases that held in two runs
on two cores where something else was compiled, the farthest were 3.8 times (24 s) and 2.5 times (30 s) apart. What
waits for the kubelet's next sync of its Pod waits up to 90 s by chance (syncFrequency 1m, half as much jitter): one
case took 6.7 s and 94.4 s."""

RUN_TIMES_LONGER, RUN_SECONDS_LONGER = 2.0, 30.0
"""The same of a whole run: the suite takes 105 s to 120 s on two idle cores, and 155 s was seen beside a compiler."""

NOT_THERE = "not there"
RAN = frozenset({"violated", "trouble", "holds", "recorded"})


class Change(Enum):
    """What became of a case, in words; the worst first. Every pair of outcomes is one change, or none."""

    VIOLATED = "newly violated"
    AS_MUST = "still violated and now a MUST"
    OTHERWISE = "violated by a new rule"
    TROUBLE = "newly in trouble"
    LOST = "not run though nobody left it out"
    GONE = "no longer applicable"
    HELD = "newly held"
    APPLICABLE = "newly applicable"
    OTHER_LEVEL = "of another level"
    TOLD = "told otherwise"
    STILL = "still violated or in trouble"
    ONLY_BEFORE = "only in the first report"
    ONLY_AFTER = "only in the second report"
    LEFT_OUT = "left out of the second run"
    FIRST_RUN = "not run before"
    NEITHER = "run by neither"


WRONG = frozenset({Change.VIOLATED, Change.AS_MUST, Change.OTHERWISE, Change.TROUBLE, Change.LOST})
"""Something is wrong that was not, or nothing shows any more that it is not."""

PARTS = frozenset({Change.LEFT_OUT, Change.FIRST_RUN, Change.NEITHER})
"""One of the runs did not look, or neither did: nothing is claimed of these cases."""

NO_CHANGE = frozenset({Change.TOLD, Change.STILL, *PARTS})
"""To be told, but no change of what is promised: the outcome is the same, or one of the runs did not look. What is only
recorded may be a race, and told otherwise each time."""


@dataclass(frozen=True)
class Difference:
    """One case of which the two do not say the same, or that is as wrong as it was.

    Attributes:
        change: what became of it.
        requirement: whose case it is.
        case: its name; empty for a requirement of which nothing was heard.
        level: in the second report, where that has the case.
        before: its outcome, or ``not there``.
        after: the same, of the second report.
        why: lines of text: the violations as ``rule: text``, what was told, the reason.
    """

    change: Change
    requirement: str
    case: str
    level: str
    before: str
    after: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Slower:
    """What took longer, in seconds; without a requirement it is the whole run."""

    requirement: str
    case: str
    before: float
    after: float


@dataclass(frozen=True)
class Comparison:
    """What changed from one run to the other.

    Attributes:
        before: the first run.
        after: the second one.
        differences: the worst change first, then what is a MUST, then by requirement and case.
        facts: what changed around the cases.
        slower: the whole run, then cases.
        untimed: why times are not compared; empty where they are.
        in_both: how many cases both of them answered, with whatever outcome.
        hollow: whether no MUST holds any more, and the second run claims conformance all the same.
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
        """How many differences there are of each change."""
        return Counter(each.change for each in self.differences)

    @property
    def by_change(self) -> dict[Change, list[Difference]]:
        """The differences of each change that there are any of, the worst change first."""
        return {
            change: [each for each in self.differences if each.change is change]
            for change in Change
            if self.counts[change]
        }

    @property
    def runs(self) -> dict[str, RunFacts]:
        """Both, by which one it is."""
        return {"before": self.before, "after": self.after}

    @property
    def wrong(self) -> bool:
        """Whether something is newly wrong."""
        return self.hollow or not WRONG.isdisjoint(self.counts)

    @property
    def swapped(self) -> bool:
        """Whether the second run is the earlier one."""
        return bool(self.after.started) and self.after.started < self.before.started


def compare(before: Json, after: Json) -> Comparison:
    """What the second report says otherwise than the first; both as ``reports.run.read.report`` answers them."""
    absent = _absent(before, after)
    keys = sorted(_keys(before, after))
    pairs = {key: (_case(key, before, {"outcome": NOT_THERE}), _case(key, after, absent)) for key in keys}
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
        in_both=sum(all(each["outcome"] not in {"not run", NOT_THERE} for each in pair) for pair in pairs.values()),
        hollow=hollow(after) and _musts_that_hold(before),
    )


def change_of(before: Json, after: Json) -> Change | None:  # noqa: PLR0911 # a table: one answer for each pair of outcomes
    """What became of a case; None where both reports say the same."""
    was, now = before["outcome"], after["outcome"]
    if now == "violated":
        return _violated(before, after)
    if now == "trouble":
        claimed = was != "trouble" and (was, before["level"]) != ("violated", "MUST")
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
    if (was, before["level"]) != (now, after["level"]):
        return Change.OTHER_LEVEL
    return Change.TOLD if set(_words(before)) != set(_words(after)) else None


def _violated(before: Json, after: Json) -> Change:
    """What became of a case that is violated now."""
    if before["outcome"] != "violated":
        return Change.VIOLATED
    if after["level"] == "MUST" != before["level"]:
        return Change.AS_MUST
    return Change.OTHERWISE if _rules(after) - _rules(before) else Change.STILL


def _left_out(before: Json, after: Json) -> Change | None:
    """What became of a case that was left out of the second run, or not run in the first; of slow ones, nothing."""
    if before["outcome"] != after["outcome"]:
        return Change.FIRST_RUN if before["outcome"] == "not run" else Change.LEFT_OUT
    return None if "slow" in {before.get("cause"), after.get("cause")} else Change.NEITHER


def by_choice(case: Json) -> bool:
    """Whether a case was not run because whoever ran the suite did not want it: an option, a selection, a path."""
    return case["outcome"] == "not run" and case.get("cause") in BY_CHOICE


def lost(case: Json) -> bool:
    """Whether a case was not run though nobody left it out."""
    return case["outcome"] == "not run" and not by_choice(case)


def hollow(report: Json) -> bool:
    """Whether a report claims conformance and no MUST holds in it: everything does not apply."""
    return bool(report["conformant"]) and not _musts_that_hold(report)


def _musts_that_hold(report: Json) -> bool:
    """Whether there is any: what a claim of conformance rests on."""
    return any(
        case["outcome"] == "holds" and case.get("level", requirement["level"]) == "MUST"
        for requirement in report["requirements"].values()
        for case in requirement["cases"]
    )


def _keys(before: Json, after: Json) -> set[Key]:
    """Every case of the two; a requirement of which neither has any."""
    keys = set()
    for report, other in ((before, after), (after, before)):
        for name, requirement in report["requirements"].items():
            keys |= {(name, case["case"]) for case in requirement["cases"]}
            if not requirement["cases"] and not other["requirements"].get(name, requirement)["cases"]:
                keys.add((name, ""))
    return keys


def _absent(before: Json, after: Json) -> Json:
    """What the second report says of a case by not having it.

    A whole run tells of every requirement. One that does not was given a path, or a test, and may lack single cases,
    too.
    """
    if before.get("suite") is None or before["suite"] != after.get("suite"):
        return {"outcome": NOT_THERE}
    part = not all(requirement["cases"] for requirement in after["requirements"].values())
    return _not_run("not-collected" if part else "vanished")


def _not_run(cause: Cause) -> Json:
    return {"outcome": "not run", "reason": WHY[cause], "cause": cause}


def _case(key: Key, report: Json, absent: Json) -> Json:
    """A case as the report has it, with its level; else what it says by not having it."""
    name, wanted = key
    requirement = report["requirements"].get(name, {"level": "", "cases": [{}]})
    for case in requirement["cases"]:
        if case.get("case") == wanted:
            return {"level": requirement["level"], **case}
    return {"level": requirement["level"], **(absent if requirement["cases"] else _not_run("not-collected"))}


def _difference(change: Change, key: Key, before: Json, after: Json) -> Difference:
    return Difference(
        change=change,
        requirement=key[0],
        case=key[1],
        level=(after if "case" in after else before)["level"] or after["level"],
        before=before["outcome"],
        after=after["outcome"],
        why=tuple(_why(change, before, after)),
    )


def _why(change: Change, before: Json, after: Json) -> list[str]:
    """What the second report says of the case; the first, where it is over."""
    match change:
        case Change.HELD | Change.APPLICABLE | Change.FIRST_RUN:
            return [f"before: {line}" for line in _said(before)]
        case Change.TOLD:
            first, second = set(_words(before)), set(_words(after))
            return [
                *(f"before: {line}" for line in _said(before) if without_figures(line) not in second),
                *(line for line in _said(after) if without_figures(line) not in first),
            ]
        case Change.OTHER_LEVEL:
            return _other_level(before, after)
        case Change.LOST | Change.NEITHER if before["outcome"] == "not run" and _said(before) != _said(after):
            return [*(f"before: {line}" for line in _said(before)), *_said(after)]
        case Change.AS_MUST | Change.OTHERWISE | Change.STILL if before["outcome"] == after["outcome"] == "violated":
            new, gone = _rules(after) - _rules(before), _rules(before) - _rules(after)
            return [
                *_other_level(before, after),
                *([f"not violated before: {', '.join(sorted(new))}"] if new else []),
                *([f"not violated any more: {', '.join(sorted(gone))}"] if gone else []),
                *_said(after),
            ]
        case _:
            return _said(after)


def _other_level(before: Json, after: Json) -> list[str]:
    return [f"{before['level']} before"] if before["level"] != after["level"] else []


def _said(case: Json) -> list[str]:
    violations = [f"{each['rule']}: {each['text']}" for each in case.get("violations", [])]
    reason = [case["reason"]] if case.get("reason") else []
    return [*violations, *reason, *case.get("told", [])]


def _rules(case: Json) -> set[str]:
    return {violation["rule"] for violation in case["violations"]}


def _words(case: Json) -> list[str]:
    return [without_figures(line) for line in _said(case)]


def without_figures(line: str) -> str:
    """The line but for words with figures in them: times, addresses and made-up names differ from run to run."""
    return re.sub(r"\S*\d\S*", "#", line)


def _untimed(before: Json, after: Json, pairs: Mapping[Key, tuple[Json, Json]]) -> str:
    """Why times are not compared: cases wait for each other, so both must have had the same, as many at once."""
    at_once = [report.get("inFlight", "an unknown number") for report in (before, after)]
    if at_once[0] != at_once[1]:
        return f"scenarios in flight: {at_once[0]} before, {at_once[1]} after"
    for pair in pairs.values():
        outcomes = {each["outcome"] for each in pair}
        if outcomes & RAN and outcomes & {"not run", NOT_THERE}:
            return "the two did not run the same cases"
    return ""


def _slower(before: Json, after: Json, pairs: Mapping[Key, tuple[Json, Json]]) -> Iterator[Slower]:
    """What took longer than noise explains; of cases, those that were carried to the same end."""
    walls = float(before.get("wallSeconds", 0)), float(after.get("wallSeconds", 0))
    if _longer(*walls, RUN_TIMES_LONGER, RUN_SECONDS_LONGER):
        yield Slower("", "", *walls)
    for (name, case), (first, second) in pairs.items():
        if first["outcome"] == second["outcome"] and first["outcome"] in {"holds", "recorded"}:
            seconds = float(first["seconds"]), float(second["seconds"])
            if _longer(*seconds, TIMES_LONGER, SECONDS_LONGER):
                yield Slower(name, case, *seconds)


def _longer(before: float, after: float, times: float, seconds: float) -> bool:
    return 0 < before * times <= after and after - before >= seconds
