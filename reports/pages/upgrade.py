"""``python -m reports.pages.upgrade``: the part of docs/upgrade.md that shows the diff of two kept reports."""

from __future__ import annotations

import textwrap
from pathlib import Path

from reports.diff.compare import compare
from reports.diff.text import lines
from reports.layout.markdown import renewed
from reports.run import read

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = DOCS / "upgrade.md"
BEFORE, AFTER = (DOCS / "reports" / cell for cell in ("local-1.36", "local-1.37"))
BEGIN, END = (f"<!-- made by python -m reports.pages.upgrade: {mark} -->" for mark in ("begin", "end"))


def page() -> str:
    """Return the current text of the whole page: the file, with the part between its marks renewed."""
    before, after = read.conformance(BEFORE), read.conformance(AFTER)
    suites = " and ".join(dict.fromkeys(f"`{report.suite}`" for report in (before, after)))
    shown = textwrap.indent("\n".join(lines(compare(before, after))), "    ")
    return renewed(PAGE.read_text(encoding="utf-8"), (BEGIN, END), f"{shown}\n\nThe suite was {suites}.\n")


def pages() -> dict[Path, str]:
    """Return the page's current text, by its file."""
    return {PAGE: page()}


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
