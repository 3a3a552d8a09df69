"""``python -m reports.requirements``: docs/requirements.md, every requirement with its level and its sentence."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent.parent / "suite" / "requirements.toml"
HEAD = """\
# What podproof proves

Generated from [suite/requirements.toml](../suite/requirements.toml) by `python -m reports.requirements`.

MUST: kubernetes.io or an API field's comment says it. EXPECTED: it follows, a release note says it, or every runtime
does it. INFO: recorded, never judged. A case may have a level of its own.
"""
COLUMNS = """\
| requirement | level | what must hold | the sentence, or what a case leaves open |
|---|---|---|---|
"""


def page(table: dict[str, dict[str, Any]]) -> str:
    """The page: an area after the other, in the order of the file."""
    areas: dict[str, list[str]] = {}
    for name, words in table.items():
        rows = areas.setdefault(words["area"], [])
        rows.append(f"| [{name}]({words['url']}) | {words['level']} | {words['title']} | {_cell(words['sentence'])} |")
        rows += [
            f"| {name} `{case}` | {own['level']} | {_cell(own.get('title', ''))} | {_cell(own.get('note', ''))} |"
            for case, own in words.get("cases", {}).items()
            if own.get("level", words["level"]) != words["level"]
        ]
    parts = [f"## {area}\n\n{COLUMNS}" + "\n".join(rows) for area, rows in areas.items()]
    return "\n".join([HEAD, *(f"{part}\n" for part in parts)])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(page(tomllib.loads(FILE.read_text(encoding="utf-8"))))
