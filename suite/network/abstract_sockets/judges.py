"""Abstract unix sockets: their names belong to the network namespace of a Pod."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records import Violation
from records.timeline import words
from suite.evidence import did_not, events_of, given
from suite.order import bracketed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from records import Event, Record


def socket_not_reached(record: Record, asker: str, owner: str) -> list[Violation]:
    """Check that the owner of an abstract socket answered the asker, nonce for nonce.

    Rules:
        not-bound: the owner did not come to listen.
        not-reached: the asker got no answer.
        altered: one got something else than the other sent.
    """
    violations = did_not(record, owner, "serving", "not-bound")
    answers = events_of(record, asker, "answered")
    if not answers:
        unanswered = events_of(record, asker, "unanswered")
        why = words(unanswered[-1]) if unanswered else "it did not come to ask"
        text = f"{asker} did not reach the abstract socket of {owner}: {why}"
        violations.append(Violation("not-reached", text, f"{asker}  answered", unanswered[-1:]))
    return violations + _altered(record, answers, owner)


def socket_exposed(record: Record, neighbour: str, intruder: str, *, owner: str) -> list[Violation]:
    """Check that an abstract socket is out of reach for another Pod, and its name is free there.

    The neighbour's questions bracket the intruder's life: the owner answered before the intruder's Pod was created, and
    after the intruder had looked. A socket of its own, of the same name, proves that the intruder can ask.

    Rules:
        unwitnessed: nothing proves that the owner lived all the while, or that the intruder looked. That a neighbour
            reaches it is promised in a case of its own.
        reached: the intruder was answered before it had a socket of its own, or its question came to the owner.
        name-taken: the intruder could not have a socket of that name for itself.
    """
    asked = events_of(record, intruder, "answered", "unanswered")
    its_own = {event.fields["sent"] for event in asked}
    came = [event for event in events_of(record, owner, "asked") if event.fields["nonce"] in its_own]
    first = [event for event in asked[:1] if event.name == "answered"]
    if reached := first + came:
        text = f"{intruder} reached the abstract socket of {owner}, in another Pod: {words(reached[0])}"
        return [Violation("reached", text, f"{intruder}  unanswered errno=ECONNREFUSED", tuple(reached))]
    if taken := [e for e in events_of(record, intruder, "not-bound") if e.fields["errno"] == "EADDRINUSE"]:
        text = f"{intruder} could not have a socket of that name: it is in use, and not in its Pod"
        return [Violation("name-taken", text, f"{intruder}  serving", tuple(taken))]
    texts = []
    if [event.name for event in asked] != ["unanswered", "answered"]:
        outcomes = "; ".join(words(event) for event in asked) or "it asked nothing"
        texts.append(f"{intruder} did not ask in vain, and then reach a socket of its own: {outcomes}")
    proofs = events_of(record, neighbour, "answered")
    if wrong := _altered(record, proofs, owner):
        texts += [violation.text for violation in wrong]
    elif not bracketed(record, intruder, proofs, asked):
        texts.append(f"{neighbour} did not reach {owner} both before and after {intruder} was there")
    return [Violation("unwitnessed", text) for text in texts]


def _altered(record: Record, answers: Iterable[Event], owner: str) -> list[Violation]:
    known = given(record, owner)
    return [
        Violation("altered", f"{owner} did not give this answer to that question: {words(event)}", events=(event,))
        for event in answers
        if event.fields["back"] != event.fields["sent"] or (event.fields["sent"], event.fields["answer"]) not in known
    ]
