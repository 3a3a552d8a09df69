"""The conformance report: a run's outcome of every requirement, as JSON for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from records.outcome import LEFT_OUT, WORST_FIRST, CaseResult, worst
from reports.models.conformance import FORMAT, Report, case_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from records.outcome import Cause
    from reports.models.conformance import Case

Json = dict[str, Any]

CLAIMS = {True: "conformant", False: "NOT conformant"}
NOT_PROVEN = "not proven"
NO_CLAIM = "no claim of conformance"
"""The words for a claim; of ``null``, where something went wrong and where a part of the suite was run."""


def build(levels: Mapping[str, str], results: Iterable[CaseResult], facts: Json) -> Json:
    """Return the report as plain data; see ``made``."""
    return made(levels, results, facts).plain()


def made(levels: Mapping[str, str], results: Iterable[CaseResult], facts: Json) -> Report:
    """Return the report.

    Args:
        levels: the level of every requirement by its id, also of those that were not run.
        results: the result of every test.
        facts: ``suite``, ``started``, ``cluster`` …, as JSON has them.

    Raises:
        ValueError: a fact or a result has another shape than the report's.
    """
    requirements: dict[str, Json] = {}
    results = list(results)
    for name, level in sorted(levels.items()):
        cases = [result for result in results if result["requirement"] == name]
        counted = [case for case in cases if not left_out(case)] or cases
        requirements[name] = {
            "level": level,
            "outcome": worst(case["outcome"] for case in counted),
            "cases": [_case(case, level) for case in cases],
        }
    outcomes = [requirement["outcome"] for requirement in requirements.values()]
    data = {
        "format": FORMAT,
        **facts,
        "conformant": conformant(results, [name for name, r in requirements.items() if not r["cases"]], levels),
        "slow": _left_out_for("slow", results),
        "noHand": _left_out_for("no-hand", results),
        "totals": {outcome: outcomes.count(outcome) for outcome in WORST_FIRST},
        "requirements": requirements,
    }
    return Report.of(data)


def result(requirement: str, level: str, case: Case) -> CaseResult:
    """Return a case of a report, of a requirement of that level, as the result that it was made of."""
    found = CaseResult(
        requirement=requirement,
        case=case.name,
        level=case.level or level,
        outcome=case.outcome,
        seconds=case.seconds,
        violations=case.fired,
        reason=case.reason,
        cause=case.cause,
        told=case.told,
        control=None,
    )
    if case.skip:
        found["skip"] = {"reason": case.skip.reason, "until": case.skip.until}
    if case.run:
        found["run"] = case.run
    if case.incomplete:
        found["incomplete"] = True
    if case.nodes:
        found["nodes"] = case.nodes
    return found


def left_out(case: Mapping[str, Any]) -> bool:
    """Return whether a result's case was not run, and no claim rests on it.

    It is slow, and nobody asked for it; or it needs a hand on the node, and nobody gave one.
    """
    return case["outcome"] == "not run" and case.get("cause") in LEFT_OUT


def _left_out_for(cause: Cause, results: Iterable[CaseResult]) -> list[str]:
    return [f"{each['requirement']} [{each['case']}]" for each in results if left_out(each) and each["cause"] == cause]


def conformant(results: Iterable[CaseResult], unheard: Iterable[str], levels: Mapping[str, str]) -> bool | None:
    """Return False where a MUST is violated, True where every MUST that applies holds and nothing is in trouble.

    None where neither is proven: nothing that is a MUST is violated, but something is in trouble, or a MUST was not
    run. Cases that were left out do not count: slow ones that nobody asked for, and those that nobody gave a hand.

    Args:
        results: the result of every test.
        unheard: the requirements without any result.
        levels: the level of every requirement by its id.
    """
    results = [result for result in results if not left_out(result)]
    musts = {result["outcome"] for result in results if result["level"] == "MUST"}
    if "violated" in musts:
        return False
    if "not run" in musts or any(levels[name] == "MUST" for name in unheard):
        return None
    return None if any(result["outcome"] == "trouble" for result in results) else True


def claim_of(report: Report) -> str:
    """Return a report's claim in words: one of ``CLAIMS``, ``NOT_PROVEN``, or ``NO_CLAIM``.

    An older podproof's claim is read as it was written: it called a run with trouble alone NOT conformant.
    """
    if report.conformant is not None:
        return CLAIMS[report.conformant]
    outcomes = {case.outcome for each in report.requirements.values() for case in each.cases}
    return NOT_PROVEN if "trouble" in outcomes or report.lost else NO_CLAIM


def _case(result: CaseResult, level: str) -> Json:
    case: Json = {
        "case": result["case"],
        "id": case_id(result["requirement"], result["case"]),
        "outcome": result["outcome"],
        "seconds": result["seconds"],
        "violations": result["violations"],
    }
    if result["level"] != level:
        case["level"] = result["level"]
    if result["reason"]:
        case["reason"] = result["reason"]
    if result["cause"]:
        case["cause"] = result["cause"]
    if result.get("incomplete"):
        case["incomplete"] = True
    if nodes := result.get("nodes"):
        case["nodes"] = nodes
    if result["told"]:
        case["told"] = result["told"]
    if "skip" in result:
        case["skip"] = result["skip"]
    if "run" in result:
        case["run"] = result["run"]
    return case
