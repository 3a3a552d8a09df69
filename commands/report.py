"""``python -m commands.report FOLDER…``: the page of each run, FOLDER/index.html.

It is made of the run's conformance.json and its records. What is violated or in trouble is judged again, by this
checkout's judges, so that the picture has each violation where it happened.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import records
from commands.terminal import Parser, fail, show
from fixtures.errors import CannotRunError, TroubleError
from fixtures.session import cases
from fixtures.session.marks import case_name, case_of, requirement_of
from fixtures.session.outcome import violations_in
from records import Violation, refusals, requirements, truth
from records.outcome import WRONG_OUTCOMES
from records.requirements import STATUS_TRUE
from reports.matrix.compare import known_issues
from reports.page import content, render
from reports.page.content import Evidence
from reports.run import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from records import Record

NAME = "index.html"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages, and say where they are; return the exit code."""
    parser = Parser(prog="report", description=__doc__, allow_abbrev=False)
    parser.add_argument("folders", metavar="FOLDER", nargs="+", type=Path, help="of a run, with its conformance.json")
    try:
        items = cases.items()
        written = [write(folder, items) for folder in parser.parse_args(arguments).folders]
    except (CannotRunError, read.ReportError) as error:
        return fail(str(error))
    except OSError as error:
        return fail(f"{error.filename}: {error.strerror}: mend that, and make the page again: ./podproof report")
    return show(f"page: {file}" for file in written)


def write(folder: Path, items: Sequence[Any]) -> Path:
    """Write the page of a run into its folder and return it.

    Args:
        folder: the run's.
        items: the tests of the suite.

    Raises:
        ReportError: the folder has no conformance report.
    """
    report = read.report(folder)
    wrong = {
        (name, case["case"])
        for name, requirement in report["requirements"].items()
        for case in requirement["cases"]
        if case["outcome"] in WRONG_OUTCOMES
    }
    known = evidence(folder / "records", items, wrong)
    page = content.of(report, folder, requirements.load(), known_issues(), known)
    file, partial = folder / NAME, folder / f"{NAME}.partial"
    partial.write_text(render.html(page), encoding="utf-8")
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
    except (OSError, ValueError, TroubleError):
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
