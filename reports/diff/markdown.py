"""A comparison of two runs as Markdown, as GitHub renders it: for a pull request, or a summary of a job."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from reports.diff.compare import WRONG
from reports.diff.facts import KUBERNETES
from reports.diff.text import (
    SUMMED,
    alike,
    claim,
    headline,
    name,
    named,
    took,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.diff.compare import Comparison, Difference

MOST_OPEN = 10
"""Rows that stand open where they are not newly wrong; more are folded."""

SPECIAL = re.compile(r"([\\`*_{}\[\]()#~|])")


def page(comparison: Comparison) -> str:
    """All of it; what is newly wrong is never folded."""
    return "".join(f"{line}\n" for line in lines(comparison))


def text(words: str) -> str:
    """Any words, escaped: they mean nothing to Markdown or HTML, and stay in the cell of a table that they stand in."""
    escaped = SPECIAL.sub(r"\\\1", html.escape(words, quote=False))
    unlinked = escaped.replace("://", "&#58;//").replace("www.", "www&#46;")  # a link would take the backslashes along
    return "<br>".join(unlinked.splitlines())


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table. Its cells are Markdown already: what is not is given through ``text`` first."""
    return [_row(head), _row(["---"] * len(head)), *map(_row, rows)]


def lines(comparison: Comparison) -> Iterator[str]:
    """The page, line by line."""
    yield f"## {text(headline(comparison))}"
    yield ""
    yield from _glance(comparison)
    if comparison.swapped:
        yield from ("", "**The second run is the earlier one**: was the report from before the upgrade named last?")
    for kind, found in comparison.by_kind.items():
        title = f"{kind.value[0].upper()}{kind.value[1:]}: {len(found)}"
        rows = _summed(found) if kind in SUMMED else _listed(found)
        yield ""
        if kind in WRONG:
            yield from (f"### {title}", "", *rows)
        else:
            yield from _folded(title, rows, is_open=kind not in SUMMED and len(found) <= MOST_OPEN)
    facts = [(text(it.name), text(it.before), text(it.after)) for it in comparison.facts if it.name != KUBERNETES]
    if facts:
        rows = table(("", "before", "after"), facts)
        yield ""
        yield from _folded(f"Of the cluster and the run: {len(facts)}", rows, is_open=len(facts) <= MOST_OPEN)
    if comparison.slower:
        cells = [(text(name(it)), f"{it.before:.1f} s", f"{it.after:.1f} s") for it in comparison.slower]
        rows = table(("slower", "before", "after"), cells)
        yield ""
        yield from _folded(f"Slower: {len(cells)}", rows, is_open=len(cells) <= MOST_OPEN)
    if comparison.untimed:
        yield from ("", f"Times are not compared: {text(comparison.untimed)}.")


def _glance(comparison: Comparison) -> list[str]:
    """What each run was."""
    runs = comparison.runs.values()
    rows = [
        ("claim", *(f"**{claim(run)}**" for run in runs)),
        (KUBERNETES, *(text(run.kubernetes) for run in runs)),
        ("started", *(text(run.started) for run in runs)),
        ("took", *(took(run) for run in runs)),
    ]
    return table(("", *comparison.runs), rows)


def _listed(differences: Sequence[Difference]) -> list[str]:
    rows = [
        (
            text(level),
            f"**{text(requirement)}** {text(', '.join(cases))}",
            group.outcomes,
            "<br>".join(map(text, group.why)),
        )
        for group in alike(differences)
        for (level, requirement), cases in named(group.cases).items()
    ]
    return table(("level", "case", "", "why"), rows)


def _summed(differences: Sequence[Difference]) -> list[str]:
    rows = []
    for group in alike(differences):
        names = (f"{text(name)} ({text(', '.join(cases))})" for (_, name), cases in named(group.cases).items())
        rows.append((text(str(group)), ", ".join(names)))
    return table(("", "cases"), rows)


def _folded(title: str, rows: Sequence[str], *, is_open: bool) -> list[str]:
    return [
        f"<details{' open' if is_open else ''}><summary>{html.escape(title)}</summary>",
        "",
        *rows,
        "",
        "</details>",
    ]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
