"""Reads a conformance.json and checks its shape."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from records.outcome import WHY, WORST_FIRST
from reports.run.conformance import FORMAT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from records.outcome import Cause

Json = dict[str, Any]

NAME = "conformance.json"


class ReportError(Exception):
    """A report is missing or cannot be read. The message says what, where, and what to do, in one line."""


def file_of(path: Path) -> Path:
    """Return the report's file, given that file or the folder of its run."""
    return path / NAME if path.is_dir() else path


def report(path: Path, *, whole: bool = False) -> Json:
    """Return the report in a file, or in the folder of its run, as ``reports.run.conformance.build`` wrote it.

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
        report = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        advice = f"name the {NAME} of a run, or its folder"
        raise ReportError(f"{file} cannot be read ({error.strerror or error}): {advice}") from error
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{file} is not JSON ({error}): it was cut off or changed; run again") from error
    version = report.get("format", FORMAT) if isinstance(report, dict) else FORMAT
    if isinstance(version, int) and version > FORMAT:
        newer = f"is of format {version}, and this podproof knows {FORMAT}"
        raise ReportError(f"{file} {newer}: read it with the podproof that wrote it")
    if wrong := next(_wrong(report), None):
        raise ReportError(f"{file} is no conformance report ({wrong}): name the {NAME} of a run")
    if whole and (lacking := next(_lacking(report), None)):
        raise ReportError(f"{file} does not tell {lacking}: an older podproof wrote it, or it was changed; run again")
    found: Json = report
    for case in (case for requirement in found["requirements"].values() for case in requirement["cases"]):
        if "cause" not in case and (cause := _cause(case)):
            case["cause"] = cause
    return found


def _cause(case: Json) -> Cause | None:
    """Return why a case was not run, found by its reason; None where it was run.

    For reports of an older podproof, which have a reason in words but no cause.
    """
    if case["outcome"] != "not run":
        return None
    reason = case.get("reason", "")
    by_words: dict[str, Cause] = {words: cause for cause, words in WHY.items()}
    return "pod-security" if reason.startswith("--pod-security ") else by_words.get(reason)


def _wrong(report: object) -> Iterator[str]:
    """Yield the faults of a report's shape; those after the first may be consequences of it."""
    if not isinstance(report, dict) or not isinstance(report.get("requirements"), dict):
        yield "it has no requirements"
        return
    if report.get("conformant", "") not in (True, False, None):
        yield "conformant is neither true, false nor null"
    yield from _wrong_facts(report)
    for name, requirement in report["requirements"].items():
        if not isinstance(requirement, dict) or not isinstance(requirement.get("cases"), list):
            yield f"{name} has no cases"
            return
        if not isinstance(requirement.get("level"), str):
            yield f"{name} has no level"
        seen: set[tuple[str, str]] = set()
        for number, case in enumerate(requirement["cases"], 1):
            if not isinstance(case, dict) or not isinstance(case.get("case"), str):
                yield f"case {number} of {name} has no name"
                return
            yield from (f"{name} [{case['case']}]: {wrong}" for wrong in _wrong_case(case))
            control = case.get("control")
            key = (case["case"], control.get("name", "") if isinstance(control, dict) else "")
            if key in seen:
                yield f"{name} [{case['case']}] is there twice"
            seen.add(key)


def _lacking(report: Json) -> Iterator[str]:
    """Yield what a report lacks of the parts that ``whole`` requires."""
    cluster, totals = report.get("cluster", {}), report.get("totals")
    yield from (name for name in ("suite", "started") if not isinstance(report.get(name), str))
    if "wallSeconds" not in report:
        yield "wallSeconds"
    for name in ("provider", "kubernetes", "minor"):
        if not isinstance(cluster.get(name), str):
            yield f"its cluster's {name}"
    if not cluster.get("nodes"):
        yield "its cluster's nodes"
    for name, node in cluster.get("nodes", {}).items():
        if not _are(str, (node.get("runtime"), node.get("kernel"))):
            yield f"the runtime and the kernel of node {name}"
    if not isinstance(totals, dict) or not _are(int, map(totals.get, WORST_FIRST)):
        yield "its totals, how many requirements have each outcome"
    for name, requirement in report["requirements"].items():
        if requirement.get("outcome") not in WORST_FIRST:
            yield f"the outcome of {name}"


def _wrong_facts(report: Json) -> Iterator[str]:
    cluster = report.get("cluster", {})
    if not isinstance(cluster, dict) or not isinstance(report.get("options", {}), dict):
        yield "its cluster, or its options, are no object"
        return
    for name in ("nodes", "features", "images"):
        values = cluster.get(name, {})
        if not isinstance(values, dict) or (name != "images" and not _are(dict, values.values())):
            yield f"the {name} of its cluster are not as a run tells them"
    if not _is_number(report.get("wallSeconds", 0)):
        yield "its wallSeconds are no number"


def _wrong_case(case: Json) -> Iterator[str]:
    if case.get("outcome") not in WORST_FIRST:
        yield f"no outcome is {case.get('outcome')!r}"
    if not _is_number(case.get("seconds")):
        yield "its seconds are no number"
    violations, observations = case.get("violations"), case.get("told", [])
    words = [case.get(key, "") for key in ("reason", "cause", "level", "run")]
    if not isinstance(violations, list) or not all(
        isinstance(each, dict) and _are(str, (each.get("rule"), each.get("text"))) for each in violations
    ):
        yield "its violations are not each a rule and a text"
    if not isinstance(observations, list) or not _are(str, [*words, *observations]):
        yield "its reason, its cause, its level, its run, or what it tells, is no text"


def _are(kind: type, values: Iterable[object]) -> bool:
    return all(isinstance(value, kind) for value in values)


def _is_number(value: object) -> bool:
    """Return whether a value is a finite number >= 0. Python's JSON also has NaN, Infinity, and too large integers."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= sys.float_info.max
