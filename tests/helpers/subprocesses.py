"""The suite as a person runs it: pytest in a process of its own."""

from __future__ import annotations

import subprocess
import sys

from tests.helpers.paths import ROOT


def suite(*arguments: object) -> subprocess.CompletedProcess[str]:
    """``pytest suite`` with these arguments, in the checkout; it leaves no cache there."""
    command = [sys.executable, "-m", "pytest", "suite", "-p", "no:cacheprovider", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
