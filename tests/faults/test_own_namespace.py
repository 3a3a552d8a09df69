"""The runtime gives a container its own namespace, the one in the runtime's name, and changes nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.runtimes import called_by, install

SHARED = {name: f"/proc/1/ns/{name}" for name in ("ipc", "network", "pid", "uts")}


def _bundle(folder: Path, of: str) -> Path:
    namespaces = [{"type": kind, "path": path} for kind, path in SHARED.items()]
    content = {"annotations": {"io.kubernetes.cri.container-type": of}, "linux": {"namespaces": namespaces}}
    (folder / "config.json").write_text(json.dumps(content))
    return folder


def _shared(bundle: Path) -> dict[str, str]:
    """Return the paths of the namespaces that the bundle shares."""
    content: dict[str, Any] = json.loads((bundle / "config.json").read_text())
    return {each["type"]: each["path"] for each in content["linux"]["namespaces"] if "path" in each}


@pytest.mark.parametrize("lost", SHARED)
def test_a_container_loses_one_of_the_pods_namespaces_and_nothing_else(lost: str, tmp_path: Path) -> None:
    bundle = _bundle(tmp_path, "container")
    arguments = ["--root", "/r", "create", "--bundle", str(bundle), "--pid-file", "p", "name"]
    assert called_by(install(tmp_path)[f"own-{lost}"], *arguments) == arguments
    assert _shared(bundle) == {kind: path for kind, path in SHARED.items() if kind != lost}


@pytest.mark.parametrize(("verb", "kind"), [("create", "sandbox"), ("start", "container")])
@pytest.mark.parametrize("lost", SHARED)
def test_the_sandbox_and_other_verbs_are_left_alone(lost: str, verb: str, kind: str, tmp_path: Path) -> None:
    bundle = _bundle(tmp_path, kind)
    called_by(install(tmp_path)[f"own-{lost}"], verb, "--bundle", str(bundle), "name")
    assert _shared(bundle) == SHARED
