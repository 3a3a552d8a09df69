"""The end of a Pod, as its containers saw it, and as a witness in another Pod heard it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records import Violation
from suite.evidence import did_not, events_of

if TYPE_CHECKING:
    from records import Event, Record


def not_stopped(record: Record, *, obeys: str, deaf: str, witness: str, seconds: int) -> list[Violation]:
    """Check that all containers of a Pod were told to end, and that KILL ended who lived on, after the grace period.

    The suite notes its request before it sends it, and learns of an end after it came: who was gone, by its clock,
    before the period was over was so.

    Args:
        record: of a Pod that was deleted.
        obeys: a container that ends when it is told to.
        deaf: a container that does not.
        witness: whom both speak to, all their life.
        seconds: the Pod's grace period.

    Rules:
        unwitnessed: the witness did not hear one of them, or not its end, nor that it still spoke.
        not-told: one of them was not told to end.
        early: who did not end by itself was gone before the grace period was over.
        not-killed: it still spoke when the window closed.
    """
    violations = _unheard(record, witness, obeys, deaf)
    violations += [v for name in (obeys, deaf) for v in did_not(record, name, "terminated", "not-told")]
    return violations + _killed_early(record, deaf, witness, seconds) + _not_killed(record, deaf, witness)


def _unheard(record: Record, witness: str, *names: str) -> list[Violation]:
    """Return a violation for each container of which the witness does not tell what became of it."""
    return [
        Violation("unwitnessed", f"{witness} does not tell what became of {name}", f"{witness}  let-go who={name}")
        for name in names
        if not _heard(record, witness, name, "let-go", "still-hears")
    ]


def _heard(record: Record, witness: str, name: str, *events: str) -> list[Event]:
    """Return the witness's events about a container."""
    return [event for event in events_of(record, witness, *events) if event.fields["who"] == name]


def _killed_early(record: Record, name: str, witness: str, seconds: float) -> list[Violation]:
    """Return a violation where a container that would have lived on was gone before so many seconds were over."""
    deleted = next((act for act in record.acts if act.what == "deleted"), None)
    if deleted is None:
        return [Violation("unwitnessed", f"the Pod of {name} was not deleted")]
    if events_of(record, name, "exit"):
        return [Violation("unwitnessed", f"{name} was to be killed, and ended by itself")]
    return [
        Violation(
            "early",
            f"{name} was gone {event.seen - deleted.seen:.3f} s after the deletion, and had {seconds:g} s",
            f"{witness}  let-go who={name}, {seconds:g} s after the deletion",
            (event,),
        )
        for event in _heard(record, witness, name, "let-go")
        if event.seen < deleted.seen + seconds
    ]


def _not_killed(record: Record, name: str, witness: str) -> list[Violation]:
    """Return a violation where a container still spoke when the window had closed."""
    return [
        Violation("not-killed", f"{name} was not killed: it still spoke", f"{witness}  let-go who={name}", (event,))
        for event in _heard(record, witness, name, "still-hears")
    ]
