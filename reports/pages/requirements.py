"""``python -m reports.pages.requirements``: docs/requirements.md, every requirement with its level and its sentence."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from records import requirements

if TYPE_CHECKING:
    from collections.abc import Mapping

    from records.requirements import Requirement

PAGE = Path(__file__).resolve().parents[2] / "docs" / "requirements.md"
HEAD = """\
# What podproof proves

Generated from `requirements.toml` of each folder of [suite](../suite) by `python -m reports.pages.requirements`.

MUST: kubernetes.io or an API field's comment says it. EXPECTED: it follows, a release note says it, or every runtime
does it. INFO: recorded, never judged. A case may have a level of its own.

Read: the day on which the sentence was last compared with its page. `./podproof sentences` compares all of them, those
of the cases, too, and tells which was reworded.
"""
COLUMNS = """\
| requirement | level | what must hold | the sentence, or what a case leaves open | read |
|---|---|---|---|---|
"""


def page(catalogue: Mapping[str, Requirement]) -> str:
    """Return the page: one area after the other, in the order of the catalogue (requirements by id)."""
    areas: dict[str, list[str]] = {}
    for each in catalogue.values():
        rows = areas.setdefault(each.area, [])
        said = f"{each.title} | {_cell(each.sentence)} | {each.read}"
        rows.append(f"| [{each.id}]({each.url}) | {each.level} | {said} |")
        for case, own in each.cases.items():
            if own.get("level", each.level) != each.level:
                said = f"{_cell(own.get('title', ''))} | {_cell(own.get('note', ''))} | {own.get('read', '')}"
                rows.append(f"| {each.id} `{case}` | {own['level']} | {said} |")
    parts = [f"## {area}\n\n{COLUMNS}" + "\n".join(rows) for area, rows in areas.items()]
    return "\n".join([HEAD, *(f"{part}\n" for part in parts)])


def pages() -> dict[Path, str]:
    """Return the page's current text, by its file."""
    return {PAGE: page(requirements.load())}


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(page(requirements.load()))
