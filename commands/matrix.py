"""``podproof matrix``: the suite on cluster after cluster, and one comparison of what they said.

A CELL is a cluster of one Kubernetes minor, by who makes it: local-1.37 (or 1.37), kind-1.37, kind-* (all of kind's),
local (its newest); and a local one by its parts: 1.35+containerd-1.7+runc-1.1, 1.35+youki, 1.37+ptp, 1.37+iptables,
1.37+ipv6. Without one: every local minor. What follows ``--`` goes to pytest, in every run.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from clusters import ClusterError
from clusters.kind import images
from commands import cells
from commands.child import pytest
from commands.relay import relayed
from commands.report import NAME, write_all
from commands.terminal import Parser, fail, show
from fixtures.errors import NOT_PROVEN, USAGE, CannotRunError, exit_code
from fixtures.paths import OUT, OUT_IN_WORDS
from fixtures.session import cases, output
from fixtures.session.version import version
from reports.diff.compare import hollow
from reports.matrix import kept, markdown, text
from reports.matrix.compare import (
    all_known,
    all_known_or_unproven,
    broken,
    compare,
    known_issues,
    unexplained,
)
from reports.run import read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from commands.cells import Cell
    from reports.models.conformance import Report
    from reports.models.matrix import Matrix

VIOLATED, INTERRUPTED = 1, 2  # pytest's exit codes

NOTHING_KEPT = argparse.Namespace(keep_in=None, into=[])
RESTS_ON_NOTHING = "its report claims conformance, and no MUST holds in it: the claim rests on nothing"


class Known(Protocol):
    """A run that is to be compared with others."""

    @property
    def name(self) -> str: ...  # noqa: D102
    def unlike(self, report: Report) -> str:
        """Return a message where the report is of something else; else an empty one."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the matrix, join earlier runs, or list the cells; return the exit code.

    It is the worst of the runs' exit codes, at least 1 where a wrong case or a difference is unexplained, or a report
    is missing, at least 6 where one is in trouble or lost. A run whose only violations are known issues counts as 0.
    """
    given, pytest_arguments = split(list(sys.argv[1:] if arguments is None else arguments))
    parser = _parser()
    options = parser.parse_args(given)
    if pytest_arguments and (options.list_json or options.join):
        parser.error("nothing runs with --list-json and --join, so nothing can follow --")
    try:
        every = cells.every(options.kind_images)
        if options.list_json:
            return show([json.dumps(cells.listed(cells.chosen(every, options.cells or ["*-*"]), options.kind_images))])
        if options.join:
            return _join(every, options)
        return _run(cells.chosen(every, options.cells or ["local-*"]), options, pytest_arguments)
    except (ClusterError, CannotRunError) as error:
        return fail(str(error), exit_code(error))
    except OSError as error:
        return fail(f"{output.refused(error)}: mend that, or name another")


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="matrix", description=__doc__, allow_abbrev=False)
    parser.add_argument("cells", metavar="CELL", nargs="*", help="with --join: one that must be among the reports")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--list-json", action="store_true", help="run nothing: print the cells, by default all, as GitHub takes them"
    )
    instead.add_argument(
        "--join",
        action="append",
        type=Path,
        metavar="FOLDER",
        help="run nothing: compare the reports below this folder; may be given several times",
    )
    parser.add_argument(
        "--kind-images", type=Path, default=images.FILE, metavar="FILE", help="other node images than images.toml's"
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help=f"write there, emptied first (default: {OUT_IN_WORDS}/matrix; with --join, {OUT_IN_WORDS}/joined)",
    )
    parser.add_argument(
        "--into",
        action="append",
        default=[],
        type=Path,
        metavar="PAGE",
        help="write it into this Markdown page, too, between its two marks, all of it or in short, as they say, if no "
        "cell is missing; may be given several times",
    )
    parser.add_argument(
        "--keep-in",
        type=Path,
        metavar="FOLDER",
        help="keep each cell's report there, with the list of the suite's cases, if nothing is missing or unexplained; "
        "--into then shows all that are kept",
    )
    return parser


def split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Return the matrix's own arguments, and those for pytest (after ``--``)."""
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


def _run(wanted: Sequence[Cell], options: argparse.Namespace, pytest_arguments: list[str]) -> int:
    """Run one cell after another; return the exit code. After a signal no other cell is run."""
    folder = options.output or OUT / "matrix"
    _check(options, folder)
    folder = output.claim(folder)
    codes: dict[str, int] = {}
    with relayed() as relay:
        for number, cell in enumerate(wanted, 1):
            if relay.came:
                break
            show(["", f"podproof matrix {number}/{len(wanted)}: {cell.name}"])
            arguments = [*cell.options(), "--output", str(folder / cell.name), *pytest_arguments]
            codes[cell.name] = relay.run(pytest(*arguments))
    return conclude(wanted, codes, folder, options, stopped=relay.came)


