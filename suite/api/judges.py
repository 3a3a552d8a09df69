"""What cannot be: the API server refuses it, or does not store it.

Where a sentence says that a field cannot be set, a field that was sent and is absent from the stored object is not set.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from records import Violation

if TYPE_CHECKING:
    from records import Answer, Record

NO_SUCCESS, UNPROCESSABLE = 300, 422  # HTTP: all below the first is success
PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")  # of a field's path: a name, or a place in a list


def not_refused_for(record: Record, field: str, *older: str) -> list[Violation]:
    """Check that the API refused every Pod as Invalid, for this field alone, or stored it without that field.

    Case is ignored: the API calls a Pod's ``hostPID`` ``spec.HostPID``. ``older`` are the names of the field in older
    servers.

    Rules:
        unasked: nothing was sent.
        accepted: the Pod was accepted, and the field was not dropped.
        other-reason: it was refused, but not as Invalid for that field alone.
    """
    if not record.answers:
        return [Violation("unasked", "the API was asked nothing")]
    return [violation for answer in record.answers for violation in _not_refused(answer, field, *older)]


def _not_refused(answer: Answer, field: str, *older: str) -> list[Violation]:
    name = answer.sent["metadata"]["name"]
    if answer.code < NO_SUCCESS:
        if _dropped(answer, field):
            return []
        return [Violation("accepted", f"the API accepted Pod {name} with {answer.code}")]
    causes = _causes(answer)
    alike = {cause.casefold() for cause in causes} in [{name.casefold()} for name in (field, *older)]
    if answer.code == UNPROCESSABLE and answer.body.get("reason") == "Invalid" and alike:
        return []
    seen = f"{answer.code} {answer.body.get('reason')} for {causes or 'no field'}: {answer.body.get('message')}"
    return [Violation("other-reason", f"the API did not refuse Pod {name} as Invalid for {field}, but with {seen}")]


def fields_accepted(record: Record, group: str, *fields: str) -> list[Violation]:
    """Check that the API refused every container as Invalid, for its field alone, or stored it without that field.

    Args:
        record: of Pods that were sent with containers of that group.
        group: ``ephemeralContainers`` or another.
        fields: what the first container may not have, then the second …, whether they were sent one by one or together.

    Rules:
        unasked: there was not a container for each field.
        accepted: a container was accepted, and its field was not dropped, or another container alone was refused.
        other-reason: it was refused, but not as Invalid, or for another field too.
    """
    places = [(answer, place) for answer in record.answers for place in range(len(_at(answer.sent, f"spec.{group}")))]
    if len(places) != len(fields):
        return [Violation("unasked", f"the API was sent {len(places)} containers, not {len(fields)}")]
    wanted: list[tuple[Answer, list[str]]] = [(answer, []) for answer in record.answers]
    for (answer, place), field in zip(places, fields, strict=True):
        next(paths for asked, paths in wanted if asked is answer).append(f"spec.{group}[{place}].{field}")
    return [violation for answer, paths in wanted for violation in _fields_accepted(answer, paths)]


def _fields_accepted(answer: Answer, fields: list[str]) -> list[Violation]:
    name = answer.sent["metadata"]["name"]
    if answer.code < NO_SUCCESS:
        kept = [field for field in fields if not _dropped(answer, field)]
        text = f"the API accepted Pod {name} with {answer.code}, and did not drop"
        return [Violation("accepted", f"{text} {field}") for field in kept]
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


def _dropped(answer: Answer, field: str) -> bool:
    """Return whether a field was sent, and is not in the object as it was stored: absent there, or empty."""
    is_pod = answer.body.get("kind") == "Pod"
    return is_pod and bool(_at(answer.sent, field)) and not _at(answer.body, field)


def _at(found: Any, path: str) -> Any:
    """Return what an object has at a path such as ``spec.containers[0].ports``; an empty list where it has nothing."""
    for name, place in PART.findall(path):
        if name:
            found = found.get(name) if isinstance(found, dict) else None
        else:
            found = found[int(place)] if isinstance(found, list) and int(place) < len(found) else None
    return found or []
