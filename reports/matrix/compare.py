"""The reports of several clusters compared, as data: which cases differ, which are wrong, and why."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from records.deviations import Deviation, explaining, of_parts
from records.outcome import WORST_FIRST, WRONG_OUTCOMES
from reports.diff.compare import by_choice, lost
from reports.models.matrix import FORMAT, Cluster, Difference, Matrix, Missing, Requirement, Why, Wrong
from reports.run.conformance import claim_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from records.outcome import Outcome
    from reports.models.conformance import Case, Report

KNOWN_ISSUES = Path(__file__).parent / "known-issues.toml"

FINE = frozenset({"holds", "recorded"})

OPEN = frozenset({"unproven", "unexplained"})
"""The kinds of reason after which somebody must look again."""

NO_SUCH_CASE = Why(kind="unexplained", text="that report has no such case")


def compare(
    reports: Mapping[str, Report | str],
    known: Iterable[Deviation] = (),
    left_out: Mapping[str, str] | None = None,
) -> Matrix:
    """Return the comparison.

    Args:
        reports: by cluster name, the conformance report, whole, or the reason why there is none.
        known: known issues, as ``known_issues`` returns them.
        left_out: the names of what no run was to be made on, and why.
    """
    whole = {name: report for name, report in reports.items() if not isinstance(report, str)}
    known = list(known)
    names = sorted({name for report in whole.values() for name in report.requirements})
    return Matrix(
        format=FORMAT,
        clusters={
            name: Missing(missing=report) if isinstance(report, str) else _cluster(report)
            for name, report in reports.items()
        },
        requirements={name: _requirement(name, whole) for name in names},
        differences=[row for name in names for row in _differences(name, whole, known)],
        wrong=[
            Wrong(requirement=name, case=case.name, cluster=cluster, why=_why(name, case, report, known))
            for cluster, report in whole.items()
            for name, requirement in report.requirements.items()
            for case in requirement.cases
            if case.outcome in WRONG_OUTCOMES or lost(case)
        ],
        **({"left_out": dict(left_out)} if left_out else {}),
    )


def unexplained(matrix: Matrix) -> bool:
    """Return whether a difference, or a case that is wrong, is unexplained."""
    return not _kinds(_reasons(matrix)).isdisjoint(OPEN)


def broken(matrix: Matrix) -> bool:
    """Return whether a difference, or a case that is wrong, is unexplained by more than trouble or loss."""
    return "unexplained" in _kinds(_reasons(matrix))


def _reasons(matrix: Matrix) -> list[Why]:
    return [*(why for row in matrix.differences for why in row.why.values()), *(row.why for row in matrix.wrong)]


def all_known(matrix: Matrix, cluster: str) -> bool:
    """Return whether a cluster has wrong cases, all of them known issues, and lost no worker."""
    reasons = [row.why for row in matrix.wrong if row.cluster == cluster]
    return bool(reasons) and _kinds(reasons).isdisjoint(OPEN) and not matrix.there[cluster].lost


def all_known_or_unproven(matrix: Matrix, cluster: str) -> bool:
    """Return whether a cluster has wrong cases, each of them a known issue, in trouble, or lost."""
    reasons = [row.why for row in matrix.wrong if row.cluster == cluster]
    return bool(reasons) and "unexplained" not in _kinds(reasons)


def known_issues(path: Path = KNOWN_ISSUES) -> list[Deviation]:
    """Return the known issues, each for the minors that it names.

    ``cases`` is a pattern of case names, ``violations`` a pattern of ``rule: text``, ``kubernetes`` a list of minors;
    ``parts``, which may be left out, is a list of parts of a local cluster, each of which has it.

    Raises:
        ValueError: the file is no TOML, or has another shape.
    """
    try:
        by_requirement = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is no TOML: {error}") from error
    for name, issues in by_requirement.items():
        if not isinstance(issues, list) or not all(_is_issue(issue) for issue in issues):
            needs = "cases, violations and why, each a text, kubernetes, a list of minors, and parts, if any, a list"
            raise ValueError(f"{path}: each [[{name}]] needs {needs}")
    return [_deviation(name, issue) for name, issues in by_requirement.items() for issue in issues]


def _deviation(requirement: str, issue: Mapping[str, Any]) -> Deviation:
    found = Deviation(
        requirement=requirement,
        cases=issue["cases"],
        violations=issue["violations"],
        kubernetes=issue["kubernetes"],
        why=issue["why"],
    )
    if "parts" in issue:
        found["parts"] = issue["parts"]
    return found


def _is_issue(value: object) -> bool:
    return (
        isinstance(value, dict)
        and all(isinstance(value.get(key), str) for key in ("cases", "violations", "why"))
        and isinstance(value.get("kubernetes"), list)
        and bool(value["kubernetes"])  # a deviation without any would be known on all
        and (value.get("parts") is None or (isinstance(value["parts"], list) and bool(value["parts"])))
    )


def _kinds(reasons: Iterable[Why]) -> set[str]:
    return {why.kind for why in reasons}


def _requirement(name: str, whole: Mapping[str, Report]) -> Requirement:
    by_cluster = {cluster: report.requirements.get(name) for cluster, report in whole.items()}
    return Requirement(
        level=next(each.level for each in by_cluster.values() if each),
        outcomes={cluster: (each.outcome if each else None) or "not run" for cluster, each in by_cluster.items()},
        cases={cluster: _counts(each.cases) if each else {} for cluster, each in by_cluster.items()},
    )


def _counts(cases: Sequence[Case]) -> dict[Outcome, int]:
    """Return the number of cases by outcome, without cases that were left out."""
    outcomes = [case.outcome for case in cases if not case.left_out]
    return {outcome: outcomes.count(outcome) for outcome in WORST_FIRST if outcome in outcomes}


def _cluster(report: Report) -> Cluster:
    cluster = report.cluster
    nodes = list((cluster.nodes or {}).values())
    found = Cluster(
        provider=cluster.provider or "",
        kubernetes=cluster.kubernetes or "",
        runtime=_together([*(node.runtime for node in nodes), cluster.parts.get("ociRuntime")]),
        kernel=_together(node.kernel for node in nodes),
        nodes=len(nodes),
        suite=report.suite or "",
        started=report.started or "",
        wall_seconds=report.wall_seconds or 0.0,
        conformant=report.conformant,
        claim=claim_of(report),
        totals=report.totals or {},
    )
    return found if report.lost is None else found.model_copy(update={"lost": report.lost})


def _together(values: Iterable[str | None]) -> str:
    return ", ".join(dict.fromkeys(filter(None, values)))


def _differences(name: str, whole: Mapping[str, Report], known: Sequence[Deviation]) -> list[Difference]:
    cases: dict[str, dict[str, Case]] = {}
    for cluster, report in whole.items():
        if requirement := report.requirements.get(name):
            for case in requirement.cases:
                cases.setdefault(case.name, {})[cluster] = case
    rows: list[Difference] = []
    for case_name, by_cluster in cases.items():
        outcomes: dict[str, Outcome] = {
            cluster: by_cluster[cluster].outcome if cluster in by_cluster else "not run" for cluster in whole
        }
        if len(set(outcomes.values())) == 1 or all(each.left_out for each in by_cluster.values()):
            continue
        why = {
            cluster: _why(name, by_cluster[cluster], whole[cluster], known)
            if cluster in by_cluster
            else _no_such_case(whole[cluster], [whole[each] for each in by_cluster])
            for cluster, outcome in outcomes.items()
            if outcome not in FINE
        }
        rows.append(Difference(requirement=name, case=case_name, outcomes=outcomes, why=why))
    return rows


def _no_such_case(report: Report, others: Iterable[Report]) -> Why:
    """Return why a report lacks a case that other reports have: explained only where none of them is of its suite."""
    if any(other.suite == report.suite for other in others):
        return NO_SUCH_CASE
    return Why(kind="suite", text=f"its suite, {report.suite}, has no such case")


def _why(name: str, case: Case, report: Report, known: Sequence[Deviation]) -> Why:
    """Return why a case does not hold: its gate, the user's choice, a known issue, no proof, else ``unexplained``."""
    if case.outcome == "not applicable" and case.reason:
        return Why(kind="gate", text=case.reason)
    if by_choice(case):
        return Why(kind="choice", text=case.reason)
    if case.outcome == "trouble" or lost(case):
        return Why(kind="unproven", text=f"{case.outcome}: {case.reason}")
    violations = [f"{violation.rule}: {violation.text}" for violation in case.violations]
    issues = explaining(of_parts(known, report.cluster.made_of), name, case.name, case.fired, report.minor)
    if case.outcome == "violated" and issues:
        return Why(kind="known", text="; ".join(issue["why"] for issue in issues))
    return Why(kind="unexplained", text=f"{case.outcome}: {' / '.join(violations) or case.reason}")
