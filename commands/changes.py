"""``python -m commands.changes TAG [--output FILE]``: what CHANGELOG.md says of the release of this tag.

It is the release's text. A tag that is not that of pyproject.toml's version is refused, and a version of which the file
says nothing.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from commands.terminal import Parser, fail, show
from fixtures.paths import ROOT
from fixtures.session import output

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE = "CHANGELOG.md"
HEADING = re.compile(r"^## \[(?P<version>[^]]+)\](?: - (?P<day>\d{4}-\d\d-\d\d))?$", re.MULTILINE)


class ReleaseError(Exception):
    """This release cannot be made; the message is one line for whoever makes it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the text, or write it; return the exit code: 0, or that of one line on stderr."""
    parser = Parser(prog="changes", description=__doc__, allow_abbrev=False)
    parser.add_argument("tag", metavar="TAG", help="v0.1.0")
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")
    given = parser.parse_args(arguments)
    try:
        text = of(given.tag, ROOT)
        if given.output:
            given.output.parent.mkdir(parents=True, exist_ok=True)
            given.output.write_text(f"{text}\n", encoding="utf-8")
    except ReleaseError as error:
        return fail(str(error))
    except OSError as error:
        return fail(f"{output.refused(error)}: mend that, or name another")
    return 0 if given.output else show([text])


def of(tag: str, root: Path) -> str:
    """Return what the changelog of a checkout says of a tag's release.

    Raises:
        ReleaseError: the tag is not that of the checkout's version, or the changelog has no dated text of it.
    """
    version = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    if tag != f"v{version}":
        raise ReleaseError(f"{tag} is not the tag of this version, v{version}: tag the commit that has it")
    told = (root / FILE).read_text(encoding="utf-8")
    headings = list(HEADING.finditer(told))
    ends = [heading.start() for heading in headings[1:]] + [len(told)]
    for heading, end in zip(headings, ends, strict=True):
        if heading["version"] == version and heading["day"] and (text := told[heading.end() : end].strip()):
            return text
    raise ReleaseError(f"{FILE} has no text below a heading ## [{version}] - YYYY-MM-DD: write it, and tag that commit")


if __name__ == "__main__":
    sys.exit(main())
