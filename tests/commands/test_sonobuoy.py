"""Sonobuoy's protocol: results in its folder, the file ``done`` with their path, word of progress to its port."""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from commands import sonobuoy
from fixtures.errors import USAGE
from tests.helpers.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PLUGIN = yaml.safe_load((ROOT / "clusters" / "existing" / "sonobuoy.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """Return the commands that were run; each leaves the folder of a run, and ends with 1."""
    ran: list[list[str]] = []

    def run(_: object, command: list[str]) -> int:
        ran.append(command)
        folder = tmp_path / "podproof"
        for name in ("junit.xml", "conformance.json", "records/x.json", "results/of-allure.json"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(name)
        return 1

    monkeypatch.setattr("commands.relay.Relay.run", run)
    monkeypatch.setenv(sonobuoy.RESULTS, str(tmp_path))
    monkeypatch.setenv(sonobuoy.PORT, "8099")
    return ran


def test_the_results_are_handed_over_by_their_path_in_done(played: list[list[str]], tmp_path: Path) -> None:
    assert sonobuoy.main(["--kube-context", "x"]) == 1
    named = (tmp_path / "done").read_text()
    assert named == str(tmp_path / "podproof.tar.gz")  # no newline: the worker takes all of it for the path
    with tarfile.open(named) as tar:
        assert sorted(tar.getnames()) == ["conformance.json", "junit.xml", "records", "records/x.json"]
    assert played[0][-2:] == ["--kube-context", "x"]


def test_progress_goes_to_the_workers_port(played: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    sonobuoy.main([])
    monkeypatch.delenv(sonobuoy.PORT)
    sonobuoy.main([])
    assert ["--progress-url=http://localhost:8099/progress" in command for command in played] == [True, False]


def test_a_run_that_breaks_off_is_handed_over_too(
    played: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: Any) -> int:
        raise OSError("no Python")

    monkeypatch.setattr("commands.relay.Relay.run", refuse)
    with pytest.raises(OSError, match="no Python"):
        sonobuoy.main([])
    assert not played
    assert (tmp_path / "done").read_text() == str(tmp_path / "podproof.tar.gz")


def test_outside_sonobuoy_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv(sonobuoy.RESULTS, raising=False)
    assert sonobuoy.main([]) == USAGE
    assert capsys.readouterr().err.count("\n") == 1


def test_the_plugin_has_what_sonobuoy_needs_of_it() -> None:
    assert PLUGIN["sonobuoy-config"]["driver"] == "Job"
    assert PLUGIN["sonobuoy-config"]["result-format"] == "junit"
    assert set(PLUGIN["sonobuoy-config"]["result-files"]) <= set(sonobuoy.HANDED_OVER)
    assert PLUGIN["spec"]["name"] == "plugin"
    assert PLUGIN["spec"]["volumeMounts"] == [{"name": "results", "mountPath": "/tmp/sonobuoy/results"}]  # noqa: S108
    assert PLUGIN["podSpec"]["restartPolicy"] == "Never"


def test_the_plugins_kubeconfig_names_the_context_that_it_runs_on() -> None:
    [script] = PLUGIN["spec"]["args"]
    content = yaml.safe_load(script.partition("<<END\n")[2].partition("END\n")[0])
    assert [each["name"] for each in content["contexts"]] == ["sonobuoy"]
    assert script.rstrip().endswith("podproof sonobuoy --kube-context sonobuoy --kubeconfig /tmp/kubeconfig")
