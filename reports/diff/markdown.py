"""A comparison of two runs as Markdown, for a pull request or the summary of a CI job."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from reports.diff.compare import WRONG
from reports.diff.facts import KUBERNETES
from reports.diff.words import (
    SUMMED,
    headline,
    name,
    named,
    took,
    transitions,
)
from reports.layout.markdown import escaped, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.diff.compare import Comparison, Difference

MOST_OPEN = 10
"""A list of more rows than this is folded, unless it is newly wrong."""


def page(comparison: Comparison) -> str:
    """Return the whole page; what is newly wrong is never folded."""
    return "".join(f"{line}\n" for line in lines(comparison))


def lines(comparison: Comparison) -> Iterator[str]:
    """Yield the lines of the page."""
    yield f"## {escaped(headline(comparison))}"
    yield ""
    yield from _glance(comparison)
    if comparison.swapped:
        yield from ("", "**The second run is the earlier one**: was the report from before the upgrade named last?")
    for change, found in comparison.by_change.items():
        title = f"{change.value[0].upper()}{change.value[1:]}: {len(found)}"
        rows = _summed(found) if change in SUMMED else _listed(found)
        yield ""
        if change in WRONG:
            yield from (f"### {title}", "", *rows)
        else:
            yield from _folded(title, rows, is_open=change not in SUMMED and len(found) <= MOST_OPEN)
    facts = [
        (escaped(it.name), escaped(it.before), escaped(it.after)) for it in comparison.facts if it.name != KUBERNETES
    ]
    if facts:
        rows = table(("", "before", "after"), facts)
        yield ""
        yield from _folded(f"Of the cluster and the run: {len(facts)}", rows, is_open=len(facts) <= MOST_OPEN)
    if comparison.slower:
        cells = [(escaped(name(it)), f"{it.before:.1f} s", f"{it.after:.1f} s") for it in comparison.slower]
        rows = table(("slower", "before", "after"), cells)
        yield ""
        yield from _folded(f"Slower: {len(cells)}", rows, is_open=len(cells) <= MOST_OPEN)
    if comparison.untimed:
        yield from ("", f"Times are not compared: {escaped(comparison.untimed)}.")


def _glance(comparison: Comparison) -> list[str]:
    """Return the table of the two runs' facts."""
    runs = comparison.runs.values()
    rows = [
        ("claim", *(f"**{run.claim}**" for run in runs)),
        (KUBERNETES, *(escaped(run.kubernetes) for run in runs)),
        ("started", *(escaped(run.started) for run in runs)),
        ("took", *(took(run) for run in runs)),
    ]
    return table(("", *comparison.runs), rows)


def _listed(differences: Sequence[Difference]) -> list[str]:
    rows = [
        (
            escaped(level),
            f"**{escaped(requirement)}** {escaped(', '.join(cases))}",
            transition.outcomes,
            "<br>".join(map(escaped, transition.why)),
        )
        for transition in transitions(differences)
        for (level, requirement), cases in named(transition.cases).items()
    ]
    return table(("level", "case", "", "why"), rows)


def _summed(differences: Sequence[Difference]) -> list[str]:
    rows = []
    for transition in transitions(differences):
        names = (
            f"{escaped(name)} ({escaped(', '.join(cases))})" for (_, name), cases in named(transition.cases).items()
        )
        rows.append((escaped(str(transition)), ", ".join(names)))
    return table(("", "cases"), rows)


def _folded(title: str, rows: Sequence[str], *, is_open: bool) -> list[str]:
    return [
        f"<details{' open' if is_open else ''}><summary>{html.escape(title)}</summary>",
        "",
        *rows,
        "",
        "</details>",
    ]
