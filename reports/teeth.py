"""What the controls said: each changes a stimulus so that named rules of its requirement must break."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reports.columns import aligned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reports.conformance import CaseResult


SAID = {"holds": "caught", "violated": "missed"}  # of a test that must fail, and whose failing was its success


def table(results: Iterable[CaseResult]) -> list[str]:
    """A line for each requirement and case: its control, the rules, caught or missed; then the totals.

    A case that does not apply to the cluster has no control to catch: it is told, and counts neither way.
    """
    rows, counts = [("requirement", "case", "control", "rules", "")], Counter[str]()
    for result in sorted(results, key=lambda each: (each["requirement"], each["case"])):
        control = result["control"] or {"name": "none", "rules": []}
        said = SAID.get(result["outcome"], result["outcome"])
        counts[said] += 1
        rows.append((result["requirement"], result["case"], control["name"], ", ".join(control["rules"]), said))
    aside = counts["not applicable"]
    others = f", {aside} not applicable" if aside else ""
    return [*aligned(rows), "", f"{counts['caught']} of {counts.total() - aside} controls caught{others}"]
