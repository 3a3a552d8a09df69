"""The user is told the command that this podproof has: a checkout's script, or an installed program."""

import ast
import re
import runpy
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands.__main__ import COMMANDS
from machine import installation
from tests.helpers.paths import ROOT

PACKAGES = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
OF_A_CHECKOUT = (
    "changes",
    "faults",
    "github",
    "image",
    "keep",
    "overhead",
    "pages",
    "pictures",
    "sbom",
    "sentences",
    "verdicts",
)
FOR_DEVELOPERS = (*(f"commands/{name}" for name in OF_A_CHECKOUT), "reports/pages/")
MARKS = "<!-- made by ./podproof matrix"
"""Begin and end of what is written into a page: they do not differ."""
SCRIPT = "./podproof"
MODULE = re.compile(r"python -m (?:commands|clusters)\b")


def messages(file: Path) -> Iterator[str]:
    """Yield the texts of a module that a user may read: all but docstrings, save one that is a command's --help."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    shown = any(isinstance(node, ast.Name) and node.id == "__doc__" for node in ast.walk(tree))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    told -= {id(tree.body[0].value)} if shown and isinstance(tree.body[0], ast.Expr) else set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def wrong(root: Path, packages: list[str]) -> list[str]:
    """Return the texts that name a checkout's script, each after its file."""
    found = []
    for file in sorted(path for name in packages for path in (root / name).rglob("*.py")):
        place = file.relative_to(root).as_posix()
        if not place.startswith(FOR_DEVELOPERS) and place != "machine/installation.py":
            found += [f"{place}: {text}" for text in messages(file) if _names_it(text)]
    written = root / "reports" / "out"  # by runs of a checkout: no wheel has it
    pages = (path for name in packages for path in (root / name).rglob("*.html"))
    for file in sorted(path for path in pages if not path.is_relative_to(written)):
        found += [f"{file.relative_to(root)}: {line}" for line in file.read_text().splitlines() if SCRIPT in line]
    return found


def _names_it(text: str) -> bool:
    return (SCRIPT in text and MARKS not in text) or MODULE.search(text) is not None


def test_a_checkout_has_a_script_and_an_installed_one_a_program(tmp_path: Path) -> None:
    assert installation.PODPROOF == SCRIPT
    (tmp_path / "machine").mkdir()
    copy = tmp_path / "machine" / "installation.py"
    copy.write_text(Path(installation.__file__).read_text())
    assert runpy.run_path(str(copy))["PODPROOF"] == "podproof"
    (tmp_path / "noxfile.py").touch()
    assert runpy.run_path(str(copy))["PODPROOF"] == SCRIPT


def test_no_message_names_a_script_that_an_installed_one_lacks() -> None:
    assert wrong(ROOT, PACKAGES["only-include"]) == []


def test_what_is_for_developers_is_no_command_of_an_installed_one() -> None:
    assert set(OF_A_CHECKOUT) <= {path.stem for path in (ROOT / "commands").iterdir()}
    assert set(OF_A_CHECKOUT) & set(COMMANDS) == set()


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("a.py", 'def a():\n    raise ValueError(f"{1}: ./podproof judge")', True),
        ("a.py", '"""``./podproof judge``."""\nHELP = __doc__', True),
        ("a.py", 'def a():\n    raise ValueError("`python -m clusters.local up`")', True),
        ("a.py", '"""``./podproof judge``."""', False),
        ("a.py", 'def a():\n    """``./podproof judge``."""', False),
        ("a.py", 'MARKS = "<!-- made by ./podproof matrix: begin -->"', False),
        ("a.html", "<code>./podproof judge</code>", True),
    ],
    ids=["message", "help", "module", "docstring", "of-a-function", "mark", "template"],
)
def test_what_names_it_is_found(tmp_path: Path, file: str, text: str, found: bool) -> None:
    (tmp_path / "commands").mkdir()
    (tmp_path / "commands" / file).write_text(text)
    assert bool(wrong(tmp_path, ["commands"])) is found
