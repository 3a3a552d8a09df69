"""What is on the page of several runs, before it is laid out: every requirement, a column for each run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from reports.matrix.compare import unexplained
from reports.matrix.words import NO_REPORT, SIGNS, WHY, comparable, grouped, requirement_rows, same_wrong, without_run
from reports.models.matrix import Cluster, Difference
from reports.page.content import LONGEST, TONES, linked
from reports.picture.clean import cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from records.outcome import Outcome
    from records.requirements import Requirement
    from reports.matrix.words import Group
    from reports.models.matrix import Matrix

Pieces = tuple[tuple[str, str], ...]

MOST_CASES = 8
"""The most cases that one row names."""
COUNTED = "requirements:"
OPEN_WORDS = tuple(WHY[kind] for kind in ("unproven", "unexplained"))
LOUDEST_FIRST: tuple[Outcome, ...] = ("violated", "trouble", "not applicable", "recorded", "holds", "not run")


@dataclass(frozen=True)
class Run:
    """A column: a run, and what it claims.

    Attributes:
        link: where its own page lies, from this one; empty where it has none.
        missing: why it has no report; empty where it has one.
    """

    name: str
    link: str
    kubernetes: str
    claim: str
    tone: str
    missing: str = ""


@dataclass(frozen=True)
class Cell:
    """A requirement, or a case of it, in one run.

    Attributes:
        counts: how many of its cases have this outcome, where not all have: ``2/4``.
        link: where the run's page shows it; empty where there is no page.
    """

    outcome: Outcome | Literal["no report"]
    counts: str = ""
    link: str = ""

    @property
    def sign(self) -> str:
        """Return the outcome as one character."""
        return NO_REPORT if self.outcome == "no report" else SIGNS[self.outcome]


@dataclass(frozen=True)
class Row:
    """One requirement in all runs, or cases that have the same outcomes for the same reasons.

    Attributes:
        names: the id and title of each requirement, with the names of its cases; of a whole requirement, none.
        why: of which runs, whether it is a known issue, and the reason in pieces of text, each with the URL that it is.
    """

    names: tuple[tuple[str, str, str], ...]
    level: str
    cells: tuple[Cell, ...]
    why: tuple[tuple[str, bool, Pieces], ...] = ()


@dataclass(frozen=True)
class Page:
    """All that is on the page.

    Attributes:
        heading: what differs, in a few words; ``tone`` how that looks, ``lead`` more of it.
        facts: names, and a value for each run, where they are not the same in all.
        shared: names and values that are the same in all runs.
        differing: what has not the same outcome in all runs; the unexplained first.
        wrong: what is violated or in trouble in all runs alike.
        areas: every requirement that was run somewhere, by what it is about.
        nowhere: the ids of those that were run nowhere.
        without_run: why no run was made on some nodes, and their names.
    """

    heading: str
    tone: str
    lead: str
    runs: tuple[Run, ...]
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    shared: tuple[tuple[str, str], ...]
    differing: tuple[Row, ...]
    wrong: tuple[Row, ...]
    areas: Mapping[str, Sequence[Row]]
    nowhere: tuple[str, ...]
    without_run: tuple[tuple[str, str], ...]


def of(matrix: Matrix, promises: Mapping[str, Requirement], links: Mapping[str, str]) -> Page:
    """Return the content of the page.

    Args:
        matrix: the comparison of the runs, as ``reports.matrix.compare.compare`` returns it.
        promises: the requirements by their ids.
        links: the address of a run's own page, by the run's name; runs without a page are not in it.
    """
    maker = _Maker(matrix, promises, links)
    facts = list(_facts(matrix))
    areas: dict[str, list[Row]] = {}
    ran = requirement_rows(matrix)
    for name, level, *signs in ran:
        areas.setdefault(maker.area(name), []).append(maker.requirement(name, level, signs))
    groups = grouped(matrix)
    same = grouped(matrix.model_copy(update={"differences": _wrong_everywhere(matrix)}))
    heading, tone, lead = _words(matrix, len(ran))
    return Page(
        heading=heading,
        tone=tone,
        lead=lead,
        runs=tuple(maker.runs()),
        facts=tuple((name, values) for name, values, together in facts if not together),
        shared=tuple((name, together) for name, _, together in facts if together),
        differing=tuple(maker.group(each) for each in sorted(groups, key=_quiet)),
        wrong=tuple(maker.group(each) for each in sorted(same, key=_quiet)),
        areas=dict(sorted(areas.items())),
        nowhere=tuple(sorted({*matrix.requirements} - {row[0] for row in ran})),
        without_run=tuple(
            (cut(why, LONGEST), cut(", ".join(names), LONGEST)) for why, names in without_run(matrix).items()
        ),
    )


@dataclass(frozen=True)
class _Maker:
    """Makes columns and rows."""

    matrix: Matrix
    promises: Mapping[str, Requirement]
    links: Mapping[str, str]

    def runs(self) -> Iterable[Run]:
        for name, cluster in self.matrix.clusters.items():
            short, link = cut(name, LONGEST), self.links.get(name, "")
            if isinstance(cluster, Cluster):
                yield Run(short, link, cut(cluster.kubernetes, LONGEST), cluster.claim, TONES[cluster.claim])
            else:
                yield Run(short, link, "", "no report", "none", cut(cluster.missing, LONGEST))

    def area(self, name: str) -> str:
        return self.promises[name].area if name in self.promises else "Unknown to this podproof"

    def requirement(self, name: str, level: str, signs: Sequence[str]) -> Row:
        outcomes = self.matrix.requirements[name].outcomes
        counts = dict(zip(self.matrix.clusters, (sign.partition(" ")[2] for sign in signs), strict=True))
        return Row((self._named(name, ()),), level, self._cells(outcomes, [name], counts))

    def group(self, group: Group) -> Row:
        names = tuple(self._named(name, cases) for name, cases in group.cases.items())
        why = tuple(_reason(text, where) for text, where in group.why.items())
        return Row(names, "", self._cells(group.outcomes, list(group.cases)), why)

    def _named(self, name: str, cases: Sequence[str]) -> tuple[str, str, str]:
        title = self.promises[name].title if name in self.promises else ""
        more = f" and {len(cases) - MOST_CASES} more" if len(cases) > MOST_CASES else ""
        return (cut(name, LONGEST), title, cut(", ".join(cases[:MOST_CASES]), LONGEST) + more)

    def _cells(
        self, outcomes: Mapping[str, Outcome], names: Sequence[str], counts: Mapping[str, str] | None = None
    ) -> tuple[Cell, ...]:
        return tuple(
            Cell(outcomes.get(run, "no report"), (counts or {}).get(run, ""), self._link(run, names))
            for run in self.matrix.clusters
        )

    def _link(self, run: str, names: Sequence[str]) -> str:
        """Return where a run's page shows the first of these requirements."""
        there = [name for name in names if name in self.matrix.requirements and name in self.promises]
        if not self.links.get(run):
            return ""
        return f"{self.links[run]}#{there[0]}" if there else self.links[run]


