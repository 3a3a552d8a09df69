"""What is on the page of a run, before it is laid out."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

import records
from records import Timeline
from records.deviations import explaining, in_words, of_parts
from records.outcome import WORST_FIRST, WRONG_OUTCOMES, Outcome
from records.requirements import LEVELS
from reports import picture
from reports.matrix.words import SIGNS
from reports.picture import Note
from reports.picture.clean import clean, cut
from reports.run.conformance import CLAIMS, NO_CLAIM, NOT_PROVEN, claim_of
from reports.run.text import REASONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from records import Record, Violation
    from records.deviations import Deviation
    from records.requirements import Requirement
    from reports.models import conformance
    from reports.models.conformance import Cluster, Report

LONGEST = 600  # characters of a sentence of a run: a reason, a violation
MOST_LINES, LONGEST_LINE = 160, 200  # of a timeline; its record has all of it
MOST_TOLD = 40  # lines of an observation
MOST_EVIDENCE = 6_000_000
"""Characters of pictures and timelines in one page. Cases that do not hold come first; where there is more, the others
are without."""
FORGED = (ArithmeticError, AttributeError, KeyError, TypeError, ValueError)
"""What comes of a record in which a container printed lines like the probe's that are not the probe's."""
TONES = {CLAIMS[True]: "good", CLAIMS[False]: "bad", NOT_PROVEN: "open", NO_CLAIM: "none"}
URL = re.compile(r"https?://[^\s;,]+[^\s;,.)]")


@dataclass(frozen=True)
class Evidence:
    """What there is of one case beside the report.

    Attributes:
        file: the name of its record's file, in the run's folder of records; empty where it has none.
        manifest: the path of what was deployed, under ``manifests/``.
        record: that record, where it has been read.
        violations: as the judge finds them in that record, with their events.
    """

    file: str = ""
    manifest: str = ""
    record: Record | None = None
    violations: tuple[Violation, ...] = ()


@dataclass(frozen=True)
class Case:
    """One case of a requirement, in words.

    Attributes:
        known: why its violations are a known issue, or a deviation that whoever ran it knows of; empty else.
        seen: what broke which rule, what was expected instead, and where that is in the timeline.
        where: the nodes of its Pods, and their RuntimeClass where it is not the default.
        svg: its picture; empty where it has none.
        timeline: the same in text.
        files: names and links of what was kept, in the run's folder.
    """

    name: str
    outcome: Outcome
    level: str
    promise: Requirement | None
    seconds: float
    known: tuple[tuple[tuple[str, str], ...], ...]
    seen: tuple[Note, ...]
    reason: str
    told: tuple[str, ...]
    where: str
    scenario: str
    manifest: str
    svg: str
    timeline: str
    files: tuple[tuple[str, str], ...]

    @property
    def sign(self) -> str:
        """Return the outcome as one character."""
        return SIGNS[self.outcome]

    @property
    def wrong(self) -> bool:
        """Return whether it is violated or in trouble."""
        return self.outcome in WRONG_OUTCOMES

    @property
    def rules(self) -> frozenset[str]:
        """Return the rules that are broken in it."""
        return frozenset(note.rule for note in self.seen)


@dataclass(frozen=True)
class Row:
    """One requirement with its cases; ``promise`` is None where this checkout has no such requirement."""

    id: str
    level: str
    outcome: Outcome
    promise: Requirement | None
    cases: tuple[Case, ...]

    @property
    def sign(self) -> str:
        """Return the outcome as one character."""
        return SIGNS[self.outcome]

    @property
    def title(self) -> str:
        """Return what it says, in the words of a fact."""
        return self.promise.title if self.promise else ""

    @property
    def area(self) -> str:
        """Return the heading under which it stands."""
        return self.promise.area if self.promise else "Unknown to this podproof"

    @property
    def known(self) -> bool:
        """Return whether all that is violated of it is known."""
        return all(case.known for case in self.cases if case.outcome == "violated")

    @property
    def broken(self) -> str:
        """Return the highest level of a case that is wrong: where no MUST case is, no claim is lost by it."""
        wrong = {case.level for case in self.cases if case.wrong}
        return next((level for level in LEVELS if level in wrong), self.level)

    @property
    def counts(self) -> str:
        """Return how many cases have which outcome."""
        counts = Counter(case.outcome for case in self.cases)
        return ", ".join(f"{counts[outcome]} {outcome}" for outcome in WORST_FIRST if counts[outcome])

    def having(self, outcome: Outcome) -> list[Case]:
        """Return the cases of an outcome."""
        return [case for case in self.cases if case.outcome == outcome]

    def shown(self, case: Case) -> bool:
        """Return whether a wrong case breaks the rules that an earlier one breaks, whose picture shows how."""
        earlier = self.cases[: self.cases.index(case)]
        return any(each.wrong and each.svg and case.rules and case.rules <= each.rules for each in earlier)


@dataclass(frozen=True)
class Page:
    """All that is on the page.

    Attributes:
        claim: what the run says of the cluster; ``tone`` how that looks, ``because`` why, ``aside`` more of it.
        facts: names and values: of which cluster, when, by which suite.
        totals: how many requirements have each outcome.
        allure: where Allure's report lies, from this page; empty where there is none.
        reasons: by ``not applicable`` and ``not run``: each reason, with the cases of which it is told.
    """

    claim: str
    tone: str
    because: str
    aside: tuple[str, ...]
    cluster: str
    facts: tuple[tuple[str, str], ...]
    totals: tuple[tuple[Outcome, int], ...]
    cases: int
    rows: tuple[Row, ...]
    allure: str = ""
    reasons: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)

    def having(self, outcome: Outcome) -> list[Row]:
        """Return the requirements of an outcome; those with more than known issues first, and MUST before others."""
        found = [row for row in self.rows if row.outcome == outcome]
        return sorted(found, key=lambda row: (row.known, row.broken != "MUST"))

    def broken(self, outcome: Outcome, *, must: bool) -> list[Row]:
        """Return the requirements of an outcome of which a MUST case is wrong, or those of which none is."""
        return [row for row in self.having(outcome) if (row.broken == "MUST") == must]

    @property
    def areas(self) -> dict[str, list[Row]]:
        """Return all requirements by what they are about."""
        found: dict[str, list[Row]] = {}
        for row in sorted(self.rows, key=lambda row: row.area):
            found.setdefault(row.area, []).append(row)
        return found


def of(
    report: Report,
    folder: Path,
    promises: Mapping[str, Requirement],
    known: Sequence[Deviation],
    evidence: Mapping[tuple[str, str], Evidence],
    most: int = MOST_EVIDENCE,
) -> Page:
    """Return the content of a run's page.

    Args:
        report: the run's.
        folder: the run's folder, with its records and diagnostics.
        promises: the requirements by their ids.
        known: the known issues of Kubernetes.
        evidence: what there is of a case, by requirement and case.
        most: characters of pictures and timelines.
    """
    there = {name: frozenset(path.name for path in (folder / name).glob("*")) for name in ("diagnostics", "records")}
    runtime_class, ours = report.cluster.runtime_class or "", of_parts(known, report.cluster.made_of)
    maker = _Maker(folder, promises, ours, evidence, report.minor, runtime_class, most, there)
    wrong_first = sorted(report.requirements.items(), key=lambda each: each[1].outcome not in WRONG_OUTCOMES)
    rows = sorted((maker.row(name, each) for name, each in wrong_first), key=lambda row: row.id)
    claim = claim_of(report)
    totals = Counter(row.outcome for row in rows)
    return Page(
        claim=claim[0].upper() + claim[1:],
        tone=TONES[claim],
        because=REASONS[claim],
        aside=tuple(_aside(report, rows)),
        cluster=_cluster(report.cluster),
        facts=tuple((name, cut(value, LONGEST)) for name, value in _facts(report) if value),
        totals=tuple((outcome, totals[outcome]) for outcome in WORST_FIRST),
        cases=sum(len(row.cases) for row in rows),
        rows=tuple(rows),
        allure="html/index.html" if (folder / "html" / "index.html").is_file() else "",
        reasons={outcome: _reasons(rows, outcome) for outcome in ("not applicable", "not run")},
    )


@dataclass
class _Maker:
    """Makes rows, until there is enough evidence for one page."""

    folder: Path
    promises: Mapping[str, Requirement]
    known: Sequence[Deviation]
    evidence: Mapping[tuple[str, str], Evidence]
    minor: str
    runtime_class: str
    room: int
    there: Mapping[str, frozenset[str]]  # the names of all files, by their folder

    def row(self, name: str, requirement: conformance.Requirement) -> Row:
        cases = tuple(self._case(name, requirement.level, case) for case in requirement.cases)
        return Row(name, requirement.level, requirement.outcome or "not run", self.promises.get(name), cases)

    def _case(self, name: str, level: str, case: conformance.Case) -> Case:
        found = self.evidence.get((name, case.name), Evidence())
        record, unread = self._record(found)
        violations = [v for v in found.violations if {"rule": v.rule, "text": v.text} in case.fired]
        svg, text, drawn = "", unread, record
        try:
            svg, text = _shown(record, violations) if record else (svg, text)
        except FORGED as error:
            drawn = None
            text = (
                f"the record cannot be shown ({type(error).__name__}: {error}): a container printed what no probe does"
            )
        if case.outcome not in WRONG_OUTCOMES and len(svg) + len(text) > self.room:
            svg, text = "", "left out: the page would be too large; the record has it"
        self.room -= len(svg) + len(text)
        promise = self.promises.get(name)
        return Case(
            name=cut(case.name, LONGEST),
            outcome=case.outcome,
            level=case.level or level,
            promise=promise.of(case.name) if promise else None,
            seconds=case.seconds,
            known=tuple(self._known(name, case)),
            seen=tuple(_noted(drawn, violations, case.violations)),
            reason=cut(case.reason, LONGEST),
            told=tuple(cut(line, LONGEST) for line in case.told[:MOST_TOLD]),
            where=cut(self._where(case), LONGEST),
            scenario=record.scenario if record else "",
            manifest=found.manifest,
            svg=svg,
            timeline=text,
            files=tuple(self._files(name, case.name, found.file if record else "")),
        )

    def _where(self, case: conformance.Case) -> str:
        told = [f"on {', '.join(case.nodes)}"] if case.nodes else []
        return ", ".join([*told, *([f"RuntimeClass {self.runtime_class}"] if told and self.runtime_class else [])])

    def _record(self, found: Evidence) -> tuple[Record | None, str]:
        """Return a case's record; None where there is none, or why it cannot be shown, in words."""
        if found.record or found.file not in self.there["records"]:
            return found.record, ""
        try:
            return records.load(self.folder / "records" / found.file), ""
        except (OSError, ValueError) as error:
            return None, str(error)

    def _known(self, name: str, case: conformance.Case) -> Iterable[tuple[tuple[str, str], ...]]:
        if case.skip:
            yield linked(in_words(case.skip.plain()))
        if case.outcome == "violated":
            explained = explaining(self.known, name, case.name, case.fired, self.minor)
            yield from (linked(each["why"]) for each in explained)

    def _files(self, name: str, case: str, record: str) -> Iterable[tuple[str, str]]:
        for what, place, file in (("diagnosis", "diagnostics", f"{name}[{case}].md"), ("record", "records", record)):
            if file in self.there[place]:
                yield (what, quote(f"{place}/{file}"))


