"""Commands for child processes: this Python, with the modules of this tree, wherever it lies."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fixtures.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from commands.relay import Relay

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


def logged(relay: Relay, folder: Path, name: str, arguments: Sequence[str]) -> int:
    """Run the suite into ``FOLDER/NAME``, with what it prints in ``FOLDER/NAME.log``; return its exit code."""
    with (folder / f"{name}.log").open("wb") as log:
        return relay.run(pytest(*arguments, "--output", str(folder / name)), log=log)


def pytest(*arguments: str) -> list[str]:
    """Return the command that runs the suite, from any working directory."""
    if Path.cwd() == ROOT:
        return python("pytest", "suite", *arguments)
    return python("pytest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), str(ROOT / "suite"), *arguments)
