"""The words for a comparison of two runs, the same for a terminal and for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reports.diff.compare import NO_CHANGE, PARTS, WRONG, Change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.diff.compare import Comparison, Difference, Slower
    from reports.diff.facts import RunFacts

SUMMED = frozenset({Change.ONLY_AFTER, *PARTS})
"""Changes that are summed up by requirement: they may concern every case of a suite, and say nothing of a cluster. A
case that only the first report has may have been lost, so that is not among them."""

HOLLOW = "no MUST holds any more and the claim of conformance rests on nothing"


class Transition(NamedTuple):
    """Cases with the same outcomes before and after, and the same reasons."""

    outcomes: str
    why: tuple[str, ...]
    cases: list[Difference]

    def __str__(self) -> str:
        why = f" ({'; '.join(self.why)})" if self.why else ""
        return f"{self.outcomes}{why}: {len(self.cases)}"


def headline(comparison: Comparison) -> str:
    """Return the comparison in one line: ``newly wrong: 1 newly violated; 2 still violated or in trouble``."""
    counts = comparison.counts
    words = {change: f"{counts[change]} {change.value}" for change in Change if counts[change]}
    wrong = [*([HOLLOW] if comparison.hollow else []), *(words[change] for change in words if change in WRONG)]
    changes = [words[change] for change in words if change not in WRONG | NO_CHANGE]
    aside = [words[change] for change in words if change in NO_CHANGE]
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


def took(run: RunFacts) -> str:
    """Return a run's wall time in words; empty where the report has none."""
    return "" if run.seconds is None else f"{run.seconds:.0f} s"


def name(slower: Slower) -> str:
    """Return the name of what took longer: a case, or the whole run."""
    return f"{slower.requirement} [{slower.case}]" if slower.requirement else "the whole run"


def outcomes(difference: Difference) -> str:
    """Return a case's outcomes in words: ``holds → violated``, ``still violated``."""
    was, now = difference.before, difference.after
    return f"still {now}" if was == now else f"{was} → {now}"


def transitions(differences: Sequence[Difference]) -> list[Transition]:
    """Return the differences, grouped by equal outcomes and reasons."""
    found: dict[tuple[str, tuple[str, ...]], Transition] = {}
    for each in differences:
        key = (outcomes(each), each.why)
        found.setdefault(key, Transition(*key, [])).cases.append(each)
    return list(found.values())


def named(cases: Sequence[Difference]) -> dict[tuple[str, str], list[str]]:
    """Return the names of cases, by level and requirement."""
    names: dict[tuple[str, str], list[str]] = {}
    for each in cases:
        names.setdefault((each.level, each.requirement), []).append(each.case)
    return names
