"""What the API server refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records import Violation

if TYPE_CHECKING:
    from records import Answer, Record

NO_SUCCESS, UNPROCESSABLE = 300, 422  # HTTP: all below the first is success


def not_refused_for(record: Record, field: str) -> list[Violation]:
    """The API refused every Pod that it was sent, as Invalid, for that field and no other.

    Rules:
        unasked: nothing was sent.
        accepted: the Pod was accepted.
        other-reason: it was refused, but not as Invalid for that field alone.
    """
    if not record.answers:
        return [Violation("unasked", "the API was asked nothing")]
    return [violation for answer in record.answers for violation in _not_refused(answer, field)]


def _not_refused(answer: Answer, field: str) -> list[Violation]:
    name = answer.sent["metadata"]["name"]
    if answer.code < NO_SUCCESS:  # HTTP: 2xx is success
        return [Violation("accepted", f"the API accepted Pod {name} with {answer.code}")]
    causes = [cause.get("field") for cause in (answer.body.get("details") or {}).get("causes") or []]
    if answer.code == UNPROCESSABLE and answer.body.get("reason") == "Invalid" and set(causes) == {field}:
        return []
    seen = f"{answer.code} {answer.body.get('reason')} for {causes or 'no field'}: {answer.body.get('message')}"
    return [Violation("other-reason", f"the API did not refuse Pod {name} as Invalid for {field}, but with {seen}")]
