"""How a case of a requirement came out, as plain data: what a run says, and what its report is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable

Outcome = Literal["holds", "violated", "trouble", "not applicable", "recorded", "not run"]

WORST_FIRST: tuple[Outcome, ...] = ("violated", "trouble", "not run", "holds", "recorded", "not applicable")
"""Of several cases the worst counts."""

WRONG_OUTCOMES: frozenset[Outcome] = frozenset({"violated", "trouble"})

SLOW = "slow: --slow runs it"
"""Why a case was not run that takes minutes, and that nobody asked for: no claim rests on it."""

DESELECTED = "deselected"
"""Why a case was not run that the user's selection leaves out."""


class CaseResult(TypedDict):
    """What one test said of one case of a requirement.

    ``violations`` are ``{rule, text}``; ``reason`` says why a case is in trouble, not applicable or was not run;
    ``told`` is what was seen, where that is recorded; ``control`` is ``{name, rules}`` where one changed the stimulus.
    """

    requirement: str
    case: str
    level: str
    outcome: Outcome
    seconds: float
    violations: list[dict[str, str]]
    reason: str
    told: list[str]
    control: dict[str, Any] | None


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the outcome of a requirement by those of its cases; one without a case was not run."""
    return min(outcomes, key=WORST_FIRST.index, default="not run")
