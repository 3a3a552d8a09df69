"""The commands that play or judge the suite by pytest, in a child process, and then make the pages of the run."""

from __future__ import annotations

import argparse
import contextlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from commands import matrix as of_versions
from commands import nodes, report
from commands.child import pytest, python
from commands.matrix import INTERRUPTED
from commands.relay import relayed
from commands.terminal import Parser, fail
from fixtures.errors import CannotRunError
from fixtures.paths import OUT
from fixtures.session.output import MARKER
from machine import settings
from reports.run import read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from commands.relay import Relay

HISTORY = OUT.parent / "history.jsonl"  # of all runs: a run empties its output folder
SEVERAL = OUT / "report.html"


def main(arguments: Sequence[str]) -> int:
    """Run the suite, on each node where that is asked for, and make the pages; return the exit code."""
    try:
        if nodes.asked(arguments):
            return _compared(nodes.main, arguments, nodes.FOLDER, settable=True)
    except CannotRunError as error:
        return fail(str(error), error.exit_code)
    began = time.time()
    with relayed() as relay:
        code = relay.run(pytest(*arguments))
        folder = output(arguments, settable=True)
        if code != INTERRUPTED and is_new(folder, began):  # after Ctrl-C no page is made
            pages(relay, folder)
            if os.environ.get("GITHUB_ACTIONS") == "true" and runs_of(folder):
                relay.run(python("commands.github", str(folder)))
    return code


def doctor(arguments: Sequence[str]) -> int:
    """Examine a cluster as a run would find it, and run no test; return pytest's exit code."""
    return _pytest("--doctor", "--quiet", *arguments)


def teeth(arguments: Sequence[str]) -> int:
    """Run every control on a cluster; return pytest's exit code."""
    return _pytest("--teeth", *arguments)


def judge(arguments: Sequence[str]) -> int:
    """Judge the records of an earlier run again, by default those of the last; return pytest's exit code."""
    named = arguments and not arguments[0].startswith("-")
    folder = [] if named else [str(OUT / "records")]
    return _pytest("--judge", *folder, *arguments)


def matrix(arguments: Sequence[str]) -> int:
    """Run the suite on version after version, compare, and make the pages; return the matrix's exit code."""
    joined = any(argument.startswith("--join") for argument in arguments)
    return _compared(of_versions.main, arguments, OUT / ("joined" if joined else "matrix"))


def report_again(arguments: Sequence[str]) -> int:
    """Make the pages of earlier runs again, and one of several; return the exit code of the last."""
    parser = Parser(prog="report", description=report_again.__doc__, allow_abbrev=False)
    parser.add_argument("folders", metavar="FOLDER", nargs="*", type=Path, default=[OUT])
    parser.add_argument("--output", type=Path, default=SEVERAL, metavar="FILE")
    given = parser.parse_args(arguments)
    with relayed() as relay:
        for folder in given.folders:
            allure(relay, folder)
    runs = [name for folder in given.folders for name in runs_of(folder) or [str(folder)]]
    return report.main([*runs, *(["--output", str(given.output)] if len(given.folders) > 1 else [])])


def pages(relay: Relay, folder: Path) -> None:
    """Make Allure's report of a run's results, then its page; a failure is printed, and changes no exit code."""
    allure(relay, folder, "--history", str(HISTORY))
    if runs := runs_of(folder):
        relay.run(python("commands.report", *runs))


def allure(relay: Relay, folder: Path, *options: str) -> None:
    """Make Allure's report of a run's results; a failure is printed, and changes no exit code."""
    if any((folder / "results").glob("*-result.json")):
        relay.run(python("reports.html.render", str(folder / "results"), str(folder / "html"), *options))


def runs_of(folder: Path) -> list[str]:
    """Return the folders of the runs in a folder: itself, or those of a matrix's cells below it."""
    reports = [folder / read.NAME, *sorted(folder.glob(f"*/{read.NAME}"))]
    return [str(each.parent) for each in reports if each.is_file()]


def is_new(folder: Path, began: float) -> bool:
    """Return whether a run that began then (seconds since the epoch) made the folder anew.

    A run that was refused, or only listed tests, leaves the folder and its marker as an earlier run wrote them.
    """
    marker = folder / MARKER
    return marker.is_file() and marker.stat().st_mtime >= began


def output(arguments: Sequence[str], default: Path = OUT, *, settable: bool = False) -> Path:
    """Return a run's output folder: that of ``--output``, else of a setting where it is settable, else the default."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--output", type=Path, default=default)
    parser.add_argument(settings.OPTION)
    before: list[str] = []
    if settable:
        with contextlib.suppress(settings.SettingError):  # the run refuses it, with a line
            before = settings.before(parser, list(arguments), os.environ, Path.cwd())
    return Path(parser.parse_known_args([*before, *arguments])[0].output)


def _compared(
    main: Callable[[Sequence[str]], int], arguments: Sequence[str], default: Path, *, settable: bool = False
) -> int:
    """Run a command that compares runs, then make the pages of each; return the command's exit code."""
    began = time.time()
    code = main(arguments)
    folder = output(arguments, default, settable=settable)
    if code != INTERRUPTED and is_new(folder, began):
        with relayed() as relay:
            pages(relay, folder)
    return code


def _pytest(*arguments: str) -> int:
    with relayed() as relay:
        return relay.run(pytest(*arguments))
