"""An operator may sit at macOS: a run on an existing cluster needs no Linux, and what does says so in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from fixtures.errors import NO_CLUSTER
from tests.helpers.paths import ROOT
from tests.helpers.servers import kubeconfig, serving

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]

NODE = {
    "metadata": {"name": "one", "labels": {"kubernetes.io/os": "linux"}},
    "spec": {},
    "status": {
        "allocatable": {"cpu": "1"},
        "nodeInfo": dict.fromkeys(
            ("kubeletVersion", "containerRuntimeVersion", "kernelVersion", "osImage", "architecture"), "made up"
        )
        | {"operatingSystem": "linux"},
    },
}
ALLOWED = {f"imported clusters.local{module}" for module in ("", ".axes", ".traits")}
"""What tells that the local cluster is for Linux, and the options of it."""


def _api(path: str, body: Json) -> tuple[int, Any]:
    """Answer as an API server that has a node, lets everything be done, and refuses every Pod for want of room."""
    if path == "/version":
        return 200, {"gitVersion": "v1.37.2", "major": "1", "minor": "37", "platform": "linux/amd64"}
    if path.endswith("selfsubjectrulesreviews"):
        return 201, {"status": {"resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}]}}
    if "watch=" in path:
        return 200, ""  # it ends at once
    if body.get("kind") == "Pod" and "dryRun" not in path:
        return 403, {"message": "exceeded quota"}
    if body:
        return 201, body
    return 200, {"items": [NODE] if path == "/api/v1/nodes" else [], "metadata": {"resourceVersion": "1"}}


def _as_macos(folder: Path, *arguments: str) -> tuple[int, str, set[str]]:
    """Run a module of podproof; return its exit code, what it printed, and what it touched of Linux."""
    environment = {**os.environ, "HOME": str(folder)}
    for name in ("KUBECONFIG", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "tests.helpers.macos", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)
    touched = {line for line in done.stderr.splitlines() if line.startswith(("opened ", "imported "))}
    said = [line for line in (done.stdout + done.stderr).splitlines() if line not in touched]
    assert "Traceback" not in done.stdout + done.stderr, done.stdout + done.stderr
    return done.returncode, "\n".join(said), touched


def _suite(folder: Path, *arguments: str) -> tuple[int, str, set[str]]:
    output = ("--output", str(folder / "out"))
    return _as_macos(folder, "pytest", "suite", "-p", "no:cacheprovider", "-k", "API-NAMES", *arguments, *output)


def test_a_run_on_an_existing_cluster_touches_nothing_of_linux(tmp_path: Path) -> None:
    with serving(_api) as url:
        there = ("--kubeconfig", kubeconfig(tmp_path / "k", url), "--kube-context", "there")
        _, said, touched = _suite(tmp_path, *there)
    assert "cluster: existing there, v1.37.2" in said
    # Namespaces are made by then, Pods are watched, and one has been sent.
    assert "Pod canary-restricted was refused: 403 exceeded quota" in said, said
    assert touched <= ALLOWED


def test_records_are_judged_and_reported_without_anything_of_linux(tmp_path: Path) -> None:
    kept = ROOT / "tests" / "records" / "own-ipc"
    code, said, touched = _suite(tmp_path, "--judge", str(kept), "-k", "IPC-SYSV-QUEUE and one")
    assert (code, "1 violated" in said) == (pytest.ExitCode.TESTS_FAILED, True), said
    assert list((tmp_path / "out" / "diagnostics").iterdir())
    assert touched <= ALLOWED


def test_the_sessions_are_listed_without_anything_of_linux(tmp_path: Path) -> None:
    code, said, touched = _as_macos(tmp_path, "nox", "--list")
    assert (code, "conformance" in said, touched) == (0, True, set())


def test_a_sweep_of_an_existing_cluster_touches_nothing_of_linux(tmp_path: Path) -> None:
    with serving(_api) as url:
        there = ("--kubeconfig", kubeconfig(tmp_path / "k", url), "--kube-context", "there")
        code, said, touched = _as_macos(tmp_path, "commands.sweep", *there)
    assert (code, said) == (0, "existing there: nothing is left")
    assert touched <= ALLOWED


def test_the_local_cluster_says_in_one_line_that_it_needs_linux(tmp_path: Path) -> None:
    line = "podproof: the local cluster is made of Linux namespaces, and this is darwin: name an existing cluster with "
    code, said, touched = _suite(tmp_path, "--cluster", "local")
    assert (code, line in said) == (NO_CLUSTER, True), said
    assert touched <= ALLOWED
    code, said, _ = _as_macos(tmp_path, "clusters.local", "up")
    assert (code, said.count("\n"), said.startswith(line)) == (1, 0, True), said
