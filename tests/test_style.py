"""The style of the tests themselves, where no linter checks it."""

import ast
from collections.abc import Iterator

from tests.helpers.paths import ROOT

FOLDERS = ("suite", "verify", "tests")
LONGEST_NAME = 80  # characters


def names() -> Iterator[str]:
    """Return the name of every test in the folders, after its file."""
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("test_*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                    yield f"{path.relative_to(ROOT)}::{node.name}"


def test_names_are_short_enough_to_read() -> None:
    assert [name for name in names() if len(name.partition("::")[2]) > LONGEST_NAME] == []
