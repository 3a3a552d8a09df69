"""The judge of what the API refuses: its histories, and what lies at the edges of its rules."""

from typing import Any

from records import Answer, Record
from suite.api import judges
from tests.helpers.histories import (
    exited,
    pod,
    ran,
    record,
    rules,
    said,
)
from tests.helpers.trial import Trial


def answered(code: int, reason: str | None = None, *fields: str, details: bool = True) -> Answer:
    """Return the API's answer to a Pod with underscores in its name."""
    body: dict[str, Any] = {"message": "why"}
    if reason is not None:
        body |= {"kind": "Status", "reason": reason}
    if details:
        body["details"] = {"causes": [{"field": field} for field in fields]}
    return Answer("std_linux", {"metadata": {"name": "std_linux"}}, code, body)


def asked(*answers: Answer) -> Record:
    return record(answers=answers)


REFUSED = answered(422, "Invalid", "metadata.name")

REFUSAL = Trial(
    judges.not_refused_for,
    ("metadata.name",),
    good=asked(REFUSED),
    broken=(
        ("unasked", "a Pod was deployed instead", record(pod(ran("main", 0.0, exited(1.0))))),
        ("accepted", "created", asked(answered(201))),
        ("accepted", "ok", asked(answered(200))),
        ("other-reason", "forbidden", asked(answered(403, "Forbidden", "metadata.name"))),
        ("other-reason", "invalid, with another status", asked(answered(400, "Invalid", "metadata.name"))),
        ("other-reason", "unprocessable, for another reason", asked(answered(422, "Gone", "metadata.name"))),
        ("other-reason", "another field", asked(answered(422, "Invalid", "spec.containers[0].image"))),
        ("other-reason", "that field and another", asked(answered(422, "Invalid", "metadata.name", "spec"))),
        ("other-reason", "no field", asked(answered(422, "Invalid"))),
        ("other-reason", "no details", asked(answered(422, "Invalid", details=False))),
        ("other-reason", "an error of the server", asked(answered(500, "InternalError"))),
    ),
)

BOTH = asked(answered(422, "Invalid", "spec.ports", "spec.hostPID"))

REFUSALS = Trial(
    judges.fields_accepted,
    ("spec.ports", "spec.hostPID"),
    good=BOTH,
    broken=(
        ("unasked", "nothing was sent", record(pod(ran("main", 0.0, exited(1.0))))),
        ("accepted", "created", asked(answered(201))),
        ("accepted", "one of the fields", asked(answered(422, "Invalid", "spec.ports"))),
        ("accepted", "no details", asked(answered(422, "Invalid", details=False))),
        ("other-reason", "another field too", asked(answered(422, "Invalid", "spec.ports", "spec.hostPID", "spec"))),
        ("other-reason", "forbidden", asked(answered(403, "Forbidden", "spec.ports", "spec.hostPID"))),
        ("other-reason", "another reason", asked(answered(422, "Gone", "spec.ports", "spec.hostPID"))),
    ),
)

TRIALS = (REFUSAL, REFUSALS)


def test_capitals_of_a_field_do_not_count() -> None:
    assert REFUSALS(asked(answered(422, "Invalid", "spec.ports", "spec.HostPID"))) == []
    assert REFUSAL(asked(answered(422, "Invalid", "metadata.Name"))) == []


def test_a_field_that_was_accepted_is_told() -> None:
    assert said(REFUSALS(asked(answered(422, "Invalid", "spec.ports")))) == (
        "the API refused Pod std_linux, but not for spec.hostPID [accepted]"
    )


def test_one_field_may_be_refused_for_two_causes() -> None:
    assert REFUSAL(asked(answered(422, "Invalid", "metadata.name", "metadata.name"))) == []


def test_every_answer_counts() -> None:
    assert rules(REFUSAL(asked(REFUSED, answered(201)))) == {"accepted"}


def test_a_pod_that_was_accepted_is_told_with_its_name_and_the_status() -> None:
    assert said(REFUSAL(asked(answered(201)))) == "the API accepted Pod std_linux with 201 [accepted]"


def test_another_refusal_is_told_with_all_that_the_api_said() -> None:
    assert said(REFUSAL(asked(answered(422, "Invalid", "spec.nodeName")))) == (
        "the API did not refuse Pod std_linux as Invalid for metadata.name, "
        "but with 422 Invalid for ['spec.nodeName']: why [other-reason]"
    )
    assert "403 Forbidden for no field: why" in said(REFUSAL(asked(answered(403, "Forbidden"))))


def test_a_server_of_an_earlier_version_may_call_the_field_otherwise() -> None:
    older = asked(answered(422, "Invalid", "spec.securityContext.shareProcessNamespace"))
    names = ("spec.shareProcessNamespace", "spec.securityContext.shareProcessNamespace")
    assert judges.not_refused_for(older, *names) == []
    assert rules(judges.not_refused_for(older, names[0])) == {"other-reason"}
    both = asked(answered(422, "Invalid", *names))
    assert rules(judges.not_refused_for(both, *names)) == {"other-reason"}
