"""The conformance report: what a run says of every requirement, as JSON for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from records.outcome import WORST_FIRST, worst

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from records.outcome import CaseResult

Json = dict[str, Any]

FORMAT = 1
"""Of the report; one that says nothing of it is of the first. It grows when an older reader would be misled."""


def build(levels: Mapping[str, str], results: Iterable[CaseResult], facts: Json) -> Json:
    """The report.

    Args:
        levels: every requirement's id and level, whether it was run or not.
        results: what the tests said.
        facts: ``suite``, ``started``, ``cluster`` …, as they are to stand in front.
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
    return {
        "format": FORMAT,
        **facts,
        "conformant": conformant(results, [name for name, r in requirements.items() if not r["cases"]], levels),
        "slow": [f"{each['requirement']} [{each['case']}]" for each in results if left_out(each)],
        "totals": {outcome: outcomes.count(outcome) for outcome in WORST_FIRST},
        "requirements": requirements,
    }


def left_out(case: Mapping[str, Any]) -> bool:
    """Whether the case is slow, and was not run because nobody asked for it: as a result, or in a report."""
    return (case["outcome"], case.get("cause")) == ("not run", "slow")


def conformant(results: Iterable[CaseResult], unheard: Iterable[str], levels: Mapping[str, str]) -> bool | None:
    """Whether every MUST that applies holds and nothing is in trouble; None where a MUST was not run.

    What is slow and was not asked for counts neither way.
    """
    results = [result for result in results if not left_out(result)]
    musts = {result["outcome"] for result in results if result["level"] == "MUST"}
    if "violated" in musts:
        return False
    if "not run" in musts or any(levels[name] == "MUST" for name in unheard):
        return None
    return all(result["outcome"] != "trouble" for result in results)


def _case(result: CaseResult, level: str) -> Json:
    case: Json = {
        "case": result["case"],
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
    if result["told"]:
        case["told"] = result["told"]
    return case
