"""``./podproof conformance --every-node`` and the like: which nodes, which runs, one comparison."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from commands import nodes, run
from commands.relay import Relay
from fixtures.errors import PERMISSION, USAGE, CannotRunError
from fixtures.session.listed_nodes import Listed
from reports.models.conformance import Report
from tests.fixtures.session.test_node_options import parsed
from tests.helpers.results import said
from tests.reports.matrix.test_compare import FINE, but, report

if TYPE_CHECKING:
    from collections.abc import Sequence

INSTEAD = "--per-node-pool LABEL takes one of each pool, --node those that are named"
LISTED = [Listed("a", "small", ""), Listed("b", "small", ""), Listed("c", "large", ""), Listed("d", "large", "tainted")]


@pytest.mark.parametrize(
    ("arguments", "chosen", "left_out"),
    [
        (["--every-node"], ["a", "b", "c"], {"d": "tainted"}),
        (["--per-node-pool", "pool"], ["a", "c"], {"b": "a stands for its pool", "d": "tainted"}),
        (["--node", "c", "--node", "a"], ["c", "a"], {"b": "it was not named", "d": "tainted"}),
    ],
)
def test_nodes_are_chosen_and_no_other_goes_unnamed(
    arguments: list[str], chosen: list[str], left_out: dict[str, str]
) -> None:
    assert nodes.choose(parsed(*arguments), LISTED) == (chosen, left_out)


@pytest.mark.parametrize(
    ("arguments", "listed", "line"),
    [
        (["--node", "a", "--node", "e"], LISTED, "--node e: the cluster has no such node"),
        (["--node", "a", "--node", "d"], LISTED, "--node d: no Pod of the run can go there: tainted"),
        (["--every-node"], LISTED[3:], "there is no node that a Pod can go to: tainted"),
        (
            ["--every-node"],
            [Listed(f"node-{number}", "", "") for number in range(nodes.MOST + 1)],
            f"1001 nodes are more than 1000 for one command: {INSTEAD}",
        ),
    ],
    ids=["unknown", "left-out", "none", "too-many"],
)
def test_nodes_that_cannot_be_chosen_are_refused_in_one_line(
    arguments: list[str], listed: list[Listed], line: str
) -> None:
    with pytest.raises(CannotRunError) as refused:
        nodes.choose(parsed(*arguments), listed)
    assert (str(refused.value), refused.value.exit_code) == (line, USAGE)


class Ran:
    """Runs that leave a report, in place of the suite's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *broken: str) -> None:
        self.commands: list[list[str]] = []
        self._broken = broken
        monkeypatch.setattr(Relay, "run", lambda _, command, **__: self(command))
        lines = "".join(f"{each.line()}\n" for each in LISTED)
        done = subprocess.CompletedProcess([], 0, lines)
        monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)

    def __call__(self, command: Sequence[str]) -> int:
        """Run a command; return its exit code."""
        self.commands.append([*command])
        if "--node" not in command:  # it makes a page
            return 0
        node, folder = command[command.index("--node") + 1], Path(command[command.index("--output") + 1])
        wrong = [said("A-MUST", "violated", "one", rule="lost")] if node in self._broken else []
        content: Any = but(*wrong) if wrong else report(*FINE)
        content["cluster"]["nodes"] = {node: content["cluster"]["nodes"]["node"]}
        folder.mkdir()
        (folder / "conformance.json").write_text(json.dumps(content))
        return int(bool(wrong))


def test_each_node_has_a_run_and_the_comparison_names_the_broken_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran, out = Ran(monkeypatch, "b"), tmp_path / "out"
    assert run.main(["--every-node", "--kube-context", "mine", "-k", "IPC", "--output", str(out)]) == 1
    own = [command[-8:] for command in ran.commands if "--node" in command]
    others = ["--kube-context", "mine", "-k", "IPC"]
    assert sorted(own) == [[*others, "--node", name, "--output", str(out / name)] for name in "abc"]
    found = json.loads((out / "matrix.json").read_text())
    assert [row["cluster"] for row in found["wrong"]] == ["b"]
    assert found["leftOut"] == {"d": "tainted"}
    printed = capsys.readouterr().out
    assert "no run on d: tainted" in printed
    assert all((out / f"matrix.{kind}").read_text(encoding="utf-8").count("tainted") for kind in ("md", "html"))


def test_where_no_node_is_broken_the_exit_code_is_0(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Ran(monkeypatch)
    assert run.main(["--per-node-pool", "pool", "--output", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "a.log").exists()
    assert not (tmp_path / "out" / "b.log").exists()


def test_a_report_of_another_node_is_none_of_that_run() -> None:
    found = Report.of(report(*FINE))
    assert nodes.OfNode("node").unlike(found) == ""
    assert nodes.OfNode("a").unlike(found) == "its report is of node"


def test_settings_choose_nodes_where_no_word_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "podproof.toml").write_text("every-node = true\n")
    assert nodes.asked([]) == "--every-node"
    assert nodes.asked(["--node", "a"]) == ""
    assert nodes.asked(["--per-node-pool", "pool"]) == "--per-node-pool"


def test_where_the_nodes_cannot_be_listed_nothing_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = subprocess.CompletedProcess([], PERMISSION, "")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: refused)
    assert run.main(["--every-node", "--output", str(tmp_path / "out")]) == PERMISSION
    assert "nothing was run" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_options_that_contradict_each_other_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--every-node", "--node", "a"]) == USAGE
    assert "--node: it does not go with --every-node" in capsys.readouterr().err
