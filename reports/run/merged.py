"""One report of several runs, each of which judged a share of one cluster's cases (``--shard``)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from records.outcome import worst
from reports.run import conformance
from reports.run.read import ReportError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from records.outcome import CaseResult
    from reports.models.conformance import Report

Json = dict[str, Any]

OF_A_SHARD = ("--shard", "--store")
"""The options that a share's run has, and the whole has not."""
WEIGHTS = {"deselected": 0, "ended-early": 2}
"""Of causes for which a case was not run: a share says the first of others' cases, and the last of its own."""


def merged(reports: Sequence[Report], lost: Sequence[str] = ()) -> Report:
    """Return the report of all shares.

    Args:
        reports: at least one.
        lost: the shares that ended without a whole report, in words.

    Raises:
        ReportError: they are of different suites, or of different clusters.
    """
    first = reports[0]
    for other in reports[1:]:
        if other.suite != first.suite:
            raise ReportError(f"shares of different suites make no report: {first.suite} and {other.suite}")
        if other.cluster.uid != first.cluster.uid:
            raise ReportError(f"shares of different clusters make no report: {first.cluster.uid}, {other.cluster.uid}")
    results: dict[tuple[str, str], CaseResult] = {}
    for report in reports:
        for name, requirement in report.requirements.items():
            for case in requirement.cases:
                key = (name, case.name)
                results[key] = _worse(results.get(key), conformance.result(name, requirement.level, case))
    levels = {name: each.level for name, each in first.requirements.items()}
    return conformance.made(levels, results.values(), _facts(reports, lost))


def _worse(before: CaseResult | None, now: CaseResult) -> CaseResult:
    """Return which of two results of a case counts: one share's word on its own cases, else the worse."""
    if before is None:
        return now
    played = [each for each in (before, now) if each["outcome"] != "not run"]
    if len(played) == 1:
        return played[0]
    if not played:
        return max(before, now, key=lambda each: WEIGHTS.get(each["cause"] or "", 1))
    return now if worst([before["outcome"], now["outcome"]]) == now["outcome"] else before


def _facts(reports: Sequence[Report], lost: Sequence[str]) -> Json:
    """Return the facts of all shares: sums, and what the first of them says of the rest."""
    first = reports[0]
    images: dict[str, set[str]] = {}
    for each in reports:
        for image, ids in (each.cluster.image_ids or {}).items():
            images.setdefault(image, set()).update(ids)
    begins = [dt.datetime.fromisoformat(each.started) for each in reports if each.started]
    ends = [
        begin + dt.timedelta(seconds=float(each.wall_seconds or 0))
        for begin, each in zip(begins, (each for each in reports if each.started), strict=True)
    ]
    options = {name: value for name, value in (first.options or {}).items() if name not in OF_A_SHARD}
    command = [word for word in first.command or () if not word.startswith(tuple(f"{name}=" for name in OF_A_SHARD))]
    facts: Json = {
        "suite": first.suite,
        "started": min(begins).isoformat(timespec="seconds") if begins else None,
        "wallSeconds": round((max(ends) - min(begins)).total_seconds(), 1) if begins else None,
        "command": command,
        "cluster": first.cluster.plain() | {"imageIds": {image: sorted(ids) for image, ids in sorted(images.items())}},
        "podsCreated": sum(each.pods_created or 0 for each in reports),
        "apiRequests": sum(each.api_requests or 0 for each in reports),
        "inFlight": sum(each.in_flight or 0 for each in reports),
        "options": options,
        "settings": first.settings,
    }
    return facts | ({"lost": list(lost)} if lost else {})
