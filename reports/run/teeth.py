"""The results of the controls: each changes a stimulus so that named rules of its requirement must break."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reports.layout.columns import aligned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from records.outcome import CaseResult


VERDICTS = {"holds": "caught", "violated": "missed"}  # a control's test holds where the named rules broke

LEFT_OUT = {"slow": "slow, left out", "no-hand": "without a hand, left out"}
"""Why a control did not run, by the cause."""


def lines(results: Iterable[CaseResult]) -> list[str]:
    """Return a line for each requirement and case: its control, the rules, caught or missed; then the totals.

    A case that is not applicable, or was left out, is listed and counted apart: its control did not run.
    """
    rows, counts = [("requirement", "case", "control", "rules", "")], Counter[str]()
    for result in sorted(results, key=lambda each: (each["requirement"], each["case"])):
        control = result["control"] or {"name": "none", "rules": []}
        verdict = LEFT_OUT.get(result["cause"] or "") or VERDICTS.get(result["outcome"], result["outcome"])
        counts[verdict] += 1
        rows.append((result["requirement"], result["case"], control["name"], ", ".join(control["rules"]), verdict))
    aside = {verdict: counts[verdict] for verdict in ("not applicable", *LEFT_OUT.values()) if counts[verdict]}
    others = "".join(f", {count} {verdict}" for verdict, count in aside.items())
    return [*aligned(rows), "", f"{counts['caught']} of {counts.total() - sum(aside.values())} controls caught{others}"]
