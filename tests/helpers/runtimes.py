"""The runtimes of the local cluster over a fake runc that prints its arguments."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from clusters.local.boot import install_runtimes

if TYPE_CHECKING:
    from pathlib import Path

EXIT_CODE = 7
"""The exit code of the fake runc."""


def install(folder: Path) -> dict[str, Path]:
    """Install the runtimes as the local cluster does; return their paths by name."""
    (folder / "runtimes").mkdir()
    runc = folder / "real-runc"
    runc.write_text(f'#!/bin/sh\necho "$@"\nexit {EXIT_CODE}\n')
    runc.chmod(0o755)
    return install_runtimes(folder / "runtimes", runc)


def called_by(runtime: Path, *arguments: str) -> list[str]:
    """Run the runtime; return the arguments that it gave to runc. It must exit with runc's exit code."""
    done = subprocess.run([runtime, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (EXIT_CODE, "")
    return done.stdout.split()
