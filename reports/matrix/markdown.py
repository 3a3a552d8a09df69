"""A matrix as Markdown: a part of a page, in full or in short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.layout.markdown import escaped, renewed, table
from reports.matrix.words import (
    NO_REPORT,
    SIGNS,
    comparable,
    grouped,
    in_words,
    requirement_rows,
    same_wrong,
    signs_used,
    without_run,
)
from reports.models.matrix import Missing

if TYPE_CHECKING:
    from reports.models.matrix import Matrix

COUNTED = ("holds", "violated")  # the others only where there are any
MARKS = ("<!-- made by ./podproof matrix: begin -->", "<!-- made by ./podproof matrix: end -->")
SHORT_MARKS = (
    "<!-- made by ./podproof matrix, in short: begin -->",
    "<!-- made by ./podproof matrix, in short: end -->",
)


def into(page: str, matrix: Matrix) -> str:
    """Return a page with the matrix between its marks: in short between SHORT_MARKS, else all of it.

    Raises:
        ValueError: the page does not have both marks, once each, in this order.
    """
    if SHORT_MARKS[0] in page:
        return renewed(page, SHORT_MARKS, short(matrix))
    return renewed(page, MARKS, part(matrix))


def short(matrix: Matrix) -> str:
    """Return a row for each cluster: its versions, its claim, how many requirements had which outcome, its suite."""
    counted = [each for each in SIGNS if each in COUNTED or any(of.totals[each] for of in matrix.there.values())]
    rows = []
    for name, cluster in matrix.clusters.items():
        if isinstance(cluster, Missing):
            rows.append([escaped(name), *[NO_REPORT] * (len(counted) + 4)])
            continue
        facts = (name, cluster.kubernetes, cluster.runtime.replace("://", " "), cluster.claim)
        totals = (str(cluster.totals[outcome]) for outcome in counted)
        rows.append([*map(escaped, facts), *totals, escaped(cluster.suite)])
    return "\n".join(table(["cluster", "Kubernetes", "container runtime", "claim", *counted, "suite"], rows)) + "\n"


def part(matrix: Matrix) -> str:
    """Return the matrix without a heading: the clusters, what differs, what is wrong, every requirement."""
    clusters, there = list(matrix.clusters), matrix.there
    facts = {
        "Kubernetes": {name: cluster.kubernetes for name, cluster in there.items()},
        "container runtime": {name: cluster.runtime.replace("://", " ") for name, cluster in there.items()},
        "nodes": {name: str(cluster.nodes) for name, cluster in there.items()},
        "claim": {name: cluster.claim for name, cluster in there.items()},
        **{
            f"requirements: {outcome}": {name: str(cluster.totals[outcome]) for name, cluster in there.items()}
            for outcome in SIGNS
            if any(cluster.totals[outcome] for cluster in there.values())
        },
        "suite": {name: cluster.suite for name, cluster in there.items()},
        "seconds": {name: f"{cluster.wall_seconds:.0f}" for name, cluster in there.items()},
    }
    rows = [[name, *(escaped(values.get(each, NO_REPORT)) for each in clusters)] for name, values in facts.items()]
    parts = [table(["", *map(escaped, clusters)], rows)]
    parts.append([f"- **{escaped(name)}: no report**: {escaped(why)}" for name, why in matrix.missing.items()])
    parts.append(
        [f"- no run on {escaped(', '.join(each))}: {escaped(why)}" for why, each in without_run(matrix).items()]
    )
    if matrix.differences:
        parts += [["What differs, and why:"], _differing(matrix)]
    elif comparable(matrix):
        parts.append(["Nothing differs between them."])
    wrong = [(row.requirement, row.case, row.cluster, in_words(row.why)) for row in same_wrong(matrix)]
    parts.append(["- **{}** {}, {}: {}".format(*map(escaped, row)) for row in wrong])
    legend = ", ".join(f"{sign} {outcome}" for outcome, sign in signs_used(matrix))
    every = table(["requirement", "level", *map(escaped, clusters)], requirement_rows(matrix))
    summary = f"Every requirement on every cluster ({legend}; ✓ 2/4: of four cases two hold, the others do not apply)"
    parts.append(["<details>", f"<summary>{summary}</summary>", "", *every, "", "</details>"])
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _differing(matrix: Matrix) -> list[str]:
    clusters = list(matrix.clusters)
    rows = []
    for group in grouped(matrix):
        names = "<br>".join(f"**{escaped(name)}** {escaped(', '.join(cases))}" for name, cases in group.cases.items())
        signs = [SIGNS[group.outcomes[name]] if name in group.outcomes else NO_REPORT for name in clusters]
        rows.append([names, *signs, "<br>".join(escaped(why) for why in group.why)])
    return table(["requirement and cases", *map(escaped, clusters), "why"], rows)
