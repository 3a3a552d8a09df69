"""A faulty runtime changes what it says it changes, and is runc otherwise."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from commands.faults import differences, main
from commands.terminal import USAGE
from faults import FAULTS, Fault
from reports.run import conformance
from tests.helpers.results import said

SHARED = {"ipc": "/proc/1/ns/ipc", "network": "/proc/1/ns/net"}


@pytest.fixture(params=FAULTS, ids=lambda fault: fault.name)
def runtime(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A faulty runtime, installed as a cluster installs it, beside a runc that prints its arguments."""
    fault: Fault = request.param
    installed = tmp_path / fault.name
    installed.write_text(f"#!{sys.executable} -IS\n{fault.program.read_text()}")
    (tmp_path / "runc").write_text('#!/bin/sh\necho "$@"\nexit 7\n')
    for path in (installed, tmp_path / "runc"):
        path.chmod(0o755)
    return installed


def _bundle(folder: Path, of: str) -> Path:
    namespaces = [{"type": kind, "path": path} for kind, path in SHARED.items()]
    content = {"annotations": {"io.kubernetes.cri.container-type": of}, "linux": {"namespaces": namespaces}}
    (folder / "config.json").write_text(json.dumps(content))
    return folder


def _shared(bundle: Path) -> dict[str, str]:
    """The namespaces that the bundle shares, and by which path."""
    content: dict[str, Any] = json.loads((bundle / "config.json").read_text())
    return {each["type"]: each["path"] for each in content["linux"]["namespaces"] if "path" in each}


def test_a_container_loses_one_of_the_pods_namespaces_and_nothing_else(runtime: Path, tmp_path: Path) -> None:
    bundle = _bundle(tmp_path, "container")
    command = [str(runtime), "--root", "/r", "create", "--bundle", str(bundle), "--pid-file", "p", "name"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == f"--root /r create --bundle {bundle} --pid-file p name"
    assert done.returncode == 7
    lost = runtime.name.removeprefix("own-")
    assert _shared(bundle) == {kind: path for kind, path in SHARED.items() if kind != lost}


@pytest.mark.parametrize(("verb", "kind"), [("create", "sandbox"), ("start", "container")])
def test_the_sandbox_and_other_verbs_are_left_alone(runtime: Path, tmp_path: Path, verb: str, kind: str) -> None:
    bundle = _bundle(tmp_path, kind)
    subprocess.run([runtime, verb, "--bundle", bundle, "name"], capture_output=True, check=False)
    assert _shared(bundle) == SHARED


def test_every_fault_breaks_something_and_its_name_can_be_a_runtime_class() -> None:
    for fault in FAULTS:
        assert fault.breaks
        assert fault.program.is_file()
        assert fault.name.replace("-", "").isalnum()


def test_what_a_run_found_is_just_what_must_be_broken_and_information_is_recorded() -> None:
    levels = {"A": "MUST", "B": "INFO"}
    right = [said("A", "violated", rule="lost"), said("B", "recorded", level="INFO", told=["seen"])]
    assert differences({("A", ""): ("lost",)}, conformance.build(levels, right, {})) == []
    wrong = [said("A", "recorded"), said("B", "holds", level="INFO")]
    assert differences({}, conformance.build(levels, wrong, {})) == [
        "A [case] is recorded, not holds",
        "B [case] is holds, not recorded",
    ]


def test_a_slow_case_that_nobody_asked_for_is_no_difference() -> None:
    slow = said("A", "not run", "slow", cause="slow")
    report = conformance.build({"A": "MUST"}, [said("A", "holds"), slow], {})
    assert differences({}, report) == []
    other = said("A", "not run", "slow", cause="deselected")
    report = conformance.build({"A": "MUST"}, [said("A", "holds"), other], {})
    assert differences({}, report) == ["A [slow] is not run, not holds"]


def test_what_a_run_found_otherwise_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "conformance.json"
    for result, code, line in (
        (said("A", "holds"), 0, "none: violated is just what must be: nothing"),
        (said("A", "trouble"), 1, "none: A [case] is trouble, not holds"),
    ):
        report = conformance.build({"A": "MUST"}, [result], {})
        path.write_text(json.dumps(report))
        assert main(["none", str(path)]) == code
        assert capsys.readouterr().out == f"{line}\n"
    path.write_text("{")
    assert main(["none", str(path)]) == USAGE
    assert "is not JSON" in capsys.readouterr().err
