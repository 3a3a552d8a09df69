"""docs/rules.md: what makes each rule of each judge fire on a real cluster. ``commands.pages`` writes it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from records.violation import UNPROVEN
from reports.layout.markdown import escaped, table

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rules.md"
HEAD = """\
# What fires each rule

Generated from the [suite](../suite) by `./podproof pages`. Each rule of each judge, and what makes it fire on a real
cluster: a control (`--teeth`), a faulty runtime (`--runtime-class`) or a lie that containerd seems to tell the kubelet
(`--lie`), with the requirements and their cases; or why nothing can. Rules that prove nothing are left out: {unproven}.
"""
COLUMNS = ["judge", "rule", "what fires it"]


@dataclass(frozen=True, order=True)
class Firing:
    """A control, a faulty runtime or a lie that makes a rule fire in a case of a requirement.

    Attributes:
        kind: ``control``, ``runtime`` or ``lie``.
    """

    kind: str
    name: str
    requirement: str
    case: str


@dataclass(frozen=True)
class Row:
    """One rule of one judge.

    Attributes:
        behaviour: the judge's behaviour, ``volumes.mounts``.
        fired: what makes it fire for real; empty where nothing does.
        reason: why nothing real can; empty where something does.
    """

    behaviour: str
    judge: str
    rule: str
    fired: tuple[Firing, ...]
    reason: str


def page(rows: Iterable[Row]) -> str:
    """Return the page: one behaviour after the other, in the order of the rows."""
    head = HEAD.format(unproven=", ".join(f"`{rule}`" for rule in UNPROVEN))
    parts = [
        f"## {behaviour}\n\n" + "\n".join(table(COLUMNS, [_cells(row) for row in some])) + "\n"
        for behaviour, some in groupby(rows, key=lambda row: row.behaviour)
    ]
    return "\n".join([head, *parts])


def _cells(row: Row) -> list[str]:
    fired = groupby(row.fired, key=lambda firing: (firing.kind, firing.name))
    how = [f"{kind} `{name}`: {_cases(firings)}" for (kind, name), firings in fired]
    return [f"`{row.judge}`", f"`{row.rule}`", "<br>".join(how) or escaped(row.reason)]


def _cases(firings: Iterable[Firing]) -> str:
    by_requirement = groupby(firings, key=lambda firing: firing.requirement)
    return "; ".join(f"{name} [{', '.join(firing.case for firing in some)}]" for name, some in by_requirement)
