"""Results of the suite's tests, written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from records.outcome import WHY

if TYPE_CHECKING:
    from records.outcome import CaseResult, Cause, Outcome


def said(
    requirement: str,
    outcome: Outcome,
    case: str = "case",
    *,
    level: str = "MUST",
    rule: str = "",
    reason: str = "",
    cause: Cause | None = None,
    told: list[str] | None = None,
    control: dict[str, Any] | None = None,
) -> CaseResult:
    """Return the result of one case; the default reason is that of the cause."""
    return {
        "requirement": requirement,
        "case": case,
        "level": level,
        "outcome": outcome,
        "seconds": 0.5,
        "violations": [{"rule": rule, "text": f"{rule} broke"}] if rule else [],
        "reason": reason or (WHY.get(cause, "") if cause else ""),
        "cause": cause,
        "told": told or [],
        "control": control,
    }
