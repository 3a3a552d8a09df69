"""``python -m commands.pages``: write every generated page of docs/ again, or check that none is stale."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from commands.terminal import Parser, show
from fixtures.session import cases
from fixtures.session.rules import rows
from reports.pages import requirements, rules, schemas, seed, upgrade, when

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

STALE = 1


def pages() -> dict[Path, str]:
    """Return the current text of every generated page, by its file."""
    return {
        **requirements.pages(),
        rules.PAGE: rules.page(rows(cases.items())),
        **schemas.pages(),
        **seed.pages(),
        **upgrade.pages(),
        **when.pages(),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages whose text changed and list them; return the exit code.

    With ``--check`` nothing is written, and a stale page makes the exit code 1.
    """
    parser = Parser(prog="pages", description=__doc__, allow_abbrev=False)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 where a page is stale")
    given = parser.parse_args(arguments)
    current = pages()
    stale = [file for file, text in current.items() if not file.is_file() or file.read_text(encoding="utf-8") != text]
    if given.check:
        return show(f"{file} is stale: ./podproof pages" for file in stale) or (STALE if stale else 0)
    for file in stale:
        file.parent.mkdir(exist_ok=True)
        file.write_text(current[file], encoding="utf-8")
    return show([f"written: {file}" for file in stale] or [f"all {len(current)} pages are up to date"])


if __name__ == "__main__":
    sys.exit(main())
