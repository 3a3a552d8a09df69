"""A comparison of two runs for a terminal."""

from __future__ import annotations

import textwrap
from itertools import islice
from typing import TYPE_CHECKING

from reports.diff.compare import WRONG
from reports.diff.words import SUMMED, headline, name, named, took, transitions
from reports.layout.columns import aligned

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.diff.compare import Comparison, Difference
    from reports.diff.facts import RunFacts

WIDTH = 120  # columns
MOST_NAMES = 12
"""The most requirements that a summary names; the Markdown names all."""


def lines(comparison: Comparison) -> Iterator[str]:
    """Yield the lines of the comparison, the worst change first."""
    yield headline(comparison)
    yield ""
    yield from aligned([_of(which, run) for which, run in comparison.runs.items()])
    if comparison.swapped:
        yield "the second run is the earlier one: was the report from before the upgrade named last?"
    for change, found in comparison.by_change.items():
        yield ""
        yield f"{change.value.upper() if change in WRONG else change.value}: {len(found)}"
        yield from _summed(found) if change in SUMMED else _listed(found)
    if comparison.facts:
        yield ""
        yield "of the cluster and the run:"
        rows = [(f"  {fact.name}", _shortened(fact.before), "→ " + fact.after) for fact in comparison.facts]
        yield from aligned(rows)
    if comparison.slower:
        yield ""
        yield "slower:"
        yield from aligned([(f"  {name(it)}", f"{it.before:.1f} s", f"→ {it.after:.1f} s") for it in comparison.slower])
    if comparison.untimed:
        yield ""
        yield f"times are not compared: {comparison.untimed}"


def _of(which: str, run: RunFacts) -> tuple[str, ...]:
    return which, run.kubernetes, run.claim, run.cluster, run.started, took(run)


def _listed(differences: Sequence[Difference]) -> Iterator[str]:
    rows = [
        (f"  {level}", requirement, ", ".join(cases), transition.outcomes)
        for transition in transitions(differences)
        for (level, requirement), cases in named(transition.cases).items()
    ]
    shown = iter(aligned(rows))
    for transition in transitions(differences):
        yield from islice(shown, len(named(transition.cases)))
        yield from (f"      {line}" for why in transition.why for line in why.splitlines())


def _summed(differences: Sequence[Difference]) -> Iterator[str]:
    for transition in transitions(differences):
        names = list(dict.fromkeys(case.requirement for case in transition.cases))
        more = f" … and {len(names) - MOST_NAMES} more requirements" if len(names) > MOST_NAMES else ""
        yield f"  {transition}"
        words = ", ".join(names[:MOST_NAMES]) + more
        yield from textwrap.wrap(
            words, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6, break_on_hyphens=False
        )


def _shortened(text: str) -> str:
    """Return the text cut to half a line: another column stands beside it."""
    return textwrap.shorten(text, WIDTH // 2, placeholder=" …")