def _facts(matrix: Matrix) -> Iterable[tuple[str, tuple[str, ...], str]]:
    """Yield names, the value of every run, and the value that all share, where they share one."""
    told = {name: _told(cluster) for name, cluster in matrix.there.items()}
    for name in dict.fromkeys(name for values in told.values() for name in values):
        alike = {values[name] for values in told.values()}
        if alike not in ({"0"}, {""}):
            of_each = (told[cluster][name] if cluster in told else NO_REPORT for cluster in matrix.clusters)
            shared = alike.pop() if len(alike) == 1 and not name.startswith(COUNTED) else ""
            yield (name, tuple(of_each), shared)


def _told(cluster: Cluster) -> dict[str, str]:
    """Return what a reader must know of a run; "0" or an empty value where there is no such thing."""
    facts = {
        "provider": cluster.provider,
        "runtime": cluster.runtime.replace("://", " "),
        "kernel": cluster.kernel,
        "nodes": str(cluster.nodes),
        "suite": f"podproof {cluster.suite}",
        "started": f"{cluster.started.replace('T', ' ')[:16]} UTC",
        "took": f"{cluster.wall_seconds:.0f} s",
        "lost": ", ".join(cluster.lost or ()),
        **{f"{COUNTED} {outcome}": str(cluster.totals[outcome]) for outcome in SIGNS},
    }
    return {name: cut(value, LONGEST) for name, value in facts.items()}


def _wrong_everywhere(matrix: Matrix) -> list[Difference]:
    """Return the wrong cases that are no differences, in the shape of a difference; outcomes are the requirement's."""
    found: dict[tuple[str, str], Difference] = {}
    for row in same_wrong(matrix):
        outcomes = matrix.requirements[row.requirement].outcomes
        of_case = Difference(requirement=row.requirement, case=row.case, outcomes=outcomes, why={})
        found.setdefault((row.requirement, row.case), of_case).why[row.cluster] = row.why
    return list(found.values())


def _reason(text: str, where: Sequence[str]) -> tuple[str, bool, Pieces]:
    known = text.startswith(WHY["known"])
    return (cut(", ".join(where), LONGEST), known, linked(cut(text.removeprefix(WHY["known"]), LONGEST)))


def _quiet(group: Group) -> tuple[bool, int]:
    """Return a key that sorts what somebody must look at again first, then what is violated."""
    explained = not any(text.startswith(OPEN_WORDS) for text in group.why)
    loudest = min(LOUDEST_FIRST.index(outcome) for outcome in group.outcomes.values() if outcome != "holds")
    return (explained, loudest)


def _words(matrix: Matrix, total: int) -> tuple[str, str, str]:
    """Return the heading, its tone, and what stands below it."""
    if not comparable(matrix):
        return "Nothing to compare", "bad", "There are not two reports."
    new = [row for row in matrix.differences if {why.kind for why in row.why.values()} == {"suite"}]
    differing = [row for row in matrix.differences if row not in new]
    count = len({row.requirement for row in differing})
    heading = f"{count} of {_number(total, 'requirement')} {'differs' if count == 1 else 'differ'}"
    lead = [f"{_number(len(matrix.clusters), 'run')} side by side."]
    if differing:
        lead.append(f"Not in every run the same outcome: {_number(len(differing), 'case')}.")
    if new:
        lead.append(f"Known to the suite of some runs alone: {_number(len(new), 'case')}.")
    if everywhere := len(_wrong_everywhere(matrix)):
        lead.append(f"Wrong in every run: {_number(everywhere, 'case')}.")
    is_open = unexplained(matrix) or bool(matrix.missing)
    if is_open:
        lead.append("Not all of that is explained: what is not comes first.")
    elif matrix.wrong or differing:
        lead.append("Each has a known reason.")
    tone = "bad" if is_open else "none" if matrix.wrong or differing else "good"
    return heading if differing else "Nothing differs", tone, " ".join(lead)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
