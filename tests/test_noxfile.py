"""The noxfile runs where nox alone is installed."""

import ast
import functools
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.paths import ROOT


def test_what_the_noxfile_imports_of_ours_needs_the_standard_library_alone() -> None:
    imports = [node for node in ast.parse((ROOT / "noxfile.py").read_text()).body if isinstance(node, ast.ImportFrom)]
    ours = [ast.unparse(node) for node in imports if (ROOT / str(node.module).partition(".")[0]).is_dir()]
    assert ours
    subprocess.run([sys.executable, "-S", "-c", "\n".join(ours)], cwd=ROOT, check=True)


@functools.cache  # nox has its sessions once
def noxfile() -> dict[str, Any]:
    """Return what the noxfile has, by name."""
    return runpy.run_path(str(ROOT / "noxfile.py"))


class Session:
    """A session of nox that notes what it would run."""

    def __init__(self) -> None:
        self.ran: list[list[str]] = []
        self.posargs: list[str] = []

    def run(self, *arguments: str, **_options: object) -> None:
        """Note a command."""
        self.ran.append(list(arguments))

    def log(self, line: str) -> None:
        """Say nothing."""

    def install(self, *arguments: str, **_options: object) -> None:
        """Install nothing."""


def made_by(folder: Path, *files: str) -> list[list[str]]:
    """Return the commands that make the pages of a folder with these files."""
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    session = Session()
    noxfile()["render"](session, folder)
    return session.ran


def test_a_run_has_allures_report_and_then_its_own_page(tmp_path: Path) -> None:
    allure, page = made_by(tmp_path, "results/1-result.json", "conformance.json")
    made = [str(tmp_path / "results"), str(tmp_path / "html")]
    assert allure[2:] == ["reports.html.render", *made, "--history", "reports/history.jsonl"]
    assert page[2:] == ["commands.report", str(tmp_path)]


def test_each_run_of_a_matrix_has_a_page(tmp_path: Path) -> None:
    [pages] = made_by(tmp_path, "local-1.37/conformance.json", "local-1.36/conformance.json", "local-1.35/junit.xml")
    assert pages[2:] == ["commands.report", str(tmp_path / "local-1.36"), str(tmp_path / "local-1.37")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["a"], ["{0}/a"]),
        (["a", "b"], ["{0}/a", "{0}/b", "--output", "reports/out/report.html"]),
        (["a", "cells", "--output", "x.html"], ["{0}/a", "{0}/cells/one", "{0}/cells/two", "--output", "x.html"]),
        (["a", "none"], ["{0}/a", "{0}/none", "--output", "reports/out/report.html"]),
    ],
    ids=["one", "several", "of-a-matrix", "without-a-report"],
)
def test_several_runs_have_one_page_beside_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: list[str], expected: list[str]
) -> None:
    for name in ("a", "b", "cells/one", "cells/two"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "conformance.json").touch()
    session = Session()
    session.posargs = [str(tmp_path / each) if each in {"a", "b", "cells", "none"} else each for each in given]
    monkeypatch.setitem(noxfile()["report"].func.__globals__, "start", lambda _session, _relay, *ran: session.run(*ran))
    with pytest.raises(SystemExit):
        noxfile()["report"].func(session)
    assert session.ran == [["-m", "commands.report", *(each.format(tmp_path) for each in expected)]]


def test_a_folder_without_a_report_has_no_page(tmp_path: Path) -> None:
    assert made_by(tmp_path, "junit.xml") == []
