"""``podproof badge [REPORT] [--output FILE]``: a small SVG of what a run claims, made here.

REPORT is a conformance.json, or the folder of its run.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from commands.terminal import Parser, fail, show
from fixtures.paths import OUT
from fixtures.session import output
from reports.badge.svg import badge
from reports.run import read

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the badge; return the exit code: 0, or that of one line on stderr."""
    parser = Parser(prog="badge", description=__doc__, allow_abbrev=False)
    parser.add_argument("report", type=Path, nargs="?", default=OUT, help="default: %(default)s")
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: badge.svg beside the report")
    given = parser.parse_args(arguments)
    try:
        text = badge(read.conformance(given.report))
        file = given.output or read.file_of(given.report).with_name("badge.svg")
        file.write_text(text, encoding="utf-8")
    except read.ReportError as error:
        return fail(str(error))
    except OSError as error:
        return fail(f"{output.refused(error)}: mend that, or name another")
    return show([str(file)])


if __name__ == "__main__":
    sys.exit(main())
