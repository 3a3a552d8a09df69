"""``podproof sonobuoy``: the suite as a plugin of Sonobuoy (``clusters/existing/sonobuoy.yaml``).

Sonobuoy starts this in a Pod beside its worker. The worker waits for a file ``done`` with the path of the results, and
takes word of how far the run is. Arguments are those of ``conformance``.
"""

from __future__ import annotations

import os
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

from commands.child import pytest
from commands.relay import relayed
from commands.terminal import fail

if TYPE_CHECKING:
    from collections.abc import Sequence

RESULTS, PORT = "SONOBUOY_RESULTS_DIR", "SONOBUOY_PROGRESS_PORT"
"""Sonobuoy's variables: the folder that the worker shares, and where it takes word of progress."""
HANDED_OVER = ("junit.xml", "conformance.json", "records", "diagnostics")
"""What Sonobuoy gets of the folder of a run: it counts the tests of junit.xml."""


def main(arguments: Sequence[str]) -> int:
    """Run the suite, hand its results to Sonobuoy's worker; return pytest's exit code."""
    if not (named := os.environ.get(RESULTS)):
        return fail(f"sonobuoy: {RESULTS} is not set: Sonobuoy sets it in the Pods of its plugins")
    folder = Path(named)
    output, results = folder / "podproof", folder / "podproof.tar.gz"
    progress = [f"--progress-url=http://localhost:{port}/progress"] if (port := os.environ.get(PORT)) else []
    try:
        with relayed() as relay:
            return relay.run(pytest(f"--output={output}", *progress, *arguments))
    finally:  # without it the worker waits until its own time is up
        pack(output, results)
        (folder / "done").write_text(str(results), encoding="utf-8")


def pack(folder: Path, archive: Path) -> None:
    """Write what there is of a run's results as an archive; a run that was refused has none."""
    with tarfile.open(archive, "w:gz") as tar:
        for path in (folder / name for name in HANDED_OVER):
            if path.exists():
                tar.add(path, path.name)
