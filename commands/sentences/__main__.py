"""``python -m commands.sentences``: does every sentence that a requirement quotes still stand where it says?

Each page is fetched once, or read from kept copies (--page-folder), and searched for the sentences that are quoted
from it: for their words, whatever the markup, the line breaks, the kinds of quotes and dashes. `[…]` in a sentence
stands for words that are left out. A sentence is

  found      it stands on its page, under its anchor
  elsewhere  it stands on its page, but not under that anchor
  reworded   a passage of the page comes near: it is shown, [-with what the sentence has-] and {+what the page has+}
  gone       there is no such page, or nothing on it comes near
  not read   the page was not to be had, which proves nothing

The exit code is

  0  every sentence was found
  1  one is reworded, elsewhere or gone: read the page, and the requirement again
  4  what was given cannot be done
  6  none of that, but a page was not read: nothing is proven of it, try again
"""

from __future__ import annotations

import sys
from argparse import RawDescriptionHelpFormatter
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urldefrag

from commands.sentences import sources
from commands.sentences.verdicts import BROKEN, FOUND, NOT_READ, Verdict, judge, quotations
from commands.terminal import Parser, fail, show
from fixtures.errors import NOT_PROVEN
from records import requirements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from commands.sentences.sources import Answer

CHANGED = 1
SECONDS = 10.0  # an answer takes one or two; with all servers silent, the job of hosted CI still ends by itself


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare the sentences with their pages, and tell of each; return the exit code."""
    parser = Parser(
        prog="sentences", description=__doc__, allow_abbrev=False, formatter_class=RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--requirement", action="append", metavar="ID", help="compare this requirement's sentences alone; repeatable"
    )
    parser.add_argument(
        "--page-folder",
        type=Path,
        metavar="DIR",
        help="read the pages there, DIR/kubernetes.io/docs/…, in place of the network",
    )
    parser.add_argument(
        "--timeout", type=float, default=SECONDS, metavar="SECONDS", help="for each answer of a server; default: 10"
    )
    given = parser.parse_args(arguments)
    catalogue = requirements.load()
    chosen = given.requirement or list(catalogue)
    if unknown := sorted(set(chosen) - set(catalogue)):
        return fail(f"{', '.join(unknown)}: no such requirement; docs/requirements.md lists them")
    if given.page_folder and not given.page_folder.is_dir():
        return fail(f"{given.page_folder} is no folder")
    ask = partial(sources.over_the_network, seconds=given.timeout)
    if given.page_folder:
        ask = partial(sources.kept, folder=given.page_folder)
    return compare([catalogue[name] for name in dict.fromkeys(chosen)], ask)


def compare(chosen: Sequence[requirements.Requirement], ask: Callable[[str], Answer]) -> int:
    """Compare the sentences of some requirements with the pages that ``ask`` returns; return the exit code."""
    moved: dict[str, str] = {}

    def asked(url: str) -> Answer:
        answer = ask(url)
        moved.update({url: answer.moved} if answer.moved else {})
        return answer

    verdicts = judge(quotations(chosen), asked)
    outcomes = Counter(verdict.outcome for verdict in verdicts)
    pages = {urldefrag(verdict.quotation.url).url for verdict in verdicts}
    lines = [line for verdict in verdicts for line in told(verdict)]
    lines += [f"moved: {old} is {new} now" for old, new in moved.items()]
    counted = ", ".join(f"{outcome}: {outcomes[outcome]}" for outcome in (FOUND, *BROKEN, NOT_READ))
    lines.append(f"requirements: {len(chosen)}, pages: {len(pages)}, sentences: {len(verdicts)}; {counted}")
    code = CHANGED if any(outcomes[each] for each in BROKEN) else NOT_PROVEN if outcomes[NOT_READ] else 0
    return show([*lines, *_said(code)]) or code


def told(verdict: Verdict) -> Iterator[str]:
    """Return the lines that tell of a sentence."""
    quoted = verdict.quotation
    yield f"{verdict.outcome:9}  {quoted}"
    if verdict.outcome != FOUND:
        yield f"           {quoted.url}, last read on {quoted.read}"
        yield f"           quoted: {quoted.sentence}"
        yield from (f"           {line}" for line in verdict.lines)


def _said(code: int) -> list[str]:
    return {
        CHANGED: ["exit code 1: read what is reworded, elsewhere or gone, and each requirement again"],
        NOT_PROVEN: ["exit code 6: nothing is proven of what was not read; try again"],
    }.get(code, [])


if __name__ == "__main__":
    sys.exit(main())