def _noted(
    record: Record | None, found: Sequence[Violation], reported: Sequence[conformance.Violation]
) -> Iterable[Note]:
    """Yield every violation of a report in words: with its places where it was found again in the record."""
    yield from picture.notes(record, found) if record else ()
    known = {(violation.rule, violation.text) for violation in found} if record else set()
    for each in reported:
        if (each.rule, each.text) not in known:
            yield Note(cut(each.rule, LONGEST), cut(each.text, LONGEST), "", ())


def capped(lines: Sequence[str]) -> str:
    """Return clean lines as text, the middle ones left out where they are many, and the ends of long ones."""
    shown = [clean(line) if len(line) <= LONGEST_LINE else f"{clean(line[:LONGEST_LINE])}…" for line in lines]
    half = MOST_LINES // 2
    if len(shown) > MOST_LINES:
        shown = [
            *shown[:half],
            f"… {len(shown) - 2 * half} lines are left out here; the record has them",
            *shown[-half:],
        ]
    return "\n".join(shown)


def linked(text: str) -> tuple[tuple[str, str], ...]:
    """Return a text in pieces, each with the URL that it is; empty for one that is none."""
    found, end = [], 0
    for match in URL.finditer(text):
        found += [(text[end : match.start()], ""), (match[0], match[0])]
        end = match.end()
    return tuple(piece for piece in [*found, (text[end:], "")] if piece[0])


