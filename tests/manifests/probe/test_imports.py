"""The probe runs where nothing is installed: its modules are flat, and import each other and the standard library."""

import ast
import sys
from pathlib import Path

import pytest

from tests.helpers.probes import PROBE

MODULES = sorted(PROBE.glob("*.py"))


def _imported(path: Path) -> set[str]:
    """Return the first names of all modules that a module imports; a relative import has none."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    from_them = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in plain | from_them}


@pytest.mark.parametrize("path", MODULES, ids=[path.stem for path in MODULES])
def test_a_module_imports_its_neighbours_and_the_standard_library(path: Path) -> None:
    assert _imported(path) - sys.stdlib_module_names <= {module.stem for module in MODULES}
