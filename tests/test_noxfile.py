"""The noxfile runs where nox alone is installed."""

import ast
import runpy
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from commands.__main__ import COMMANDS
from tests.helpers.paths import ROOT


def test_what_the_noxfile_imports_of_ours_needs_the_standard_library_alone() -> None:
    imports = [node for node in ast.parse((ROOT / "noxfile.py").read_text()).body if isinstance(node, ast.ImportFrom)]
    ours = [ast.unparse(node) for node in imports if (ROOT / str(node.module).partition(".")[0]).is_dir()]
    assert ours
    subprocess.run([sys.executable, "-S", "-c", "\n".join(ours)], cwd=ROOT, check=True)


def test_each_command_that_a_session_runs_is_one() -> None:
    calls = [node for node in ast.walk(ast.parse((ROOT / "noxfile.py").read_text())) if isinstance(node, ast.Call)]
    named = [call.args[1] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "command"]
    names = {name.value for name in named if isinstance(name, ast.Constant)}
    assert len(names) == len(named)
    assert names | {"cluster", "sonobuoy"} == set(COMMANDS)  # Sonobuoy starts the latter, in a Pod


def test_a_session_gives_a_command_its_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[tuple[str, ...]] = []

    def noted(_: object, *arguments: str) -> int:
        ran.append(arguments)
        return 7

    had = runpy.run_path(str(ROOT / "noxfile.py"))
    monkeypatch.setitem(had["command"].__globals__, "run", noted)
    session: Any = SimpleNamespace(posargs=["before", "after"])
    assert had["command"](session, "diff") == 7
    assert ran == [("-m", "commands", "diff", "before", "after")]
