"""Node by node: the node whose runtime is broken is named, and no other.

Boots a local cluster of two nodes, so it needs root; run it by its path, or by ``nox -s cluster -- verify``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from fixtures.paths import ROOT
from verify import runs
from verify.policed import cluster_of

if TYPE_CHECKING:
    from pathlib import Path

ENDS_WITHIN = 600  # s, of two runs of some scenarios side by side, on a busy machine
BROKEN = "IPC-SYSV-QUEUE"  # by the runtime own-ipc
REQUIREMENTS = (BROKEN, "INIT-SEQUENTIAL", "NET-LOCALHOST")

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="boots a local cluster: needs root")


def test_the_node_with_a_broken_runtime_is_named_and_no_other(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with cluster_of("nodes", tmp_path / "state", "--nodes", "2", "--node-runtime", "2=own-ipc") as cluster:
        asked = [word for name in REQUIREMENTS for word in ("--requirement", name)]
        asked += [*runs.there(cluster), *runs.images(cluster), "--in-flight", "6", "--output", str(out)]
        command = [sys.executable, "-m", "commands", "conformance", "--every-node", *asked]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=ENDS_WITHIN)
    assert done.returncode == 1, done.stdout + done.stderr
    compared = json.loads((out / "matrix.json").read_text(encoding="utf-8"))
    healthy, broken = sorted(compared["clusters"])
    assert {(row["cluster"], row["requirement"]) for row in compared["wrong"]} == {(broken, BROKEN)}, done.stdout
    for node in (healthy, broken):
        report = json.loads((out / node / "conformance.json").read_text(encoding="utf-8"))
        cases = [case for each in report["requirements"].values() for case in each["cases"]]
        assert {name for case in cases for name in case.get("nodes", ())} == {node}
