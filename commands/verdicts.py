"""``python -m commands.verdicts REPORT``: what a run said of each requirement, as its terminal showed it.

REPORT is a conformance.json, or the folder of a run that holds one.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from commands.terminal import Parser, fail, show
from reports.run import read, text

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the verdicts; return the exit code."""
    parser = Parser(prog="verdicts", description=__doc__, allow_abbrev=False)
    parser.add_argument("report", type=Path)
    try:
        return show(text.lines(read.conformance(parser.parse_args(arguments).report)))
    except read.ReportError as error:
        return fail(str(error))


if __name__ == "__main__":
    sys.exit(main())
