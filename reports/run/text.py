"""The conformance report for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records.deviations import in_words
from reports.run.conformance import CLAIMS, NO_CLAIM, NOT_PROVEN, claim_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.models.conformance import Report, Requirement

REASONS = {
    CLAIMS[True]: "every MUST that applies holds",
    CLAIMS[False]: "a MUST is violated",
    NOT_PROVEN: "no MUST is violated, but something is in trouble or lost: try again",
    NO_CLAIM: "not every MUST was run",
}


def lines(report: Report) -> list[str]:
    """Return a line for each requirement, its observations below it, then the totals and the claim."""
    width = max(len(name) for name in report.requirements)
    shown = []
    for name, requirement in report.requirements.items():
        line = f"{requirement.outcome or '':14}  {requirement.level:8}  {name:{width}}  {_deciding(requirement)}"
        shown.append(line.rstrip())
        for case in requirement.cases:
            said = [*case.told, *([in_words(case.skip.plain())] if case.skip else [])]
            shown += [f"{'':26}{case.name}: {text}" for text in said]
    totals = ", ".join(f"{count} {outcome}" for outcome, count in (report.totals or {}).items() if count)
    claim = claim_of(report)
    return [*shown, "", f"{totals}; {claim}: {REASONS[claim]}{''.join(_aside(report))}"]


def _aside(report: Report) -> Iterator[str]:
    """Yield what was left out, as ends of a sentence."""
    if slow := len(report.slow):
        them = "case was left out: --slow runs it" if slow == 1 else "cases were left out: --slow runs them"
        yield f"; {slow} slow {them}"
    if without := len(report.no_hand):
        them = "case was left out, which needs" if without == 1 else "cases were left out, which need"
        yield f"; {without} {them} a hand on the node"


def _deciding(requirement: Requirement) -> str:
    """Return the names of the cases with the requirement's outcome, and the level of a case where it is another."""
    return ", ".join(
        f"{case.name} ({case.level})" if case.level else case.name
        for case in requirement.cases
        if case.outcome == requirement.outcome
    )
