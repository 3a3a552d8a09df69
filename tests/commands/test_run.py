"""What makes the pages of a run, and where a command finds the suite."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from commands import __main__ as manual
from commands import child, report, run
from fixtures.session.version import version
from tests.helpers.paths import ROOT


class Relay:
    """A relay that notes what it would run."""

    def __init__(self) -> None:
        self.ran: list[list[str]] = []

    def run(self, command: list[str]) -> int:
        """Note a command."""
        self.ran.append(command)
        return 0


@pytest.fixture
def paged(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return the arguments with which the pages of runs are made."""
    made: list[list[str]] = []

    def noted(arguments: list[str]) -> int:
        made.append(list(arguments))
        return 0

    monkeypatch.setattr(report, "main", noted)
    return made


def with_files(folder: Path, *files: str) -> Path:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def test_a_run_has_allures_report_and_then_its_own_page(tmp_path: Path) -> None:
    relay: Any = Relay()
    run.pages(relay, with_files(tmp_path, "results/1-result.json", "conformance.json"))
    allure, page = relay.ran
    made = ["reports.html.render", str(tmp_path / "results"), str(tmp_path / "html")]
    assert allure[-5:] == [*made, "--history", str(ROOT / "reports" / "history.jsonl")]
    assert page[-2:] == ["commands.report", str(tmp_path)]


def test_each_run_of_a_matrix_has_a_page(tmp_path: Path) -> None:
    relay: Any = Relay()
    cells = ("local-1.37/conformance.json", "local-1.36/conformance.json", "local-1.35/junit.xml")
    run.pages(relay, with_files(tmp_path, *cells))
    [page] = relay.ran
    assert page[-3:] == ["commands.report", str(tmp_path / "local-1.36"), str(tmp_path / "local-1.37")]


def test_a_folder_without_a_report_has_no_page(tmp_path: Path) -> None:
    relay: Any = Relay()
    run.pages(relay, with_files(tmp_path, "junit.xml"))
    assert relay.ran == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["a"], ["{0}/a"]),
        (["a", "b"], ["{0}/a", "{0}/b", "--output", str(run.SEVERAL)]),
        (["a", "cells", "--output", "x.html"], ["{0}/a", "{0}/cells/one", "{0}/cells/two", "--output", "x.html"]),
        (["a", "none"], ["{0}/a", "{0}/none", "--output", str(run.SEVERAL)]),
    ],
    ids=["one", "several", "of-a-matrix", "without-a-report"],
)
def test_several_runs_have_one_page_beside_their_own(
    tmp_path: Path, paged: list[list[str]], given: list[str], expected: list[str]
) -> None:
    with_files(tmp_path, *(f"{name}/conformance.json" for name in ("a", "b", "cells/one", "cells/two")))
    folders = [str(tmp_path / each) if each in {"a", "b", "cells", "none"} else each for each in given]
    assert run.report_again(folders) == 0
    assert paged == [[each.format(tmp_path) for each in expected]]


def test_a_run_that_was_refused_leaves_an_earlier_ones_pages(tmp_path: Path) -> None:
    began = time.time()
    assert not run.is_new(tmp_path, began)
    (tmp_path / ".podproof").touch()
    assert run.is_new(tmp_path, began - 1)
    assert not run.is_new(tmp_path, time.time() + 1)


@pytest.mark.parametrize("settable", [True, False])
def test_the_output_folder_is_the_options_then_the_settings_then_the_default(
    settable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run.output(["-k", "x"], Path("default"), settable=settable) == Path("default")
    monkeypatch.setenv("PODPROOF_OUTPUT", "set")
    assert run.output(["-k", "x"], Path("default"), settable=settable) == Path("set" if settable else "default")
    assert run.output(["--output", "given"], Path("default"), settable=settable) == Path("given")


def test_the_suite_is_found_from_any_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert child.pytest("-q") == [sys.executable, "-m", "pytest", "suite", "-q"]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "records.py").write_text("raise SystemExit('a file of the user was imported')")
    done = subprocess.run(
        child.pytest("--collect-only", "-q", "--requirement", "IPC-SYSV-QUEUE"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "suite/ipc/test_ipc.py::" in done.stdout


def test_without_a_command_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert manual.main([]) == 0
    listed = capsys.readouterr().out
    assert all(f"  {name} " in listed for name in manual.COMMANDS)
    assert manual.main(["--version"]) == 0
    assert capsys.readouterr().out == f"podproof {version()}\n"
    assert manual.main(["conform"]) == 4
    assert "no command conform: there are conformance, " in capsys.readouterr().err
