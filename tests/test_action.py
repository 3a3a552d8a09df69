"""The action that other projects use: its shell steps in a made-up runner, and what no linter says of it."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from commands.action import ARGUMENTS
from commands.github import OUTPUT, SUMMARY
from machine import settings
from tests.helpers.paths import RECORDS, ROOT

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]

ACTION: Json = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
INPUT = re.compile(r"\$\{\{ inputs\.([\w-]+) \}\}")
STEPS = {step.get("id", step["name"]): step for step in ACTION["runs"]["steps"]}
VIOLATED = ROOT / "docs" / "reports" / "local-1.34" / "conformance.json"
SUITE = """
import pathlib, shutil, sys
folder = pathlib.Path({output!r})
folder.mkdir(parents=True)
shutil.copy({report!r}, folder)
(folder / ".podproof").touch()
sys.exit(1)
"""
"""A run of the suite in which a MUST is violated."""
PODPROOF = """#!{python}
import sys
sys.path[0] = {root!r}
from commands import __main__, run
if {suite!r}:
    run.pytest = lambda *_: [sys.executable, "-c", {suite!r}]
sys.exit(__main__.main())
"""
"""The installed program, over this checkout."""

KUBECONFIG = """
apiVersion: v1
kind: Config
current-context: mine
contexts: [{name: mine, context: {cluster: mine, user: mine}}]
clusters: [{name: mine, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: mine, user: {}}]
"""


class Runner:
    """A runner of GitHub Actions, as far as a shell step sees it."""

    def __init__(self, folder: Path, suite: str = "") -> None:
        self.outputs, self.summary, self.workspace = folder / "outputs", folder / "summary", folder / "workspace"
        self.workspace.mkdir()
        program = folder / "podproof" / "bin" / "podproof"
        program.parent.mkdir(parents=True)
        program.write_text(PODPROOF.format(python=sys.executable, root=str(ROOT), suite=suite))
        program.chmod(0o755)
        (folder / "path").mkdir()
        self._environment = {
            "PATH": f"{folder / 'path'}:/usr/bin:/bin",
            "HOME": str(folder),
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "RUNNER_TEMP": str(folder),
            OUTPUT: str(self.outputs),
            SUMMARY: str(self.summary),
        }

    def step(self, name: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        """Run a shell step with these inputs, and the defaults of the others."""
        given = {each: told["default"] for each, told in ACTION["inputs"].items()}
        given |= {each.replace("_", "-"): value for each, value in inputs.items()}
        step = STEPS[name]
        own = {variable: INPUT.sub(lambda match: given[match[1]], value) for variable, value in step["env"].items()}
        own = {variable: value.replace("${{ github.action_path }}", str(ROOT)) for variable, value in own.items()}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.workspace,
            env=self._environment | own,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def told(self) -> dict[str, str]:
        """Return the outputs of the steps so far."""
        return dict(line.split("=", 1) for line in self.outputs.read_text().splitlines())


def test_a_violation_is_annotated_summed_up_and_put_out(tmp_path: Path) -> None:
    runner = Runner(tmp_path, SUITE.format(output="podproof/out", report=str(VIOLATED)))
    done = runner.step("run", kube_context="there")
    assert done.returncode == 1, done.stderr
    assert re.search("^::error title=[A-Z-]+ ", done.stdout, re.MULTILINE)
    assert runner.summary.read_text().startswith("## NOT conformant\n")
    assert runner.told() == {"conformant": "false", "report": "podproof/out/conformance.json", "exit-code": "1"}
    assert (runner.workspace / "podproof" / "out" / "index.html").is_file()


def test_kept_records_are_judged_by_the_arguments_in_place_of_a_run(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    records = tmp_path / "two words"
    records.symlink_to(RECORDS / "healthy")
    done = runner.step("run", arguments=f"--judge '{records}' -k INIT-SEQUENTIAL", cluster="", output="")
    assert done.returncode == 0, done.stderr
    assert "no claim of conformance" in done.stdout
    assert runner.told() == {"exit-code": "0"}


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({}, "that was not named; "),
        ({"cluster": "minikube"}, "PODPROOF_CLUSTER: minikube is not one of existing, kind, local"),
        ({"cluster": "kind", "kubernetes": "1.37"}, "--kubernetes"),
        ({"arguments": "-k 'init"}, "arguments: -k 'init: words as in a shell: No closing quotation"),
    ],
    ids=["no-context", "no-such-cluster", "contradiction", "open-quotation"],
)
def test_inputs_that_cannot_be_are_refused_in_one_line(tmp_path: Path, inputs: dict[str, str], said: str) -> None:
    runner = Runner(tmp_path)
    (tmp_path / ".kube").mkdir()
    (tmp_path / ".kube" / "config").write_text(KUBECONFIG)
    done = runner.step("run", **inputs)
    assert done.returncode not in {0, 1}
    [line] = [each for each in (done.stdout + done.stderr).splitlines() if "podproof: " in each]
    assert said in line
    assert "Traceback" not in done.stderr
    assert runner.told() == {"exit-code": str(done.returncode)}


@pytest.mark.parametrize("text", ["$(touch here)", "; touch here", "`touch here`", "'; touch here; '", "|| touch here"])
@pytest.mark.parametrize("name", sorted(ACTION["inputs"]))
def test_no_input_is_run(tmp_path: Path, name: str, text: str) -> None:
    runner = Runner(tmp_path)
    given = {"cluster": "local", "output": "of-nobody"} | {name.replace("-", "_"): text}
    programs = tmp_path / "path"
    for program in ("podproof/bin/podproof", "path/sudo"):
        (tmp_path / program).write_text("#!/bin/sh\nexit 0\n")
        (tmp_path / program).chmod(0o755)
    assert programs.is_dir()
    for step in ("run", "Give what root wrote to the user who keeps it"):
        assert runner.step(step, **given).returncode == 0
    assert list(runner.workspace.iterdir()) == []


@pytest.mark.parametrize(
    ("user", "cluster", "root"), [("1000", "local", True), ("1000", "kind", False), ("0", "local", False)]
)
def test_the_local_cluster_alone_is_booted_as_root(tmp_path: Path, user: str, cluster: str, root: bool) -> None:
    runner = Runner(tmp_path)
    (tmp_path / "podproof" / "bin" / "podproof").write_text("#!/bin/sh\necho played $*\n")
    for program, text in (("sudo", "echo as root: $*"), ("id", f"echo {user}")):
        (tmp_path / "path" / program).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / "path" / program).chmod(0o755)
    (runner.workspace / "podproof" / "out").mkdir(parents=True)
    played = f"as root: --set-home --preserve-env {tmp_path}/podproof/bin/podproof action" if root else "played action"
    assert runner.step("run", cluster=cluster).stdout == f"{played}\n"
    if cluster == "local":
        given = runner.step("Give what root wrote to the user who keeps it", cluster=cluster).stdout
        assert given == (f"as root: chown --recursive {user}:{user} podproof/out\n" if root else "")


def test_podproof_is_installed_from_the_checkout_as_it_is_pinned(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    python = tmp_path / "path" / "python3"
    made = 'mkdir -p "$3/bin" && cp "$0" "$3/bin/python"'
    python.write_text(f'#!/bin/sh\nif [ "$2" = venv ]; then {made}; else echo "$PIP_CONSTRAINT: $*"; fi\n')
    python.chmod(0o755)
    done = runner.step("Install podproof, as this checkout pins it")
    assert done.returncode == 0, done.stderr
    pip = "-m pip install --quiet --disable-pip-version-check"
    assert done.stdout == f"{ROOT}/constraints.txt: {pip} {ROOT}\n"
    assert (ROOT / "constraints.txt").is_file()


def test_no_expression_stands_in_a_script_and_every_input_is_used() -> None:
    scripts = [step["run"] for step in STEPS.values() if "run" in step]
    assert scripts
    assert all("${{" not in script for script in scripts)
    used = set(re.findall(r"inputs\.([\w-]+)", yaml.safe_dump(ACTION["runs"])))
    assert used == set(ACTION["inputs"])


def test_inputs_are_settings_of_options_that_there_are(pytestconfig: pytest.Config) -> None:
    own = set(STEPS["run"]["env"]) - {ARGUMENTS}
    [group] = [each for each in pytestconfig._parser._groups if each.name == "podproof"]  # noqa: SLF001
    names = {settings._variable(name.removeprefix("--")) for option in group.options for name in option.names()}  # noqa: SLF001
    assert len(own) > 3
    assert own <= names


def test_every_output_is_one_that_a_run_puts_out() -> None:
    told = {name: output["value"] for name, output in ACTION["outputs"].items()}
    assert told == {name: f"${{{{ steps.run.outputs.{name} }}}}" for name in ("conformant", "exit-code", "report")}


def test_what_the_run_wrote_is_kept_whatever_it_found() -> None:
    step = STEPS["Keep what the run wrote"]
    assert step["if"] == "always() && inputs.artifact != ''"
    assert step["with"]["path"] == "${{ inputs.output }}"
