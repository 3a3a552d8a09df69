"""``podproof report FOLDER… [--output FILE]``: the page of each run, FOLDER/index.html, and one of all.

A run's page is made of its conformance.json and its records. What is violated or in trouble is judged again, by this
checkout's judges, so that the picture has each violation where it happened. FILE has every requirement, with a column
for each run: what differs first, and why.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import records
from commands.terminal import Parser, fail, show
from fixtures.errors import USAGE, CannotRunError, TroubleError
from fixtures.session import cases
from fixtures.session.marks import case_name, case_of, requirement_of
from fixtures.session.outcome import SKIPPED, violations_in
from machine.installation import PODPROOF
from records import Violation, refusals, requirements, truth
from records.outcome import WRONG_OUTCOMES
from records.requirements import STATUS_TRUE
from reports.matrix.compare import compare, known_issues
from reports.matrix.words import comparable
from reports.page import content, render, several
from reports.page.content import Evidence
from reports.run import read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from records import Record
    from reports.models.conformance import Report
    from reports.models.matrix import Matrix

NAME = "index.html"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages, and say where they are; return the exit code.

    Without a whole report of at least two runs there is no page of all: one line says why, and the exit code is USAGE.
    """
    parser = Parser(prog="report", description=__doc__, allow_abbrev=False)
    parser.add_argument("folders", metavar="FOLDER", nargs="+", type=Path, help="of a run, with its conformance.json")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the page of all runs there")
    given = parser.parse_args(arguments)
    try:
        items = cases.items()
        written = [write(folder, items) for folder in given.folders]
        told = show(f"page: {file}" for file in written)
        return (_all(given.folders, given.output) if given.output else 0) or told
    except (CannotRunError, read.ReportError) as error:
        return fail(str(error))
    except OSError as error:
        return fail(f"{error.filename}: {error.strerror}: mend that, and make the page again: {PODPROOF} report")


def _all(folders: Sequence[Path], file: Path) -> int:
    """Write the page of several runs, and say where it is; return the exit code."""
    runs = named(folders)
    matrix = compare({name: _whole(folder) for name, folder in runs.items()}, known_issues())
    without = matrix.missing
    if not comparable(matrix):
        why = f": {'; '.join(without.values())}" if without else ""
        return fail(f"there is no page of all runs: it takes two whole reports or more{why}")
    pages = {name: folder / NAME for name, folder in runs.items() if (folder / NAME).is_file()}
    said = show([f"page of all: {write_all(matrix, file, pages)}"])
    return fail(f"not in the page of all: {'; '.join(without.values())}", USAGE) if without else said


def named(folders: Sequence[Path]) -> dict[str, Path]:
    """Return the folders of runs by their names: as much of the end of each path as tells it from the others."""
    there = list(dict.fromkeys(folder.resolve() for folder in folders))
    for length in range(1, max(len(folder.parts) for folder in there) + 1):
        names = ["/".join(folder.parts[-length:]).lstrip("/") for folder in there]
        if len(set(names)) == len(names):
            break
    return dict(zip(names, there, strict=True))


def _whole(folder: Path) -> Report | str:
    """Return the report of a run, or why it can stand beside no other."""
    try:
        return read.conformance(folder, whole=True)
    except read.ReportError as error:
        return str(error)


def write_all(matrix: Matrix, file: Path, pages: Mapping[str, Path]) -> Path:
    """Write the page of several runs and return it.

    Args:
        matrix: their comparison, as ``reports.matrix.compare.compare`` returns it.
        file: the page; its folder is made.
        pages: the page of each run, by the run's name; those that are linked.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    here = file.resolve().parent
    links = {name: quote(Path(os.path.relpath(page.resolve(), here)).as_posix()) for name, page in pages.items()}
    return _written(file, render.side_by_side(several.of(matrix, requirements.load(), links)))


def write(folder: Path, items: Sequence[Any]) -> Path:
    """Write the page of a run into its folder and return it.

    Args:
        folder: the run's.
        items: the tests of the suite.

    Raises:
        ReportError: the folder has no conformance report.
    """
    report = read.conformance(folder)
    wrong = {(name, case.name) for outcome in WRONG_OUTCOMES for name, case in report.cases_of(outcome)}
    known = evidence(folder / "records", items, wrong)
    page = content.of(report, folder, requirements.load(), known_issues(), known)
    return _written(folder / NAME, render.html(page))


def _written(file: Path, text: str) -> Path:
    partial = file.with_name(f"{file.name}.partial")
    partial.write_text(text, encoding="utf-8")
    return partial.replace(file)


def evidence(folder: Path, items: Sequence[Any], wrong: set[tuple[str, str]]) -> dict[tuple[str, str], Evidence]:
    """Return what there is of every case of the suite, by requirement and case.

    Args:
        folder: of the records.
        items: the tests of the suite.
        wrong: the requirement and case of what is violated or in trouble: that is judged again.
    """
    kept, found = records.find(folder), dict[tuple[str, str], Evidence]()
    for item in items:
        requirement, case = requirement_of(item), case_of(item)
        if requirement is None or case is None:
            continue
        file = case.file_name(None)
        path, manifest = kept.get(file), case.scenario.manifest.format(**case.values)
        name = path.name if path else ""
        for key in ((requirement, case_name(item)), (STATUS_TRUE, file.removesuffix(".json"))):
            again = _judged(item, path, lies=key[0] == STATUS_TRUE) if path and key in wrong else (None, ())
            if key not in found or again[1]:
                found[key] = Evidence(name, manifest, *again)
    return found


def _judged(item: Any, path: Path, *, lies: bool) -> tuple[Record | None, tuple[Violation, ...]]:
    """Return a kept record and the violations that a test finds in it; none where it cannot judge it."""
    record = None
    try:
        record = records.load(path)
        return record, tuple(truth.untrue(record) if lies else refusals.not_started(record) or _test(item, record))
    except (OSError, ValueError, TroubleError, SKIPPED):
        return record, ()


def _test(item: Any, record: Record) -> list[Violation]:
    """Call a test with a record in the place of its scenario."""
    case, values = case_of(item), item.callspec.params
    names = item.obj.__code__.co_varnames[: item.obj.__code__.co_argcount]
    if not all(name in values for name in names):
        return []
    return violations_in(item.obj(**{name: record if values[name] is case else values[name] for name in names}))


if __name__ == "__main__":
    sys.exit(main())