def conclude(
    wanted: Sequence[Known],
    codes: Mapping[str, int],
    folder: Path,
    options: argparse.Namespace = NOTHING_KEPT,
    *,
    stopped: bool,
    left_out: Mapping[str, str] | None = None,
) -> int:
    """Compare what runs said, each in its folder below ``folder``; return the exit code.

    Args:
        wanted: the runs that were to be made.
        codes: the exit codes of those that were, by name.
        folder: of all of them; the comparison is written there.
        options: what is to be kept.
        stopped: whether a signal came.
        left_out: what no run was to be made on, and why.
    """
    runs = {each.name: folder / each.name for each in wanted}
    gone = {name: f"its run ended with exit code {code}" for name, code in codes.items()}
    reports = dict.fromkeys(runs, "it was not run: a signal ended the matrix") | gone
    compared, ended = _compare(reports | _reports(runs, wanted), runs, folder, options, left_out or {})
    explained = [_explained(code, compared, name) for name, code in codes.items()]
    return INTERRUPTED if stopped else worst_code([*explained, _open(compared), ended])


def _explained(code: int, compared: Matrix, name: str) -> int:
    """Return the exit code of a cell's run without its known issues: they do not count."""
    if code == VIOLATED and all_known(compared, name):
        return 0
    return NOT_PROVEN if code == VIOLATED and all_known_or_unproven(compared, name) else code


def _join(every: Sequence[Cell], options: argparse.Namespace) -> int:
    """Compare the reports of earlier runs; return 1 where one is missing or unexplained, 6 where one is not proven."""
    folder = (options.output or OUT / "joined").resolve()
    wanted = {cell.name for cell in cells.chosen(every, options.cells)}
    runs = found(options.join)
    if not wanted and (absent := next((each for each in options.join if not each.is_dir()), None)):
        raise CannotRunError(f"--join {absent}: there is no such folder; name one with runs below it", USAGE)
    if not wanted and not runs:
        raise CannotRunError(f"--join: no {read.NAME} below {', '.join(map(str, options.join))}: name others", USAGE)
    if inside := next((run for run in runs.values() if run.is_relative_to(folder)), None):
        raise CannotRunError(f"--output {folder}: it is emptied first, and {inside} lies in it; name another", USAGE)
    _check(options, folder)
    reports = dict.fromkeys(cells.ordered({*wanted, *runs}, every), "its run left no report")
    known = cells.known(every, runs)
    compared, ended = _compare(reports | _reports(runs, known), runs, output.claim(folder), options, {})
    return worst_code([ended, _open(compared)])


def found(folders: Sequence[Path]) -> dict[str, Path]:
    """Return the folders of all runs below these folders, by name.

    Raises:
        CannotRunError: two runs have the same name.
    """
    runs: dict[str, Path] = {}
    for folder in folders:
        for report in sorted(folder.resolve().rglob(read.NAME)):
            if (other := runs.get(report.parent.name, report.parent)) != report.parent:
                raise CannotRunError(
                    f"--join: {report.parent} and {other} have one name; rename the folder of one", USAGE
                )
            runs[report.parent.name] = report.parent
    return runs


def worst_code(codes: Sequence[int]) -> int:
    """Return the worst of the exit codes: the highest, but that a violation (1) is worse than no proof (6).

    The code -N of a run that signal N ended counts as 128 + N.
    """
    of_runs = [code if code >= 0 else 128 - code for code in codes]
    return max(of_runs, key=lambda code: VIOLATED / 2 if code == NOT_PROVEN else code, default=0)


def _check(options: argparse.Namespace, folder: Path) -> None:
    """Check before the first run what is needed after the last.

    Raises:
        CannotRunError: the known issues cannot be read, or ``--keep-in`` or ``--into`` could not be written.
    """
    try:
        known_issues()
    except ValueError as error:
        raise CannotRunError(str(error), USAGE) from error
    if options.keep_in is not None:
        _check_keep(options.keep_in, folder)
    for page in options.into:
        _check_into(page, folder)


def _check_keep(keep: Path, folder: Path) -> None:
    here, there = keep.resolve(), folder.resolve()
    if here.is_relative_to(there) or there.is_relative_to(here):
        raise CannotRunError(f"--keep-in {keep}: it lies in {folder}, which is emptied first, or around it", USAGE)
    if keep.exists() and not keep.is_dir():
        raise CannotRunError(f"--keep-in {keep}: that is no folder", USAGE)


