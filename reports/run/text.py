"""The conformance report for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from records.deviations import in_words
from reports.run.conformance import CLAIMS, NO_CLAIM, NOT_PROVEN, claim_of

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

REASONS = {
    CLAIMS[True]: "every MUST that applies holds",
    CLAIMS[False]: "a MUST is violated",
    NOT_PROVEN: "no MUST is violated, but something is in trouble or lost: try again",
    NO_CLAIM: "not every MUST was run",
}


def lines(report: Json) -> list[str]:
    """Return a line for each requirement, its observations below it, then the totals and the claim."""
    width = max(len(name) for name in report["requirements"])
    shown = []
    for name, requirement in report["requirements"].items():
        line = f"{requirement['outcome']:14}  {requirement['level']:8}  {name:{width}}  {_deciding(requirement)}"
        shown.append(line.rstrip())
        for case in requirement["cases"]:
            said = case.get("told", [])
            if skip := case.get("skip"):
                said = [*said, in_words(skip)]
            shown += [f"{'':26}{case['case']}: {text}" for text in said]
    totals = ", ".join(f"{count} {outcome}" for outcome, count in report["totals"].items() if count)
    claim = claim_of(report)
    return [*shown, "", f"{totals}; {claim}: {REASONS[claim]}{''.join(_aside(report))}"]


def _aside(report: Json) -> Iterator[str]:
    """Yield what was left out, as ends of a sentence."""
    if slow := len(report["slow"]):
        them = "case was left out: --slow runs it" if slow == 1 else "cases were left out: --slow runs them"
        yield f"; {slow} slow {them}"
    if without := len(report.get("noHand", [])):
        them = "case was left out, which needs" if without == 1 else "cases were left out, which need"
        yield f"; {without} {them} a hand on the node"


def _deciding(requirement: Json) -> str:
    """Return the names of the cases with the requirement's outcome, and the level of a case where it is another."""
    return ", ".join(
        f"{case['case']} ({case['level']})" if "level" in case else case["case"]
        for case in requirement["cases"]
        if case["outcome"] == requirement["outcome"]
    )
