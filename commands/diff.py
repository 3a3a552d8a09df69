"""``podproof diff BEFORE AFTER``: what an upgrade changed, by reports from before it and after it.

BEFORE and AFTER are each a conformance.json, or the folder of a run that holds one. The exit code is

  0  nothing is newly wrong; that a case is left out, no longer applicable or slower is told, and is no failure
  1  a case is violated that was not, or by a new rule, or is a MUST now; or no MUST holds any more, so that the claim
     of conformance rests on nothing
  4  there is nothing to compare, or what was given cannot be done
  6  none of that, but a case is in trouble that was not; it was not run though nobody left it out, or is not there
     though both runs are of one version of the suite: nothing is proven of it, run again
"""

from __future__ import annotations

import sys
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import TYPE_CHECKING

from commands.terminal import Parser, fail, show
from fixtures.errors import NOT_PROVEN
from reports.diff import markdown
from reports.diff.compare import compare
from reports.diff.text import lines
from reports.run import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reports.diff.compare import Comparison

NEWLY_WRONG = 1
STANDARD_OUTPUT = Path("-")


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare as the command line says; return the exit code."""
    parser = Parser(prog="diff", description=__doc__, allow_abbrev=False, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path, metavar="BEFORE", help="the earlier run")
    parser.add_argument("after", type=Path, metavar="AFTER", help="the later run")
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="write it as Markdown, too; - prints that in the table's place"
    )
    given = parser.parse_args(arguments)
    try:
        comparison = compare(read.conformance(given.before), read.conformance(given.after))
    except read.ReportError as error:
        return fail(str(error))
    if not comparison.in_both and not comparison.wrong:
        return fail(f"{given.before} and {given.after} have no case that both ran: there is nothing to compare")
    shown = lines(comparison)
    if given.markdown == STANDARD_OUTPUT:
        shown = markdown.lines(comparison)
    elif given.markdown is not None and (refused := _write(given.markdown, comparison, (given.before, given.after))):
        return fail(refused)
    return show(shown) or (NEWLY_WRONG if comparison.broken else NOT_PROVEN if comparison.wrong else 0)


def _write(file: Path, comparison: Comparison, compared: Iterable[Path]) -> str:
    """Write the Markdown; return why it cannot be written, or nothing."""
    try:
        if file.exists() and any(file.samefile(read.file_of(path)) for path in compared):
            return f"--markdown {file} is one of the two reports: name another file"
        file.write_text(markdown.page(comparison), encoding="utf-8", errors="replace")
    except OSError as error:
        return f"cannot write {file} ({error.strerror or error}): name another file"
    return ""


if __name__ == "__main__":
    sys.exit(main())
