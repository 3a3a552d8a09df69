"""Building blocks of Markdown pages, as GitHub renders them."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SPECIAL = re.compile(r"([\\`*_{}\[\]()#~|])")


def escaped(words: str) -> str:
    """Return the words with all that Markdown or HTML would interpret escaped, fit for a cell of a table."""
    plain = SPECIAL.sub(r"\\\1", html.escape(words, quote=False))
    unlinked = plain.replace("://", "&#58;//").replace("www.", "www&#46;")  # a link would take the backslashes along
    return "<br>".join(unlinked.splitlines())


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table. Cells are Markdown: pass plain text through ``escaped`` first."""
    return [_row(head), _row(["---"] * len(head)), *map(_row, rows)]


def renewed(page: str, marks: tuple[str, str], part: str) -> str:
    """Return the page with the text between its two marks replaced by ``part``.

    Raises:
        ValueError: the page does not have both marks, once each, in this order.
    """
    begin, end = marks
    if page.count(begin) != 1 or page.count(end) != 1 or page.index(end) < page.index(begin):
        raise ValueError(f"the page has not the two marks {begin} and {end}, once each")
    return page[: page.index(begin) + len(begin)] + f"\n\n{part}\n" + page[page.index(end) :]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
