"""The runtime gives a container namespaces of its own, as the runtime's name says, and changes nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from faults.own_namespace import KINDS, SIDECARS
from records.record import containers_of
from tests.helpers.paths import ROOT
from tests.helpers.runtimes import called_by, install

SHARED = {name: f"/proc/1/ns/{name}" for name in ("ipc", "network", "pid", "uts")}


def _bundle(folder: Path, of: str, name: str = "main") -> Path:
    namespaces = [{"type": kind, "path": path} for kind, path in SHARED.items()]
    told = {"io.kubernetes.cri.container-type": of, "io.kubernetes.cri.container-name": name}
    content = {"annotations": told, "linux": {"namespaces": namespaces}}
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
@pytest.mark.parametrize("runtime", [*(f"own-{lost}" for lost in SHARED), "sidecar-apart"])
def test_the_sandbox_and_other_verbs_are_left_alone(runtime: str, verb: str, kind: str, tmp_path: Path) -> None:
    bundle = _bundle(tmp_path, kind, "beside")
    called_by(install(tmp_path)[runtime], verb, "--bundle", str(bundle), "name")
    assert _shared(bundle) == SHARED


def test_every_sidecar_of_the_suite_is_known_by_its_name_and_no_other_container_is() -> None:
    sidecars, others = set[str](), set[str]()
    never_run = ROOT / "manifests" / "api" / "same-names.yaml"
    for path in {*(ROOT / "manifests").rglob("*.yaml")} - {never_run}:
        for pod in [item for item in yaml.safe_load_all(path.read_text(encoding="utf-8")) if item["kind"] == "Pod"]:
            for each in containers_of(pod["spec"]):
                restarted = each in pod["spec"].get("initContainers", []) and each.get("restartPolicy") == "Always"
                (sidecars if restarted else others).add(each["name"])
    assert sidecars == SIDECARS
    assert not others & SIDECARS


@pytest.mark.parametrize(("name", "lost"), [("beside", KINDS), ("left", frozenset[str]())])
def test_a_sidecar_alone_loses_every_namespace_of_the_pod(name: str, lost: frozenset[str], tmp_path: Path) -> None:
    bundle = _bundle(tmp_path, "container", name)
    called_by(install(tmp_path)["sidecar-apart"], "create", "--bundle", str(bundle), "name")
    assert _shared(bundle) == {kind: path for kind, path in SHARED.items() if kind not in lost}
