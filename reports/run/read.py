"""Reads a conformance.json of this format, or of an older one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from records.completeness import INCOMPLETE
from records.outcome import WHY, WORST_FIRST
from reports.models.conformance import FIRST, FORMAT, Report, case_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from records.outcome import Cause
    from reports.models.conformance import Case

Json = dict[str, Any]

NAME = "conformance.json"


class ReportError(Exception):
    """A report is missing or cannot be read. The message says what, where, and what to do, in one line."""


def file_of(path: Path) -> Path:
    """Return the report's file, given that file or the folder of its run."""
    return path / NAME if path.is_dir() else path


def conformance(path: Path, *, whole: bool = False) -> Report:
    """Return the report in a file, or in the folder of its run; one of an older format as this one has it.

    Args:
        path: the file, or its folder.
        whole: require ``suite``, ``started``, ``wallSeconds``, ``totals``, an outcome of every requirement, and a
            ``cluster`` with its provider, ``kubernetes``, minor and every node's runtime and kernel. A matrix needs
            them; a comparison of two runs does not.

    Raises:
        ReportError: the file cannot be read, is no conformance report, is of a newer podproof, or is not whole.
    """
    file = path
    try:
        file = file_of(path)
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        advice = f"name the {NAME} of a run, or its folder"
        raise ReportError(f"{file} cannot be read ({error.strerror or error}): {advice}") from error
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{file} is not JSON ({error}): it was cut off or changed; run again") from error
    version = data.get("format", FIRST) if isinstance(data, dict) else FIRST
    if isinstance(version, int) and version > FORMAT:
        newer = f"is of format {version}, and this podproof knows {FORMAT}"
        raise ReportError(f"{file} {newer}: read it with the podproof that wrote it")
    try:
        found = upgraded(Report.of(data))
    except ValueError as error:
        raise ReportError(f"{file} is no conformance report ({error}): name the {NAME} of a run") from error
    if twice := next(_twice(found), None):
        raise ReportError(f"{file} is no conformance report ({twice} is there twice): name the {NAME} of a run")
    if whole and (lacking := next(_lacking(found), None)):
        raise ReportError(f"{file} does not tell {lacking}: an older podproof wrote it, or it was changed; run again")
    return found


def upgraded(report: Report) -> Report:
    """Return a report as this format has it.

    Format 1 has no ids of cases, and tells in words alone that a record was not complete; its oldest reports tell in
    words alone why a case was not run.
    """
    requirements = {
        name: each.model_copy(update={"cases": [_upgraded(name, case) for case in each.cases]})
        for name, each in report.requirements.items()
    }
    return report.model_copy(update={"format": FORMAT, "requirements": requirements})


def _upgraded(requirement: str, case: Case) -> Case:
    told: Json = {"id": case_id(requirement, case.name)}
    if case.cause is None and (cause := _cause(case)):
        told["cause"] = cause
    if case.outcome == "trouble" and INCOMPLETE in case.reason:
        told["incomplete"] = True
    return case.model_copy(update=told)


def _cause(case: Case) -> Cause | None:
    """Return why a case was not run, found by its reason; None where it was run."""
    if case.outcome != "not run":
        return None
    by_words: dict[str, Cause] = {words: cause for cause, words in WHY.items()}
    return "pod-security" if case.reason.startswith("--pod-security ") else by_words.get(case.reason)


def _twice(report: Report) -> Iterator[str]:
    """Yield each case whose name an earlier one of its requirement has."""
    for name, requirement in report.requirements.items():
        names = [case.name for case in requirement.cases]
        yield from (f"{name} [{each}]" for each in dict.fromkeys(names) if names.count(each) > 1)


def _lacking(report: Report) -> Iterator[str]:
    """Yield what a report lacks of the parts that ``whole`` requires."""
    cluster = report.cluster
    yield from (name for name in ("suite", "started") if getattr(report, name) is None)
    if report.wall_seconds is None:
        yield "wallSeconds"
    for name in ("provider", "kubernetes", "minor"):
        if getattr(cluster, name) is None:
            yield f"its cluster's {name}"
    if not cluster.nodes:
        yield "its cluster's nodes"
    for name, node in (cluster.nodes or {}).items():
        if None in (node.runtime, node.kernel):
            yield f"the runtime and the kernel of node {name}"
    if report.totals is None or set(WORST_FIRST) - set(report.totals):
        yield "its totals, how many requirements have each outcome"
    for name, requirement in report.requirements.items():
        if requirement.outcome is None:
            yield f"the outcome of {name}"
