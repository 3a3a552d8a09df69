"""The noxfile runs where nox alone is installed."""

import ast
import subprocess
import sys

from tests.helpers.paths import ROOT


def test_what_the_noxfile_imports_of_ours_needs_the_standard_library_alone() -> None:
    imports = [node for node in ast.parse((ROOT / "noxfile.py").read_text()).body if isinstance(node, ast.ImportFrom)]
    ours = [ast.unparse(node) for node in imports if (ROOT / str(node.module).partition(".")[0]).is_dir()]
    assert ours
    subprocess.run([sys.executable, "-S", "-c", "\n".join(ours)], cwd=ROOT, check=True)
