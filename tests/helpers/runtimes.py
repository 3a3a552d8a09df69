"""The runtimes of the local cluster, installed as it installs them, over a runc that says how it was called."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from clusters.local.boot import install_runtimes

if TYPE_CHECKING:
    from pathlib import Path

EXIT_CODE = 7
"""Runc's own."""


def install(folder: Path) -> dict[str, Path]:
    """Return every runtime by its name; runc prints its arguments."""
    (folder / "runtimes").mkdir()
    runc = folder / "real-runc"
    runc.write_text(f'#!/bin/sh\necho "$@"\nexit {EXIT_CODE}\n')
    runc.chmod(0o755)
    return install_runtimes(folder / "runtimes", runc)


def called_by(runtime: Path, *arguments: str) -> list[str]:
    """Run the runtime; return the arguments that it gave to runc, whose exit code it must have for its own."""
    done = subprocess.run([runtime, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (EXIT_CODE, "")
    return done.stdout.split()
