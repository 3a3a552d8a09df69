"""The conformance report for a terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from records.deviations import in_words
from records.outcome import WORST_FIRST, WRONG_OUTCOMES
from reports.layout.columns import aligned
from reports.run.conformance import CLAIMS, NO_CLAIM, NOT_PROVEN, claim_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reports.models.conformance import Report, Requirement

REASONS = {
    CLAIMS[True]: "every MUST that applies holds",
    CLAIMS[False]: "a MUST is violated",
    NOT_PROVEN: "no MUST is violated, but something is in trouble or lost: try again",
    NO_CLAIM: "not every MUST was run",
}


def lines(report: Report) -> list[str]:
    """Return a line for each requirement, its observations below it, then the totals and the claim."""
    return [*_rows(report, report.requirements), "", _claimed(report)]


def short(report: Report, areas: Mapping[str, str]) -> list[str]:
    """Return what is wrong, violations first; then a line for each area of which anything was run; then the claim.

    Args:
        report: of the run.
        areas: of each requirement, the heading under which reports have it.
    """
    wrong = [
        name
        for outcome in (each for each in WORST_FIRST if each in WRONG_OUTCOMES)
        for name, requirement in report.requirements.items()
        if requirement.outcome == outcome
    ]
    table = [row for area in dict.fromkeys(areas.values()) if (row := _area(report, area, areas))]
    return [*_rows(report, wrong), *([""] if wrong else []), *aligned(table), "", _claimed(report)]


def _area(report: Report, area: str, areas: Mapping[str, str]) -> tuple[str, ...]:
    """Return an area, and how many of its requirements have which outcome; nothing where none was run.

    Those that do not apply are named: whoever compares two clusters looks for them.
    """
    of_area = {name: each for name, each in report.requirements.items() if areas.get(name) == area}
    count = Counter(each.outcome for each in of_area.values() if each.outcome)
    said = [f"{count[outcome]} {outcome}" for outcome in WORST_FIRST if count[outcome] and outcome != "not run"]
    absent = [name for name, each in of_area.items() if each.outcome == "not applicable"]
    return (area, ", ".join(said) + (f" ({', '.join(absent)})" if absent else "")) if said else ()


def _rows(report: Report, names: Iterable[str]) -> list[str]:
    """Return a line for each of these requirements, its observations below it."""
    width = max(len(name) for name in report.requirements)
    shown = []
    for name in names:
        requirement = report.requirements[name]
        line = f"{requirement.outcome or '':14}  {requirement.level:8}  {name:{width}}  {_deciding(requirement)}"
        shown.append(line.rstrip())
        for case in requirement.cases:
            said = [*case.told, *([in_words(case.skip.plain())] if case.skip else [])]
            shown += [f"{'':26}{case.name}: {text}" for text in said]
    return shown


def _claimed(report: Report) -> str:
    """Return the totals and the claim."""
    totals = ", ".join(f"{count} {outcome}" for outcome, count in (report.totals or {}).items() if count)
    claim = claim_of(report)
    return f"{totals}; {claim}: {REASONS[claim]}{''.join(_aside(report))}"


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
