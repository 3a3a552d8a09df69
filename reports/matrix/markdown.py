"""The verdicts of several clusters in words: lines for a terminal, and Markdown for a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from records.outcome import WORST_FIRST
from reports.diff.compare import without_figures
from reports.diff.markdown import table as markdown_table
from reports.diff.markdown import text
from reports.diff.text import CLAIMS
from reports.layout.columns import aligned
from reports.matrix.compare import FINE, missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.matrix.compare import Why

Json = dict[str, Any]

MARKS = ("<!-- made by ./podproof matrix: begin -->", "<!-- made by ./podproof matrix: end -->")

SIGNS = {
    "holds": "✓",
    "violated": "✗",
    "trouble": "!",
    "not applicable": "-",
    "recorded": "i",
    "not run": "·",
}
"""Of an outcome, where there is little room."""
NO_REPORT = "?"

WORDS = {"gate": "", "choice": "left out: ", "known": "known: ", "unexplained": "unexplained: "}
"""What a reason begins with, by its kind."""

MOST_FIGURES = 2
"""Of one place in a reason that several cases give; the data has all of them."""


@dataclass
class Alike:
    """Cases that differ alike: the same outcomes, for the same reasons but for their figures.

    Attributes:
        cases: requirement → its cases.
        outcomes: by cluster.
        why: for each reason, figures put together, the clusters that it holds for.
    """

    cases: dict[str, list[str]]
    outcomes: dict[str, str]
    why: dict[str, list[str]]


def table(matrix: Json) -> list[str]:
    """Lines for a terminal: every requirement, what differs and why, what is wrong, then each cluster's totals."""
    clusters = matrix["clusters"]
    parts = []
    if rows := _rows(matrix):
        parts.append(aligned([("requirement", "level", *clusters), *rows]))
        parts.append([", ".join(f"{sign} {outcome}" for outcome, sign in _used(matrix))])
    if unheard := len(matrix["requirements"]) - len(rows):
        parts.append([f"{unheard} more were run nowhere"])
    for group in alike(matrix):
        names = ", ".join(f"{name} [{', '.join(cases)}]" for name, cases in group.cases.items())
        parts.append([names, *(f"    {', '.join(where)}: {why}" for why, where in group.why.items())])
    if not matrix["differences"] and _comparable(matrix):
        parts.append(["nothing differs"])
    everywhere = [(row, _words(row["why"])) for row in _same_wrong(matrix)]
    parts.append([f"{row['requirement']} [{row['case']}] {row['cluster']}: {why}" for row, why in everywhere])
    parts.append(aligned([(name, *_totals(cluster)) for name, cluster in clusters.items()]))
    return [line for part in parts if part for line in ["", *part]]


def markdown(matrix: Json) -> str:
    """A part of a page, without a heading: the clusters, what differs, what is wrong, every requirement."""
    clusters = matrix["clusters"]
    there = {name: cluster for name, cluster in clusters.items() if name not in missing(matrix)}
    facts = {
        "Kubernetes": {name: cluster["kubernetes"] for name, cluster in there.items()},
        "container runtime": {name: cluster["runtime"].replace("://", " ") for name, cluster in there.items()},
        "nodes": {name: str(cluster["nodes"]) for name, cluster in there.items()},
        "claim": {name: CLAIMS[cluster["conformant"]] for name, cluster in there.items()},
        **{
            f"requirements: {outcome}": {name: str(cluster["totals"][outcome]) for name, cluster in there.items()}
            for outcome in sorted(WORST_FIRST, key=list(SIGNS).index)
            if any(cluster["totals"][outcome] for cluster in there.values())
        },
        "seconds": {name: f"{cluster['wallSeconds']:.0f}" for name, cluster in there.items()},
    }
    rows = [[name, *(text(told.get(each, NO_REPORT)) for each in clusters)] for name, told in facts.items()]
    parts = [markdown_table(["", *map(text, clusters)], rows)]
    parts.append([f"- **{text(name)}: no report**: {text(why)}" for name, why in missing(matrix).items()])
    if matrix["differences"]:
        parts += [["What differs, and why:"], _differing(matrix)]
    elif _comparable(matrix):
        parts.append(["Nothing differs between them."])
    parts.append(
        [
            f"- **{text(row['requirement'])}** {text(row['case'])}, {text(row['cluster'])}: {text(_words(row['why']))}"
            for row in _same_wrong(matrix)
        ]
    )
    legend = ", ".join(f"{sign} {outcome}" for outcome, sign in _used(matrix))
    every = markdown_table(["requirement", "level", *map(text, clusters)], _rows(matrix))
    summary = f"Every requirement on every cluster ({legend}; ✓ 2/4: of four cases two hold, the others do not apply)"
    parts.append(["<details>", f"<summary>{summary}</summary>", "", *every, "", "</details>"])
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def into(page: str, part: str) -> str:
    """A page with the part between its marks renewed.

    Raises:
        ValueError: it has not both marks, once each, in their order.
    """
    begin, end = MARKS
    if page.count(begin) != 1 or page.count(end) != 1 or page.index(end) < page.index(begin):
        raise ValueError(f"the page has not the two marks {begin} and {end}, once each")
    return page[: page.index(begin) + len(begin)] + f"\n\n{part}\n" + page[page.index(end) :]


