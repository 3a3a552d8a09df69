"""The words for a matrix, the same for a terminal and for a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from records.wording import without_figures
from reports.matrix.compare import FINE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from records.outcome import Outcome
    from reports.models.matrix import Difference, Matrix, Requirement, Why, Wrong


SIGNS: dict[Outcome, str] = {
    "holds": "✓",
    "violated": "✗",
    "trouble": "!",
    "not applicable": "-",
    "recorded": "i",
    "not run": "·",
}
"""A sign for each outcome, for narrow columns."""
NO_REPORT = "?"

WHY = {
    "gate": "",
    "suite": "",
    "choice": "left out: ",
    "known": "known: ",
    "unproven": "not proven: ",
    "unexplained": "unexplained: ",
}
"""The first words of a reason, by its kind."""

MOST_FIGURES = 2
"""The most figures shown at one place of a reason that several cases share; the data has all."""


@dataclass
class Group:
    """Cases with the same outcomes, and the same reasons but for figures.

    Attributes:
        cases: the names of the cases, by requirement.
        outcomes: the outcome, by cluster.
        why: the clusters, by the reason that they share; its figures are merged (``1.33/1.34``).
    """

    cases: dict[str, list[str]]
    outcomes: Mapping[str, Outcome]
    why: dict[str, list[str]]


def grouped(matrix: Matrix) -> list[Group]:
    """Return the differences in groups of equal outcomes and reasons."""
    groups: dict[str, list[Difference]] = {}
    for row in matrix.differences:
        key = repr((row.outcomes, {cluster: without_figures(in_words(why)) for cluster, why in row.why.items()}))
        groups.setdefault(key, []).append(row)
    return [_group(rows) for rows in groups.values()]


def in_words(why: Why) -> str:
    """Return a reason in words, for a person."""
    return WHY[why.kind] + why.text


def comparable(matrix: Matrix) -> bool:
    """Return whether there are at least two reports."""
    return len(matrix.there) > 1


def suites(matrix: Matrix) -> dict[str, list[str]]:
    """Return the names of clusters, by the suite that made their reports."""
    found: dict[str, list[str]] = {}
    for name, cluster in matrix.there.items():
        found.setdefault(cluster.suite, []).append(name)
    return found


def without_run(matrix: Matrix) -> dict[str, list[str]]:
    """Return the names of what no run was to be made on, by the reason."""
    found: dict[str, list[str]] = {}
    for name, why in matrix.left_out.items():
        found.setdefault(why, []).append(name)
    return found


def same_wrong(matrix: Matrix) -> list[Wrong]:
    """Return the wrong cases that are no differences.

    They have the same outcome on all clusters, or there is one cluster.
    """
    different = {(row.requirement, row.case) for row in matrix.differences}
    return [row for row in matrix.wrong if (row.requirement, row.case) not in different]


def requirement_rows(matrix: Matrix) -> list[tuple[str, ...]]:
    """Return rows of requirement, level and a sign for each cluster, without requirements that no cluster ran."""
    return [
        (name, requirement.level, *(_sign(requirement, cluster) for cluster in matrix.clusters))
        for name, requirement in matrix.requirements.items()
        if set(requirement.outcomes.values()) != {"not run"}
    ]


def signs_used(matrix: Matrix) -> list[tuple[str, str]]:
    """Return the outcomes and signs that occur in the matrix, for its legend."""
    signs = " ".join(sign for row in requirement_rows(matrix) for sign in row[2:])
    return [(outcome, sign) for outcome, sign in (*SIGNS.items(), ("no report", NO_REPORT)) if sign in signs]


def _group(rows: Sequence[Difference]) -> Group:
    cases: dict[str, list[str]] = {}
    for row in rows:
        cases.setdefault(row.requirement, []).append(row.case)
    reasons: dict[str, dict[str, None]] = {}
    where: dict[str, list[str]] = {}
    for cluster in rows[0].why:
        texts = [in_words(row.why[cluster]) for row in rows]
        shape = without_figures(texts[0])
        reasons.setdefault(shape, {}).update(dict.fromkeys(texts))
        where.setdefault(shape, []).append(cluster)
    return Group(cases, rows[0].outcomes, {_as_one(list(texts)): where[shape] for shape, texts in reasons.items()})


def _as_one(reasons: Sequence[str]) -> str:
    """Return one reason for several that differ only in figures: ``Kubernetes 1.33/1.34 dropped the field …``."""
    places = [dict.fromkeys(words) for words in zip(*(reason.split() for reason in reasons), strict=True)]
    more = ["/…" if len(place) > MOST_FIGURES else "" for place in places]
    return " ".join("/".join(list(place)[:MOST_FIGURES]) + rest for place, rest in zip(places, more, strict=True))


def _sign(requirement: Requirement, cluster: str) -> str:
    """Return the sign of a requirement on a cluster, with a count where not all cases have its outcome: ``✓ 2/4``."""
    outcome = requirement.outcomes.get(cluster)
    if outcome is None:
        return NO_REPORT
    counts = requirement.cases[cluster]
    total = sum(counts.values())
    so = sum(count for each, count in counts.items() if each == outcome or {each, outcome} <= FINE)
    return SIGNS[outcome] + ("" if so == total else f" {so}/{total}")
