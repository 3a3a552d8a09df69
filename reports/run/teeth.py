"""What the controls said: each changes a stimulus so that named rules of its requirement must break."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reports.layout.columns import aligned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from records.outcome import CaseResult


SAID = {"holds": "caught", "violated": "missed"}  # of a test that must fail, and whose failing was its success

LEFT_OUT = "slow, left out"


def lines(results: Iterable[CaseResult]) -> list[str]:
    """Return a line for each requirement and case: its control, the rules, caught or missed; then the totals.

    A case that does not apply to the cluster, or is slow and was left out, has no control to catch: it is told, and
    counts neither way.
    """
    rows, counts = [("requirement", "case", "control", "rules", "")], Counter[str]()
    for result in sorted(results, key=lambda each: (each["requirement"], each["case"])):
        control = result["control"] or {"name": "none", "rules": []}
        said = LEFT_OUT if result["cause"] == "slow" else SAID.get(result["outcome"], result["outcome"])
        counts[said] += 1
        rows.append((result["requirement"], result["case"], control["name"], ", ".join(control["rules"]), said))
    aside = {said: counts[said] for said in ("not applicable", LEFT_OUT) if counts[said]}
    others = "".join(f", {count} {said}" for said, count in aside.items())
    return [*aligned(rows), "", f"{counts['caught']} of {counts.total() - sum(aside.values())} controls caught{others}"]
