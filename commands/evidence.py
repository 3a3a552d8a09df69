"""``podproof evidence CASE… [--run FOLDER] [--output DIR]``: pack what a bug report needs, of each case.

CASE is a requirement's case that does not hold, as a report names it: 'NET-LOCALHOST [tcp-ipv6]'; of a requirement
without one, every case that does not hold. FOLDER is the run's. DIR gets a folder for each case: report.md, to paste
into an issue tracker; diagnosis.md, all that is known; records, for ``judge DIR/records``; sent.yaml, what was
deployed. Names and addresses of the cluster are replaced. Nothing is sent.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import records
from commands.report import evidence
from commands.terminal import Parser, fail, show
from fixtures.errors import CannotRunError
from fixtures.paths import OUT
from fixtures.session import cases, output
from machine.installation import PODPROOF
from records import requirements
from records.outcome import WRONG_OUTCOMES
from reports.evidence import page, redaction
from reports.models.conformance import case_id
from reports.run import diagnosis, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.models.conformance import Case, Report

NAMED = re.compile(r"(?P<id>[A-Z][A-Z0-9-]*)(?: ?\[(?P<case>.+)\])?")
PARTS = re.compile(r"^## (.+)$", re.MULTILINE)
RECORDS = "records"


class EvidenceError(Exception):
    """There is no evidence; the message is one line for the user."""


def wanted(report: Report, names: Sequence[str]) -> list[tuple[str, Case]]:
    """Return each case that is named and does not hold, with its requirement.

    Raises:
        EvidenceError: a name is none, or nothing of that name went wrong.
    """
    found = []
    for name in names:
        if not (match := NAMED.fullmatch(name)) or match["id"] not in report.requirements:
            raise EvidenceError(
                f"{name} is no case of that run: name one as its report does, 'NET-LOCALHOST [tcp-ipv6]'"
            )
        of_requirement = report.requirements[match["id"]].cases
        chosen = [case for case in of_requirement if match["case"] in {None, case.name}]
        if not chosen:
            known = ", ".join(case.name for case in of_requirement) or "none"
            raise EvidenceError(f"{match['id']} has no case {match['case']} in that run: it has {known}")
        if not (wrong := [case for case in chosen if case.outcome in WRONG_OUTCOMES]):
            told = ", ".join(sorted({case.outcome for case in chosen}))
            raise EvidenceError(f"{name}: {told}; there is evidence of what is violated or in trouble")
        found += [(match["id"], case) for case in wrong]
    return found


def pack(run: Path, report: Report, requirement: str, case: Case, file: Path | None, folder: Path) -> Path:
    """Write the evidence of a case; return its folder. Nothing is written before it is redacted.

    Args:
        run: the run's folder.
        report: the run's.
        requirement: the id of the case's requirement.
        case: the case.
        file: its record's; None where none was kept.
        folder: where its own folder is made.

    Raises:
        EvidenceError: the run kept no diagnosis of it.
        OSError: a file cannot be written.
    """
    name = case_id(requirement, case.name)
    try:
        told = (run / "diagnostics" / f"{name}.md").read_text(encoding="utf-8")
    except OSError as error:
        again = f"{PODPROOF} judge {run / RECORDS} makes one of its records"
        raise EvidenceError(f"{run} has no diagnosis of {name} ({error.strerror}): {again}") from error
    record = records.load(file) if file else records.Record("", "")
    others = redaction.of(record, report.cluster)
    promise = requirements.load()[requirement].of(case.name)
    shown = page.page(promise, case, report, _parts(told))
    place = output.claim(folder / name)
    files = {"report.md": shown, "diagnosis.md": told}
    if file:
        (place / RECORDS).mkdir()
        files |= {f"{RECORDS}/{file.name}": file.read_text(encoding="utf-8"), "sent.yaml": diagnosis.sent(record).text}
    for name_of_file, text in files.items():
        (place / name_of_file).write_text(redaction.redacted(text, others), encoding="utf-8")
    return place


def _parts(told: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a diagnosis, each with its heading."""
    _, *rest = PARTS.split(told)
    yield from ((heading, body.strip()) for heading, body in zip(rest[::2], rest[1::2], strict=True))


def main(arguments: Sequence[str] | None = None) -> int:
    """Pack what is named; return the exit code: 0, or that of one line on stderr."""
    parser = Parser(prog="evidence", description=__doc__, allow_abbrev=False)
    parser.add_argument("cases", nargs="+", metavar="CASE")
    parser.add_argument("--run", type=Path, default=OUT, metavar="FOLDER", help="default: %(default)s")
    parser.add_argument("--output", type=Path, metavar="DIR", help="default: FOLDER/evidence")
    given = parser.parse_args(arguments)
    try:
        report = read.conformance(given.run)
        chosen = wanted(report, given.cases)
        kept = evidence(given.run / RECORDS, cases.items(), set())
        folder = given.output or given.run / "evidence"
        places = []
        for requirement, case in chosen:
            of_case = kept.get((requirement, case.name))
            file = given.run / RECORDS / of_case.file if of_case and of_case.file else None
            places.append(pack(given.run, report, requirement, case, file, folder))
    except (read.ReportError, EvidenceError, ValueError) as error:
        return fail(str(error))
    except CannotRunError as error:
        return fail(str(error), error.exit_code)
    except OSError as error:
        return fail(f"{output.refused(error)}: mend that, or name another")
    return show(f"{place}: report.md is for an issue tracker; read it before you paste it" for place in places)


if __name__ == "__main__":
    sys.exit(main())