def _check_into(page: Path, folder: Path) -> None:
    if page.resolve().is_relative_to(folder.resolve()):
        raise CannotRunError(f"--into {page}: it lies in {folder}, which is emptied first; name another page", USAGE)
    try:
        with page.open("r+", encoding="utf-8") as stream:  # "+": it must be writable
            markdown.into(stream.read(), compare({}))
    except (OSError, ValueError) as error:
        raise CannotRunError(f"--into {page}: {error}", USAGE) from error


def _reports(runs: Mapping[str, Path], known: Sequence[Known]) -> dict[str, Report | str]:
    """Return the report of each run that left one, or why it does not count as its cell's."""
    by_name = {cell.name: cell for cell in known}
    reports: dict[str, Report | str] = {}
    for name, run in runs.items():
        if not (run / read.NAME).is_file():
            continue
        try:
            report = read.conformance(run, whole=True)
        except read.ReportError as error:
            reports[name] = str(error)
            continue
        unlike = by_name[name].unlike(report) if name in by_name else ""
        reports[name] = unlike or (RESTS_ON_NOTHING if hollow(report) else report)
    return reports


def _compare(
    reports: Mapping[str, Report | str],
    runs: Mapping[str, Path],
    folder: Path,
    options: argparse.Namespace,
    left_out: Mapping[str, str],
) -> tuple[Matrix, int]:
    """Write and print the comparison; return it, and an exit code: not 0 where it could not be printed or kept."""
    compared = compare(reports, known_issues(), left_out)
    (folder / "matrix.json").write_text(compared.written(), encoding="utf-8")
    (folder / "matrix.md").write_text(markdown.part(compared), encoding="utf-8")
    write_all(
        compared, folder / "matrix.html", {name: run / NAME for name, run in runs.items() if _has_page(run, folder)}
    )
    for run in runs.values():
        if (run / "results").is_dir():  # Allure tells the clusters apart by a label
            shutil.copytree(run / "results", folder / "results", dirs_exist_ok=True)
    lines = [
        *text.lines(compared),
        "",
        f"the comparison: {', '.join(str(folder / f'matrix.{kind}') for kind in ('html', 'md', 'json'))}",
    ]
    refused = "a cell is missing" if compared.missing else ""
    if options.keep_in is not None:
        refused = refused or _keep(compared, reports, runs, options.keep_in)
        lines.append(f"{options.keep_in} stays as it was: {refused}" if refused else f"kept in {options.keep_in}")
    shown = _compare_kept(options.keep_in, options.kind_images) if options.keep_in and not refused else compared
    for page in options.into:
        if refused:
            lines.append(f"{page} stays as it was: {refused}")
        else:
            page.write_text(markdown.into(page.read_text(encoding="utf-8"), shown), encoding="utf-8")
    return compared, show(lines) or int(bool(refused))


def _has_page(run: Path, folder: Path) -> bool:
    """Return whether a run has a page of its own, or will have one: noxfile.py makes those of all below the folder."""
    return (run / NAME).is_file() or (run.is_relative_to(folder) and (run / read.NAME).is_file())


def _keep(compared: Matrix, reports: Mapping[str, Report | str], runs: Mapping[str, Path], folder: Path) -> str:
    """Keep the reports; return why none is kept, or nothing."""
    if unexplained(compared):
        return "something is unexplained"
    own = version()
    suites = {cluster.suite for cluster in compared.there.values()}
    lists = {suite: cases.names() if suite == own else kept.cases(folder, suite) for suite in suites}
    for name, report in reports.items():
        suite = compared.there[name].suite
        if not lists[suite]:
            return f"{name} is of the suite {suite}, this checkout is {own}: keep it with the one that ran it"
        if not isinstance(report, str) and (unlike := kept.unlike(report, lists[suite])):
            return f"{name}: {unlike}"
    kept.keep(folder, {name: runs[name] for name in reports}, lists)
    return ""


def _compare_kept(folder: Path, kind_images: Path) -> Matrix:
    """Return the comparison of all kept reports."""
    every, runs = cells.every(kind_images), found([folder])
    ordered = {name: runs[name] for name in cells.ordered(runs, every)}
    return compare(_reports(ordered, cells.known(every, runs)), known_issues())


def _open(compared: Matrix) -> int:
    """Return the exit code: 1 where a cell has no report, or something is unexplained; 6 where it is not proven."""
    if compared.missing or broken(compared):
        return VIOLATED
    return NOT_PROVEN if unexplained(compared) else 0


if __name__ == "__main__":
    sys.exit(main())
