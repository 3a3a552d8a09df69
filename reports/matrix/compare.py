"""The reports of several clusters compared, as data: which cases differ, which are wrong, and why."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from records.deviations import Deviation, explaining
from records.outcome import WORST_FIRST, WRONG_OUTCOMES
from reports.diff.compare import by_choice, lost
from reports.run.conformance import claim_of, left_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Json = dict[str, Any]

KNOWN_ISSUES = Path(__file__).parent / "known-issues.toml"

FINE = frozenset({"holds", "recorded"})


class Why(TypedDict):
    """Why a case does not hold on a cluster.

    The kind is ``gate`` where the case does not apply, ``choice`` where the user left it out, ``known`` for a known
    issue, ``suite`` where the cluster's suite has no such case, ``unproven`` where it is in trouble or was lost, else
    ``unexplained``.
    """

    kind: Literal["gate", "choice", "known", "suite", "unproven", "unexplained"]
    text: str


OPEN = frozenset({"unproven", "unexplained"})
"""The kinds of reason after which somebody must look again."""

NO_SUCH_CASE: Why = {"kind": "unexplained", "text": "that report has no such case"}


def compare(reports: Mapping[str, Json | str], known: Iterable[Deviation] = ()) -> Json:
    """Return the comparison: ``{clusters, requirements, differences, wrong}``.

    ``differences`` are the cases whose outcome differs between clusters: ``{requirement, case, outcomes, why}``, with a
    reason (``Why``) for each cluster where the case does not hold. ``wrong`` are the cases that are violated, in
    trouble or lost (not run though nobody left them out): ``{requirement, case, cluster, why}``.

    Args:
        reports: by cluster name, the conformance report, or the reason why there is none.
        known: known issues, as ``known_issues`` returns them.
    """
    whole = {name: report for name, report in reports.items() if not isinstance(report, str)}
    known = list(known)
    names = sorted({name for report in whole.values() for name in report["requirements"]})
    return {
        "clusters": {
            name: {"missing": report} if isinstance(report, str) else _cluster(report)
            for name, report in reports.items()
        },
        "requirements": {name: _requirement(name, whole) for name in names},
        "differences": [row for name in names for row in _differences(name, whole, known)],
        "wrong": [
            {"requirement": name, "case": case["case"], "cluster": cluster, "why": _why(name, case, report, known)}
            for cluster, report in whole.items()
            for name, requirement in report["requirements"].items()
            for case in requirement["cases"]
            if case["outcome"] in WRONG_OUTCOMES or lost(case)
        ],
    }


def missing(matrix: Json) -> dict[str, str]:
    """Return the reason why there is no report, for each cluster without one."""
    return {name: cluster["missing"] for name, cluster in matrix["clusters"].items() if "missing" in cluster}


def unexplained(matrix: Json) -> bool:
    """Return whether a difference, or a case that is wrong, is unexplained."""
    reasons = [why for row in matrix["differences"] for why in row["why"].values()]
    return not _kinds([*reasons, *(row["why"] for row in matrix["wrong"])]).isdisjoint(OPEN)


def broken(matrix: Json) -> bool:
    """Return whether a difference, or a case that is wrong, is unexplained by more than trouble or loss."""
    reasons = [why for row in matrix["differences"] for why in row["why"].values()]
    return "unexplained" in _kinds([*reasons, *(row["why"] for row in matrix["wrong"])])


def all_known(matrix: Json, cluster: str) -> bool:
    """Return whether a cluster has wrong cases, all of them known issues, and lost no worker."""
    reasons = [row["why"] for row in matrix["wrong"] if row["cluster"] == cluster]
    return bool(reasons) and _kinds(reasons).isdisjoint(OPEN) and not matrix["clusters"][cluster].get("lost")


def all_known_or_unproven(matrix: Json, cluster: str) -> bool:
    """Return whether a cluster has wrong cases, each of them a known issue, in trouble, or lost."""
    reasons = [row["why"] for row in matrix["wrong"] if row["cluster"] == cluster]
    return bool(reasons) and "unexplained" not in _kinds(reasons)


def known_issues(path: Path = KNOWN_ISSUES) -> list[Deviation]:
    """Return the known issues, each for the minors that it names.

    ``cases`` is a pattern of case names, ``violations`` a pattern of ``rule: text``, ``kubernetes`` a list of minors.

    Raises:
        ValueError: the file is no TOML, or has another shape.
    """
    try:
        by_requirement = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is no TOML: {error}") from error
    for name, issues in by_requirement.items():
        if not isinstance(issues, list) or not all(_is_issue(issue) for issue in issues):
            needs = "cases, violations and why, each a text, and kubernetes, a list of minors"
            raise ValueError(f"{path}: each [[{name}]] needs {needs}")
    return [
        Deviation(
            requirement=name,
            cases=issue["cases"],
            violations=issue["violations"],
            kubernetes=issue["kubernetes"],
            why=issue["why"],
        )
        for name, issues in by_requirement.items()
        for issue in issues
    ]


def _is_issue(value: object) -> bool:
    return (
        isinstance(value, dict)
        and all(isinstance(value.get(key), str) for key in ("cases", "violations", "why"))
        and isinstance(value.get("kubernetes"), list)
        and bool(value["kubernetes"])  # a deviation without any would be known on all
    )


def _kinds(reasons: Iterable[Why]) -> set[str]:
    return {why["kind"] for why in reasons}


def _requirement(name: str, whole: Mapping[str, Json]) -> Json:
    by_cluster = {cluster: report["requirements"].get(name) for cluster, report in whole.items()}
    return {
        "level": next(each["level"] for each in by_cluster.values() if each),
        "outcomes": {cluster: each["outcome"] if each else "not run" for cluster, each in by_cluster.items()},
        "cases": {cluster: _counts(each["cases"]) if each else {} for cluster, each in by_cluster.items()},
    }


def _counts(cases: Sequence[Json]) -> dict[str, int]:
    """Return the number of cases by outcome, without cases that were left out."""
    outcomes = [case["outcome"] for case in cases if not left_out(case)]
    return {outcome: outcomes.count(outcome) for outcome in WORST_FIRST if outcome in outcomes}


def _cluster(report: Json) -> Json:
    cluster = report["cluster"]
    nodes = list(cluster["nodes"].values())
    return {
        "provider": cluster["provider"],
        "kubernetes": cluster["kubernetes"],
        "runtime": _together(node["runtime"] for node in nodes),
        "kernel": _together(node["kernel"] for node in nodes),
        "nodes": len(nodes),
        "suite": report["suite"],
        "started": report["started"],
        "wallSeconds": report["wallSeconds"],
        "conformant": report["conformant"],
        "claim": claim_of(report),
        "totals": report["totals"],
        **({"lost": report["lost"]} if "lost" in report else {}),
    }


def _together(values: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(values))


def _differences(name: str, whole: Mapping[str, Json], known: Sequence[Deviation]) -> list[Json]:
    cases: dict[str, dict[str, Json]] = {}
    for cluster, report in whole.items():
        for case in report["requirements"].get(name, {"cases": []})["cases"]:
            cases.setdefault(case["case"], {})[cluster] = case
    rows: list[Json] = []
    for case, by_cluster in cases.items():
        outcomes = {
            cluster: by_cluster[cluster]["outcome"] if cluster in by_cluster else "not run" for cluster in whole
        }
        if len(set(outcomes.values())) == 1 or all(left_out(each) for each in by_cluster.values()):
            continue
        why = {
            cluster: _why(name, by_cluster[cluster], whole[cluster], known)
            if cluster in by_cluster
            else _no_such_case(whole[cluster], [whole[each] for each in by_cluster])
            for cluster, outcome in outcomes.items()
            if outcome not in FINE
        }
        rows.append({"requirement": name, "case": case, "outcomes": outcomes, "why": why})
    return rows


def _no_such_case(report: Json, others: Iterable[Json]) -> Why:
    """Return why a report lacks a case that other reports have: explained only where none of them is of its suite."""
    suite = report["suite"]
    if any(other["suite"] == suite for other in others):
        return NO_SUCH_CASE
    return {"kind": "suite", "text": f"its suite, {suite}, has no such case"}


def _why(name: str, case: Json, report: Json, known: Sequence[Deviation]) -> Why:
    """Return why a case does not hold: its gate, the user's choice, a known issue, no proof, else ``unexplained``."""
    outcome, reason = case["outcome"], case.get("reason", "")
    if outcome == "not applicable" and reason:
        return {"kind": "gate", "text": reason}
    if by_choice(case):
        return {"kind": "choice", "text": reason}
    if outcome == "trouble" or lost(case):
        return {"kind": "unproven", "text": f"{outcome}: {reason}"}
    violations = [f"{violation['rule']}: {violation['text']}" for violation in case["violations"]]
    issues = explaining(known, name, case["case"], case["violations"], report["cluster"]["minor"])
    if outcome == "violated" and issues:
        return {"kind": "known", "text": "; ".join(issue["why"] for issue in issues)}
    return {"kind": "unexplained", "text": f"{outcome}: {' / '.join(violations) or reason}"}
