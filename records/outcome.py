"""How a case of a requirement came out, as plain data: what a run says, and what its report is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable

Outcome = Literal["holds", "violated", "trouble", "not applicable", "recorded", "not run"]

WORST_FIRST: tuple[Outcome, ...] = ("violated", "trouble", "not run", "holds", "recorded", "not applicable")
"""From the worst to the best; of several cases the worst counts."""

WRONG_OUTCOMES: frozenset[Outcome] = frozenset({"violated", "trouble"})

Cause = Literal[
    "slow", "no-hand", "deselected", "not-collected", "pod-security", "no-record", "ended-early", "vanished"
]
"""Why a case was not run."""

BY_CHOICE: frozenset[Cause] = frozenset({"slow", "no-hand", "deselected", "not-collected", "pod-security"})
"""Whoever ran the suite did not want it, or chose a cluster without it; what was not run for another cause was lost."""

LEFT_OUT: frozenset[Cause] = frozenset({"slow", "no-hand"})
"""No claim rests on it, one way or the other; a report lists it."""

WHY: dict[Cause, str] = {
    "slow": "slow: --slow runs it",  # it takes minutes, and nobody asked for it: no claim rests on it
    # What happens to a node, such as a lost sandbox; on a cluster of others nobody may make it happen.
    "no-hand": "it needs a hand on the node, which only podproof's own clusters give: --cluster local, --cluster kind",
    "deselected": "deselected",  # by the user's selection
    "not-collected": "not collected",  # pytest's arguments (a path, a test) did not select it
    "no-record": "no record was kept",
    "ended-early": "the run ended before it",
    "vanished": "it is not in the report, though both are of one version of the suite",
}
"""A cause in words, where it says all; ``pod-security`` has words of its own in every run."""


class CaseResult(TypedDict):
    """The result of one test for one case of a requirement.

    ``violations`` are ``{rule, text}``, of a case in trouble those that prove nothing; ``reason`` says why a case is in
    trouble, not applicable or was not run; ``cause`` is why it was not run; ``told`` holds the lines of an observation;
    ``control`` is ``{name, rules}`` where one changed the stimulus; ``skip`` is ``{reason, until}`` where the
    violations are a known deviation, until a day; ``run`` is when the run that judged it began, where it was an
    earlier one; ``incomplete`` is whether it is in trouble because its record is not complete; ``nodes`` are those of
    the record's Pods.
    """

    requirement: str
    case: str
    level: str
    outcome: Outcome
    seconds: float
    violations: list[dict[str, str]]
    reason: str
    cause: Cause | None
    told: list[str]
    control: dict[str, Any] | None
    skip: NotRequired[dict[str, str]]
    run: NotRequired[str]
    incomplete: NotRequired[bool]
    nodes: NotRequired[list[str]]


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the outcome of a requirement by those of its cases; ``not run`` for no case."""
    return min(outcomes, key=WORST_FIRST.index, default="not run")
