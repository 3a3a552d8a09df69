"""What the API server refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records import Violation

if TYPE_CHECKING:
    from records import Answer, Record

NO_SUCCESS, UNPROCESSABLE = 300, 422  # HTTP: all below the first is success


def not_refused_for(record: Record, field: str, *older: str) -> list[Violation]:
    """Check that the API refused every Pod as Invalid, for this field alone.

    Case is ignored: the API calls a Pod's ``hostPID`` ``spec.HostPID``. ``older`` are the names of the field in older
    servers.

    Rules:
        unasked: nothing was sent.
        accepted: the Pod was accepted.
        other-reason: it was refused, but not as Invalid for that field alone.
    """
    if not record.answers:
        return [Violation("unasked", "the API was asked nothing")]
    return [violation for answer in record.answers for violation in _not_refused(answer, field, *older)]


def _not_refused(answer: Answer, field: str, *older: str) -> list[Violation]:
    name = answer.sent["metadata"]["name"]
    if answer.code < NO_SUCCESS:  # HTTP: 2xx is success
        return [Violation("accepted", f"the API accepted Pod {name} with {answer.code}")]
    causes = _causes(answer)
    alike = {cause.casefold() for cause in causes} in [{name.casefold()} for name in (field, *older)]
    if answer.code == UNPROCESSABLE and answer.body.get("reason") == "Invalid" and alike:
        return []
    seen = f"{answer.code} {answer.body.get('reason')} for {causes or 'no field'}: {answer.body.get('message')}"
    return [Violation("other-reason", f"the API did not refuse Pod {name} as Invalid for {field}, but with {seen}")]


def fields_accepted(record: Record, *fields: str) -> list[Violation]:
    """Check that the API refused every Pod as Invalid, for exactly these fields.

    Rules:
        unasked: nothing was sent.
        accepted: it was accepted, or refused, but not for all of the fields.
        other-reason: it was refused, but not as Invalid, or for another field too.
    """
    if not record.answers:
        return [Violation("unasked", "the API was asked nothing")]
    return [violation for answer in record.answers for violation in _fields_accepted(answer, fields)]


def _fields_accepted(answer: Answer, fields: tuple[str, ...]) -> list[Violation]:
    name = answer.sent["metadata"]["name"]
    if answer.code < NO_SUCCESS:
        text = f"the API accepted Pod {name} with {answer.code}, with all of {', '.join(fields)}"
        return [Violation("accepted", text)]
    seen = f"{answer.code} {answer.body.get('reason')}: {answer.body.get('message')}"
    if answer.code != UNPROCESSABLE or answer.body.get("reason") != "Invalid":
        return [Violation("other-reason", f"the API did not refuse Pod {name} as Invalid, but with {seen}")]
    causes, wanted = _causes(answer), {field.casefold() for field in fields}
    found = {cause.casefold() for cause in causes}
    violations = [
        Violation("accepted", f"the API refused Pod {name}, but not for {field}")
        for field in fields
        if field.casefold() not in found
    ]
    others = [cause for cause in causes if cause.casefold() not in wanted]
    if others:
        text = f"the API refused Pod {name} for {', '.join(others)} too"
        violations.append(Violation("other-reason", text))
    return violations


def _causes(answer: Answer) -> list[str]:
    """Return the fields that the API named as causes of a refusal."""
    causes = (answer.body.get("details") or {}).get("causes") or []
    return [str(cause.get("field")) for cause in causes]
