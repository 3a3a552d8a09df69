"""The suite in a pytest process of its own, as a user runs it."""

from __future__ import annotations

import subprocess
import sys

from tests.helpers.paths import ROOT


def suite(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run ``pytest suite`` with these arguments in the checkout, without a cache."""
    command = [sys.executable, "-m", "pytest", "suite", "-p", "no:cacheprovider", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
