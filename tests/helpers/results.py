"""What tests of the suite say, by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from records.outcome import CaseResult, Outcome


def said(
    requirement: str,
    outcome: Outcome,
    case: str = "case",
    *,
    level: str = "MUST",
    rule: str = "",
    reason: str = "",
    told: list[str] | None = None,
    control: dict[str, Any] | None = None,
) -> CaseResult:
    """The result of one case."""
    return {
        "requirement": requirement,
        "case": case,
        "level": level,
        "outcome": outcome,
        "seconds": 0.5,
        "violations": [{"rule": rule, "text": f"{rule} broke"}] if rule else [],
        "reason": reason,
        "told": told or [],
        "control": control,
    }