def alike(matrix: Json) -> list[Alike]:
    """The differences, together where they differ alike."""
    groups: dict[str, list[Json]] = {}
    for row in matrix["differences"]:
        key = repr((row["outcomes"], {cluster: without_figures(_words(why)) for cluster, why in row["why"].items()}))
        groups.setdefault(key, []).append(row)
    return [_group(rows) for rows in groups.values()]


def _group(rows: Sequence[Json]) -> Alike:
    cases: dict[str, list[str]] = {}
    for row in rows:
        cases.setdefault(row["requirement"], []).append(row["case"])
    reasons: dict[str, dict[str, None]] = {}
    where: dict[str, list[str]] = {}
    for cluster in rows[0]["why"]:
        said = [_words(row["why"][cluster]) for row in rows]
        shape = without_figures(said[0])
        reasons.setdefault(shape, {}).update(dict.fromkeys(said))
        where.setdefault(shape, []).append(cluster)
    return Alike(cases, rows[0]["outcomes"], {_as_one(list(said)): where[shape] for shape, said in reasons.items()})


def _words(why: Why) -> str:
    return WORDS[why["kind"]] + why["text"]


def _as_one(reasons: Sequence[str]) -> str:
    """Reasons that differ in their figures alone as one: ``Kubernetes 1.33/1.34 dropped the field …``."""
    places = [dict.fromkeys(words) for words in zip(*(reason.split() for reason in reasons), strict=True)]
    more = ["/…" if len(place) > MOST_FIGURES else "" for place in places]
    return " ".join("/".join(list(place)[:MOST_FIGURES]) + rest for place, rest in zip(places, more, strict=True))


def _comparable(matrix: Json) -> bool:
    """Whether there are two reports at least."""
    return len(matrix["clusters"]) - len(missing(matrix)) > 1


def _same_wrong(matrix: Json) -> list[Json]:
    """What is wrong and no difference: there is one cluster, or it is so on all."""
    different = {(row["requirement"], row["case"]) for row in matrix["differences"]}
    return [row for row in matrix["wrong"] if (row["requirement"], row["case"]) not in different]


def _totals(cluster: Json) -> tuple[str, str]:
    if "missing" in cluster:
        return ("no report", cluster["missing"])
    totals = ", ".join(f"{count} {outcome}" for outcome, count in cluster["totals"].items() if count)
    return (cluster["kubernetes"], f"{totals}; {CLAIMS[cluster['conformant']]}; {cluster['wallSeconds']:.0f} s")


def _rows(matrix: Json) -> list[tuple[str, ...]]:
    """Requirement, level, and a sign of each cluster; without the requirements that were run nowhere."""
    return [
        (name, told["level"], *(_sign(told, cluster) for cluster in matrix["clusters"]))
        for name, told in matrix["requirements"].items()
        if set(told["outcomes"].values()) != {"not run"}
    ]


def _sign(requirement: Json, cluster: str) -> str:
    """Of one requirement on one cluster; with a count where not every case came out so: ``✓ 2/4``."""
    outcome = requirement["outcomes"].get(cluster)
    if outcome is None:
        return NO_REPORT
    counts = requirement["cases"][cluster]
    total = sum(counts.values())
    so = sum(count for each, count in counts.items() if each == outcome or {each, outcome} <= FINE)
    return SIGNS[outcome] + ("" if so == total else f" {so}/{total}")


def _used(matrix: Json) -> list[tuple[str, str]]:
    """The signs that stand in the matrix, with their meaning."""
    signs = " ".join(sign for row in _rows(matrix) for sign in row[2:])
    return [(outcome, sign) for outcome, sign in (*SIGNS.items(), ("no report", NO_REPORT)) if sign in signs]


def _differing(matrix: Json) -> list[str]:
    clusters = list(matrix["clusters"])
    rows = []
    for group in alike(matrix):
        names = "<br>".join(f"**{text(name)}** {text(', '.join(cases))}" for name, cases in group.cases.items())
        signs = [SIGNS[group.outcomes[name]] if name in group.outcomes else NO_REPORT for name in clusters]
        rows.append([names, *signs, "<br>".join(text(why) for why in group.why)])
    return markdown_table(["requirement and cases", *map(text, clusters), "why"], rows)
