"""What the API said of Pods of which the documentation and the API say different things. Nothing is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from records import Record


def answers(record: Record) -> list[str]:
    """Return each answer of the API: its code, the fields that it names, its warnings."""
    lines = []
    for answer in record.answers:
        causes = (answer.body.get("details") or {}).get("causes") or []
        fields = [str(cause.get("field")) for cause in causes]
        refused = f" for {', '.join(fields)}" if fields else ""
        lines.append(f"Pod {answer.role}: {answer.code}{refused}, warnings: {'; '.join(answer.warnings) or 'none'}")
    return lines
