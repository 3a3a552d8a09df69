"""What the API server refuses, or does not store, and what it accepts.

A refusal is judged by its code, its reason and the fields that it names; what a message says is not. Where a sentence
says that a field cannot be set, a field that was sent and is absent from the stored object is not set. A policy may add
containers, before those that were sent: these then have later places.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from records import Violation
from suite import stored

if TYPE_CHECKING:
    from collections.abc import Sequence

    from records import Answer, Record

NOTHING_ASKED = "the API was asked nothing"
NO_SUCCESS, UNPROCESSABLE = 300, 422  # HTTP: all below the first is success
PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")  # of a field's path: a name, or a place in a list
PLACE = re.compile(r"(spec\.\w*containers)\[(\d+)\](.*)", re.IGNORECASE)  # a container's path, and one below it


def not_refused_for(record: Record, *fields: str, older: Sequence[str] = ()) -> list[Violation]:
    """Check that the API refused every Pod as Invalid, for these fields and no other, or stored it without them.

    Case is ignored: the API calls a Pod's ``hostPID`` ``spec.HostPID``. What was asked may be a change of a Pod, too.

    Args:
        record: of what the API was asked.
        fields: the causes of each refusal.
        older: their names in older servers.

    Rules:
        unasked: nothing was sent.
        accepted: the Pod was accepted, and the fields were not dropped.
        other-reason: it was refused, but not as Invalid for those fields alone.
    """
    if not record.answers:
        return [Violation("unasked", NOTHING_ASKED)]
    return [violation for answer in record.answers for violation in _not_refused(answer, fields, older)]


def _not_refused(answer: Answer, fields: Sequence[str], older: Sequence[str]) -> list[Violation]:
    if answer.code < NO_SUCCESS:
        if all(_dropped(answer, field) for field in fields):
            return []
        return [Violation("accepted", f"the API accepted {_asked(answer)} with {answer.code}")]
    causes = _causes(answer)
    alike = any(_are_named(causes, names) for names in (fields, older) if names)
    if answer.code == UNPROCESSABLE and answer.body.get("reason") == "Invalid" and alike:
        return []
    seen = f"{answer.code} {answer.body.get('reason')} for {causes or 'no field'}: {answer.body.get('message')}"
    text = f"the API did not refuse {_asked(answer)} as Invalid for {', '.join(fields)}, but with {seen}"
    return [Violation("other-reason", text)]


def not_accepted(record: Record, *fields: str) -> list[Violation]:
    """Check that the API accepted every Pod, and stored it with these fields.

    Rules:
        unasked: nothing was sent.
        unwitnessed: it was accepted, and a field is not in what was stored: somebody dropped it.
        refused: it was refused.
    """
    if not record.answers:
        return [Violation("unasked", NOTHING_ASKED)]
    refused = [violation for answer in record.answers for violation in _refused(answer)]
    return refused or [
        Violation("unwitnessed", f"the API accepted {_asked(answer)} with {answer.code}, and {field} is not stored")
        for answer in record.answers
        for field in fields
        if not _kept(answer, field)
    ]


def _refused(answer: Answer) -> list[Violation]:
    if answer.code < NO_SUCCESS:
        return []
    seen = f"{answer.code} {answer.body.get('reason')}: {answer.body.get('message')}"
    return [Violation("refused", f"the API refused {_asked(answer)} with {seen}")]


def not_warned(record: Record) -> list[Violation]:
    """Check that the API accepted two Pods, the first of them with a warning that the second did not get.

    What a warning says is not judged: one that both got is of something else.

    Rules:
        unasked: not two Pods were sent.
        refused: one was refused.
        no-warning: the first got no warning but those of the second.
    """
    if len(record.answers) != 2:  # noqa: PLR2004 # one and its twin
        return [Violation("unasked", f"the API was sent {len(record.answers)} Pods, not one and its twin")]
    if refused := [violation for answer in record.answers for violation in _refused(answer)]:
        return refused
    first, twin = record.answers
    if set(first.warnings) - set(twin.warnings):
        return []
    return [Violation("no-warning", f"the API accepted {_asked(first)} with no warning that {_asked(twin)} got not")]


def image_kept(record: Record, name: str) -> list[Violation]:
    """Check that the API accepted another image for a container of a stored Pod.

    A mutating policy may give it that of a mirror: it is another one than before all the same.

    Rules:
        unasked: no Pod was stored, or no other image was asked for.
        refused: the change was refused, or the container has not another image.
    """
    before = {stored.container(pod.got, name).get("image") for pod in record.pods}
    if not before or not record.answers:
        return [Violation("unasked", f"the API was asked for no other image of {name}")]
    return [violation for answer in record.answers for violation in _image_kept(answer, name, before)]


def _image_kept(answer: Answer, name: str, before: set[str | None]) -> list[Violation]:
    if stored.container(answer.sent, name).get("image") in before:
        return [Violation("unasked", f"the API was asked for the same image of {name}")]
    if answer.code < NO_SUCCESS and stored.container(answer.body, name).get("image") in {None, *before}:
        return [Violation("refused", f"the API answered {answer.code}, and did not change the image of {name}")]
    return _refused(answer)


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
    if answer.code < NO_SUCCESS:
        kept = [field for field in fields if not _dropped(answer, field)]
        text = f"the API accepted {_asked(answer)} with {answer.code}, and did not drop"
        return [Violation("accepted", f"{text} {field}") for field in kept]
    seen = f"{answer.code} {answer.body.get('reason')}: {answer.body.get('message')}"
    if answer.code != UNPROCESSABLE or answer.body.get("reason") != "Invalid":
        return [Violation("other-reason", f"the API did not refuse {_asked(answer)} as Invalid, but with {seen}")]
    causes, wanted = _causes(answer), {field.casefold() for field in fields}
    found = {cause.casefold() for cause in causes}
    violations = [
        Violation("accepted", f"the API refused {_asked(answer)}, but not for {field}")
        for field in fields
        if field.casefold() not in found
    ]
    others = [cause for cause in causes if cause.casefold() not in wanted]
    if others:
        text = f"the API refused {_asked(answer)} for {', '.join(others)} too"
        violations.append(Violation("other-reason", text))
    return violations


def _asked(answer: Answer) -> str:
    """Return what the API was asked for, in words: a Pod, by its role, too, where that is another word."""
    name = answer.sent["metadata"]["name"]
    return f"Pod {name}" if answer.role == name else f"Pod {name} ({answer.role})"


def _causes(answer: Answer) -> list[str]:
    """Return the fields that the API named as causes of a refusal."""
    causes = (answer.body.get("details") or {}).get("causes") or []
    return [str(cause.get("field")) for cause in causes]


def _are_named(causes: Sequence[str], fields: Sequence[str]) -> bool:
    """Return whether each field is named as a cause, and no other."""
    named = [[field for field in fields if _is_named(cause, field)] for cause in causes]
    return all(named) and {field for each in named for field in each} == set(fields)


def _is_named(cause: str, field: str) -> bool:
    found, sent = PLACE.fullmatch(cause.casefold()), PLACE.fullmatch(field.casefold())
    if found is None or sent is None:
        return cause.casefold() == field.casefold()
    return found.group(1, 3) == sent.group(1, 3) and int(found[2]) >= int(sent[2])


def _dropped(answer: Answer, field: str) -> bool:
    """Return whether a field was sent, and is not in the object as it was stored: absent there, or empty."""
    return answer.body.get("kind") == "Pod" and bool(_at(answer.sent, field)) and not _kept(answer, field)


def _kept(answer: Answer, field: str) -> Any:
    """Return what was stored of a field; that of a container, of the one that has the name of the container sent."""
    place = PLACE.fullmatch(field)
    if place is None:
        return _at(answer.body, field)
    name = _at(answer.sent, f"{place[1]}[{place[2]}].name")
    return next((_at(each, place[3]) for each in _at(answer.body, place[1]) if each.get("name") == name), [])


def _at(found: Any, path: str) -> Any:
    """Return what an object has at a path such as ``spec.containers[0].ports``; an empty list where it has nothing."""
    for name, place in PART.findall(path):
        if name:
            found = found.get(name) if isinstance(found, dict) else None
        else:
            found = found[int(place)] if isinstance(found, list) and int(place) < len(found) else None
    return found or []
