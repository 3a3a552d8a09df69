"""The folder of kept reports: the latest of each cell, and the list of cases of each suite that made one.

    local-1.37/conformance.json
    cases/0.1.0+1a2b3c4d5e6f.txt    a line for each case of that suite: ``NET-LOCALHOST [tcp-ipv6]``

A report is compared with the list of its own suite, never with the cases of the current suite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.run import read

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from reports.models.conformance import Report

MOST_NAMES = 5
"""The most cases that one message names."""


def cases(folder: Path, suite: str) -> list[str]:
    """Return the cases of a suite as listed in the folder; empty where it has no such list."""
    file = _list_of(folder, suite)
    return file.read_text(encoding="utf-8").splitlines() if file.is_file() else []


def unlike(report: Report, listed: Collection[str]) -> str:
    """Return how a report differs from one of a whole run with the listed cases; empty where it does not."""
    own = {f"{name} [{case.name}]" for name, each in report.requirements.items() for case in each.cases}
    for cause, names in (("lacks", {*listed} - own), ("has what its suite has not,", own - {*listed})):
        if names:
            more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
            return f"it {cause} {', '.join(sorted(names)[:MOST_NAMES])}{more}"
    return (
        "" if report.conformant is not None else "it claims nothing: not every MUST was run, or something is in trouble"
    )


def keep(folder: Path, runs: Mapping[str, Path], lists: Mapping[str, Collection[str]]) -> None:
    """Copy each run's report to its cell, write the lists of cases, and delete lists of suites without a report.

    Args:
        folder: the folder of kept reports.
        runs: the folder of each cell's run, by cell.
        lists: the cases of each suite that made these reports, by suite.
    """
    for cell, run in runs.items():
        content = (run / read.NAME).read_bytes()
        (folder / cell).mkdir(parents=True, exist_ok=True)
        (folder / cell / read.NAME).write_bytes(content)
    for suite, listed in lists.items():
        _list_of(folder, suite).parent.mkdir(exist_ok=True)
        _list_of(folder, suite).write_text("".join(f"{case}\n" for case in sorted(listed)), encoding="utf-8")
    used = {_list_of(folder, read.conformance(file).suite or "") for file in folder.glob(f"*/{read.NAME}")}
    for file in folder.glob("cases/*.txt"):
        if file not in used:
            file.unlink()


def _list_of(folder: Path, suite: str) -> Path:
    return folder / "cases" / f"{suite}.txt"
