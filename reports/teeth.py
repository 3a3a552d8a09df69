"""What the controls said: each changes a stimulus so that named rules of its requirement must break."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.columns import aligned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reports.conformance import CaseResult


SAID = {"holds": "caught", "violated": "missed"}  # of a test that must fail, and whose failing was its success


def table(results: Iterable[CaseResult]) -> list[str]:
    """A line for each requirement and case: its control, the rules, caught or missed; then the totals."""
    rows, missed = [("requirement", "case", "control", "rules", "")], 0
    for result in sorted(results, key=lambda each: (each["requirement"], each["case"])):
        control = result["control"] or {"name": "none", "rules": []}
        said = SAID.get(result["outcome"], result["outcome"])
        missed += said != "caught"
        rows.append((result["requirement"], result["case"], control["name"], ", ".join(control["rules"]), said))
    return [*aligned(rows), "", f"{len(rows) - 1 - missed} of {len(rows) - 1} controls caught"]
