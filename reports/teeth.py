"""What the controls said: each changes a stimulus so that named rules of its requirement must break."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reports.conformance import CaseResult


SAID = {"holds": "caught", "violated": "missed"}  # of a test that must fail, and whose failing was its success


class Named(Protocol):
    """A control's name and the rules that it must break."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def breaks(self) -> tuple[str, ...]: ...  # noqa: D102


def table(results: Iterable[CaseResult], controls: Mapping[str, Named | None]) -> list[str]:
    """A line for each requirement and case: its control, the rules, caught or missed; then the totals."""
    rows, missed = [("requirement", "case", "control", "rules", "")], 0
    for result in sorted(results, key=lambda each: (each["requirement"], each["case"])):
        control = controls.get(result["requirement"])
        said = SAID.get(result["outcome"], result["outcome"])
        missed += said != "caught"
        rules = ", ".join(control.breaks) if control else ""
        rows.append((result["requirement"], result["case"], control.name if control else "none", rules, said))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [*lines, "", f"{len(rows) - 1 - missed} of {len(rows) - 1} controls caught"]
