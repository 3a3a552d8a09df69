"""``python -m commands.github [REPORT]``: show a run in GitHub Actions; every run by nox does it there.

Annotations are printed; the summary is appended to the file that GITHUB_STEP_SUMMARY names, where it names one.
REPORT is a conformance.json, or the folder of its run.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from commands.terminal import Parser, fail, show
from fixtures.paths import OUT
from fixtures.session import output
from records import requirements
from reports.github.annotations import lines
from reports.github.summary import page as summary
from reports.run import read

if TYPE_CHECKING:
    from collections.abc import Sequence

SUMMARY = "GITHUB_STEP_SUMMARY"


def main(arguments: Sequence[str] | None = None) -> int:
    """Show the run; return the exit code: 0, or that of one line on stderr."""
    parser = Parser(prog="github", description=__doc__, allow_abbrev=False)
    parser.add_argument("report", type=Path, nargs="?", default=OUT, help="default: %(default)s")
    given = parser.parse_args(arguments)
    try:
        report, catalogue = read.conformance(given.report), requirements.load()
        if file := os.environ.get(SUMMARY):
            with Path(file).open("a", encoding="utf-8") as page:
                page.write(summary(report, catalogue))
    except read.ReportError as error:
        return fail(str(error))
    except OSError as error:
        return fail(f"{SUMMARY}: {output.refused(error)}: mend that, or leave it unset")
    return show(lines(report, catalogue))


if __name__ == "__main__":
    sys.exit(main())
