"""Judges of the Pod as the unit: their histories, and what lies at the edges of their rules."""

from records import Answer, Record
from suite.unit import judges
from tests.helpers.histories import record, said
from tests.helpers.trial import Trial


def classed(given: str | None, code: int = 201) -> Record:
    """Return a history of a Pod that was sent as a dry run, and is of that class."""
    status = {} if given is None else {"qosClass": given}
    body = {"status": status} if code == 201 else {"message": "why"}
    return record(answers=[Answer("qos", {}, code, body)])


CLASS = Trial(
    judges.other_class,
    ("Burstable",),
    good=classed("Burstable"),
    broken=(
        ("unasked", "refused", classed(None, 422)),
        ("other-class", "of another class", classed("Guaranteed")),
        ("other-class", "of none", classed(None)),
    ),
)

TRIALS = (CLASS,)


def test_a_record_without_answers_asked_nothing() -> None:
    assert said(judges.other_class(record(), "Burstable")) == "the API server was not sent the Pod [unasked]"


def test_another_class_is_told_with_the_one_that_was_to_be() -> None:
    assert said(CLASS(classed("Guaranteed"))) == "Pod qos is Guaranteed, and was to be Burstable [other-class]"