def _shown(record: Record, violations: Sequence[Violation]) -> tuple[str, str]:
    """Return a record's picture, and its timeline in text."""
    timeline = [*str(Timeline(record, tuple(violations))).splitlines(), *_answers(record)]
    return picture.svg(record, violations, alone=False), capped(timeline)


def _answers(record: Record) -> list[str]:
    return [
        f"API on Pod {answer.role}: {answer.code} {answer.body.get('reason', '')} "
        f"{answer.body.get('message', '') or ('accepted' if answer.body.get('kind') != 'Status' else '')}".rstrip()
        for answer in record.answers
    ]


def _cluster(cluster: Cluster) -> str:
    version = f"Kubernetes {cluster.kubernetes}" if cluster.kubernetes else "a cluster that it does not name"
    return f"{version} ({cluster.provider})" if cluster.provider else version


def _facts(report: Report) -> Iterable[tuple[str, str]]:
    """Yield what a reader must know of the run; an empty value where the report does not tell it."""
    cluster = report.cluster
    nodes = cluster.nodes or {}
    yield ("cluster", f"{cluster.provider or ''} {cluster.name or ''}".strip())
    yield ("Kubernetes", cluster.kubernetes or "")
    yield ("nodes", f"{len(nodes)}: {', '.join(nodes)}" if nodes else "")
    for name, key in (("runtime", "runtime"), ("kubelet", "kubelet"), ("kernel", "kernel"), ("system", "os")):
        yield (name, ", ".join(dict.fromkeys(told for node in nodes.values() if (told := getattr(node, key)))))
    yield ("platform", cluster.platform or "")
    yield ("RuntimeClass", cluster.runtime_class or "")
    yield ("run", f"{report.started.replace('T', ' ')[:19]} UTC" if report.started else "")
    yield ("took", f"{report.wall_seconds:g} s" if report.wall_seconds is not None else "")
    yield ("suite", f"podproof {report.suite}" if report.suite else "")
    yield ("options", ", ".join(f"{name} {value}" for name, value in (report.options or {}).items()))


def _aside(report: Report, rows: Sequence[Row]) -> Iterable[str]:
    violated = [case for row in rows for case in row.having("violated")]
    known = [case for case in violated if case.known]
    if violated and len(known) == len(violated):
        yield f"All {len(violated)} violated cases are known issues." if len(violated) > 1 else "It is a known issue."
    elif known:
        yield f"{len(known)} of the {len(violated)} violated cases are known issues."
    if report.lost:
        yield f"Lost: {cut(', '.join(report.lost), LONGEST)}."
    if aside := sum(case.left_out for each in report.requirements.values() for case in each.cases):
        yield f"{aside} {'case was' if aside == 1 else 'cases were'} left out: no claim rests on them."


def _reasons(rows: Iterable[Row], outcome: Outcome) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        if outcome == row.outcome and not row.cases:
            found.setdefault("no case of it was collected", []).append(row.id)
        for case in row.having(outcome):
            found.setdefault(case.reason or "no reason was told", []).append(f"{row.id} [{case.name}]")
    return found
