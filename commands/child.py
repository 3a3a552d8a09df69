"""Commands for child processes: this Python, with the modules of this tree, wherever it lies."""

from __future__ import annotations

import sys
from pathlib import Path

from fixtures.paths import ROOT

BOOT = """
import runpy, sys
del sys.path[0]  # the working directory
sys.path.insert(0, sys.argv.pop(1))
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
""".strip()
"""Nothing goes into the environment: a program that a kubeconfig names would have these modules, too."""


def python(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of this tree, or one that is installed."""
    if Path.cwd() == ROOT:
        return [sys.executable, "-m", module, *arguments]
    return [sys.executable, "-c", BOOT, str(ROOT), module, *arguments]


def pytest(*arguments: str) -> list[str]:
    """Return the command that runs the suite, from any working directory."""
    if Path.cwd() == ROOT:
        return python("pytest", "suite", *arguments)
    return python("pytest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), str(ROOT / "suite"), *arguments)
