"""The conformance report for a terminal."""

from __future__ import annotations

from typing import Any

from records.deviations import in_words
from reports.run.conformance import CLAIMS, NO_CLAIM, NOT_PROVEN, claim_of

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
    count = len(report["slow"])
    them = "case was left out: --slow runs it" if count == 1 else "cases were left out: --slow runs them"
    aside = f"; {count} slow {them}" if count else ""
    return [*shown, "", f"{totals}; {claim}: {REASONS[claim]}{aside}"]


def _deciding(requirement: Json) -> str:
    """Return the names of the cases with the requirement's outcome, and the level of a case where it is another."""
    return ", ".join(
        f"{case['case']} ({case['level']})" if "level" in case else case["case"]
        for case in requirement["cases"]
        if case["outcome"] == requirement["outcome"]
    )
