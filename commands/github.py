"""``python -m commands.github [REPORT]``: show a run in GitHub Actions; every run by nox does it there.

Annotations are printed. The summary is appended to the file that GITHUB_STEP_SUMMARY names, where it names one; so are
the step's outputs to that of GITHUB_OUTPUT: ``conformant`` (true, false or null) and ``report``, its path.
REPORT is a conformance.json, or the folder of its run.
"""

from __future__ import annotations

import json
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
    from collections.abc import Mapping, Sequence

SUMMARY = "GITHUB_STEP_SUMMARY"
OUTPUT = "GITHUB_OUTPUT"


def main(arguments: Sequence[str] | None = None) -> int:
    """Show the run; return the exit code: 0, or that of one line on stderr."""
    parser = Parser(prog="github", description=__doc__, allow_abbrev=False)
    parser.add_argument("report", type=Path, nargs="?", default=OUT, help="default: %(default)s")
    given = parser.parse_args(arguments)
    try:
        report, catalogue = read.conformance(given.report), requirements.load()
    except read.ReportError as error:
        return fail(str(error))
    told = {"conformant": json.dumps(report.conformant), "report": str(read.file_of(given.report))}
    refused = _append(SUMMARY, summary(report, catalogue)) or put_out(told)
    return refused or show(lines(report, catalogue))


def put_out(outputs: Mapping[str, str]) -> int:
    """Tell GitHub Actions outputs of this step, each a line; return the exit code: 0, or that of one line on stderr."""
    return _append(OUTPUT, "".join(f"{name}={value}\n" for name, value in outputs.items()))


def _append(variable: str, text: str) -> int:
    """Append text to the file that the variable names, where it names one; return the exit code."""
    try:
        if name := os.environ.get(variable):
            with Path(name).open("a", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        return fail(f"{variable}: {output.refused(error)}: mend that, or leave it unset")
    return 0


if __name__ == "__main__":
    sys.exit(main())
