"""A matrix for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.layout.columns import aligned
from reports.matrix.words import (
    comparable,
    grouped,
    in_words,
    requirement_rows,
    same_wrong,
    signs_used,
    suites,
    without_run,
)
from reports.models.matrix import Missing

if TYPE_CHECKING:
    from reports.models.matrix import Cluster, Matrix


def lines(matrix: Matrix) -> list[str]:
    """Return the lines: every requirement, what differs and why, what is wrong, then each cluster's totals."""
    clusters = matrix.clusters
    parts = []
    if rows := requirement_rows(matrix):
        parts.append(aligned([("requirement", "level", *clusters), *rows]))
        parts.append([", ".join(f"{sign} {outcome}" for outcome, sign in signs_used(matrix))])
    if unheard := len(matrix.requirements) - len(rows):
        parts.append([f"{unheard} more were run nowhere"])
    for group in grouped(matrix):
        names = ", ".join(f"{name} [{', '.join(cases)}]" for name, cases in group.cases.items())
        parts.append([names, *(f"    {', '.join(where)}: {why}" for why, where in group.why.items())])
    if not matrix.differences and comparable(matrix):
        parts.append(["nothing differs"])
    parts.append([f"{row.requirement} [{row.case}] {row.cluster}: {in_words(row.why)}" for row in same_wrong(matrix)])
    parts.append(aligned([(name, *_totals(cluster)) for name, cluster in clusters.items()]))
    parts.append([f"no run on {', '.join(names)}: {why}" for why, names in without_run(matrix).items()])
    if len(of := suites(matrix)) > 1:
        parts.append([f"of the suite {suite}: {', '.join(names)}" for suite, names in of.items()])
    return [line for part in parts if part for line in ["", *part]]


def _totals(cluster: Cluster | Missing) -> tuple[str, str]:
    if isinstance(cluster, Missing):
        return ("no report", cluster.missing)
    totals = ", ".join(f"{count} {outcome}" for outcome, count in cluster.totals.items() if count)
    return (cluster.kubernetes, f"{totals}; {cluster.claim}; {cluster.wall_seconds:.0f} s")
