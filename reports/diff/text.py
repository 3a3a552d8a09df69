"""A comparison of two runs in words: its headline, and lines for a terminal."""

from __future__ import annotations

import textwrap
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from reports.diff.compare import NO_CHANGE, PARTS, WRONG, Kind
from reports.layout.columns import aligned

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.diff.compare import Comparison, Difference, Slower
    from reports.diff.facts import Run

WIDTH = 120  # columns
MOST_NAMES = 12
"""Of requirements in a line that sums cases up: the Markdown has all of them."""

SUMMED = frozenset({Kind.ONLY_BEFORE, Kind.ONLY_AFTER, *PARTS})
"""What can be every case of a suite, and says nothing of a cluster: told by how many there are, of what."""

HOLLOW = "no MUST holds any more and the claim of conformance rests on nothing"

CLAIMS = {True: "conformant", False: "NOT conformant", None: "no claim of conformance"}


class Alike(NamedTuple):
    """Cases that were and are of the same outcomes, for the same reasons."""

    outcomes: str
    why: tuple[str, ...]
    cases: list[Difference]

    def __str__(self) -> str:
        why = f" ({'; '.join(self.why)})" if self.why else ""
        return f"{self.outcomes}{why}: {len(self.cases)}"


def headline(comparison: Comparison) -> str:
    """All of it in one line: ``newly wrong: 1 newly violated; 2 still violated or in trouble``."""
    counts = comparison.counts
    told = {kind: f"{counts[kind]} {kind.value}" for kind in Kind if counts[kind]}
    wrong = [*([HOLLOW] if comparison.hollow else []), *(words for kind, words in told.items() if kind in WRONG)]
    changes = [words for kind, words in told.items() if kind not in WRONG | NO_CHANGE]
    aside = [words for kind, words in told.items() if kind in NO_CHANGE]
    if comparison.slower:
        aside.append(f"{len(comparison.slower)} slower")
    part = "" if PARTS.isdisjoint(counts) else " in what both ran"
    if wrong or changes:
        first = f"{'NEWLY WRONG' if wrong else 'nothing is newly wrong'}: {', '.join(wrong + changes)}"
    elif comparison.facts:
        first = f"nothing changed{part} but what is told of the cluster and the run"
    else:
        first = f"nothing changed{part}"
    return "; ".join([first, *aside])


def claim(run: Run) -> str:
    """What a run claims of its cluster."""
    return CLAIMS[run.conformant]


def took(run: Run) -> str:
    """How long a run took; empty where it does not tell."""
    return "" if run.seconds is None else f"{run.seconds:.0f} s"


def name(slower: Slower) -> str:
    """What took longer."""
    return f"{slower.requirement} [{slower.case}]" if slower.requirement else "the whole run"


def outcomes(difference: Difference) -> str:
    """What a case was, and is."""
    was, now = difference.before, difference.after
    return f"still {now}" if was == now else f"{was} → {now}"


def alike(differences: Sequence[Difference]) -> list[Alike]:
    """The differences, put together where they are told in the same words."""
    found: dict[tuple[str, tuple[str, ...]], Alike] = {}
    for each in differences:
        key = (outcomes(each), each.why)
        found.setdefault(key, Alike(*key, [])).cases.append(each)
    return list(found.values())


def named(cases: Sequence[Difference]) -> dict[tuple[str, str], list[str]]:
    """The names of cases, by level and requirement."""
    names: dict[tuple[str, str], list[str]] = {}
    for each in cases:
        names.setdefault((each.level, each.requirement), []).append(each.case)
    return names


def lines(comparison: Comparison) -> Iterator[str]:
    """The comparison for a terminal, the worst first."""
    yield headline(comparison)
    yield ""
    yield from aligned([_of(which, run) for which, run in comparison.runs.items()])
    if comparison.swapped:
        yield "the second run is the earlier one: was the report from before the upgrade named last?"
    for kind, found in comparison.by_kind.items():
        yield ""
        yield f"{kind.value.upper() if kind in WRONG else kind.value}: {len(found)}"
        yield from _summed(found) if kind in SUMMED else _listed(found)
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


def _of(which: str, run: Run) -> tuple[str, ...]:
    return which, run.kubernetes, claim(run), run.cluster, run.started, took(run)


def _listed(differences: Sequence[Difference]) -> Iterator[str]:
    rows = [
        (f"  {level}", requirement, ", ".join(cases), group.outcomes)
        for group in alike(differences)
        for (level, requirement), cases in named(group.cases).items()
    ]
    shown = iter(aligned(rows))
    for group in alike(differences):
        yield from islice(shown, len(named(group.cases)))
        yield from (f"      {line}" for why in group.why for line in why.splitlines())


def _summed(differences: Sequence[Difference]) -> Iterator[str]:
    for group in alike(differences):
        names = list(dict.fromkeys(case.requirement for case in group.cases))
        more = f" … and {len(names) - MOST_NAMES} more requirements" if len(names) > MOST_NAMES else ""
        yield f"  {group}"
        words = ", ".join(names[:MOST_NAMES]) + more
        yield from textwrap.wrap(
            words, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6, break_on_hyphens=False
        )


def _shortened(text: str) -> str:
    """Reasons for a feature's absence are long, and stand beside what there is now."""
    return textwrap.shorten(text, WIDTH // 2, placeholder=" …")
