"""Judges of the Pod as the unit: their histories, and what lies at the edges of their rules."""

from dataclasses import replace

from records import Answer, Instance, Observation, Record
from suite.unit import judges
from tests.helpers.histories import did, exited, pod, ran, record, said, without
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

LONG, SHORT = "0123456789" * 500, "9876543210"


def left(container: str, text: str, message: str) -> Instance:
    """Return a run that left a text as its termination message, and the message in its status."""
    run = ran(container, 0.0, did(0.1, "last-words", bytes=len(text), content=text), exited(0.2))
    return replace(run, terminated={"exitCode": 0, "reason": "Completed", "message": message})


def messages(long: str = LONG[-4096:], short: str = SHORT) -> Record:
    """Return a history of two containers that left a long text and a short one, and the messages in their statuses."""
    return record(pod(left("left", LONG, long), left("right", SHORT, short)))


def many(length: int) -> Record:
    """Return a history of a Pod whose status has messages of that length together, in parts that each may have."""
    only = pod(left("left", LONG, LONG[:4096]), left("right", SHORT, SHORT))
    statuses = [
        {"name": f"{number}", "state": {"terminated": {"message": LONG[: min(4096, length - number)]}}}
        for number in range(0, length, 4096)
    ]
    seen = Observation(0.3, "MODIFIED", {}, {"phase": "Succeeded", "containerStatuses": statuses})
    return record(replace(only, observations=(seen, *only.observations)))


MESSAGES = Trial(
    judges.messages_differ,
    ("left", "right"),
    options={"whole": ("right",)},
    good=messages(),
    broken=(
        ("unwitnessed", "a container left none", without(messages(), "right", "last-words")),
        ("lost", "a status has none", messages(short="")),
        ("altered", "a status has another", messages(long="another")),
        ("shortened", "a short one was cut", messages(short=SHORT[:5])),
        ("too-long", "one is longer than it may be", messages(long=LONG[:4097])),
        ("too-much", "all together are longer", many(12 * 1024 + 1)),
    ),
)

TRIALS = (CLASS, MESSAGES)


def test_messages_may_be_as_long_as_they_may_be() -> None:
    assert MESSAGES(many(12 * 1024)) == []


def test_a_runtime_may_put_words_before_a_message_and_they_count() -> None:
    assert MESSAGES(messages(short=f"the runtime: {SHORT}")) == []
    assert {each.rule for each in MESSAGES(messages(long=f"{'x' * 4090}: {LONG[:10]}"))} == {"too-long"}


def test_a_message_that_was_cut_is_told_with_both_lengths() -> None:
    text = "right left a message of 10 bytes; its status has 5 of them [shortened]"
    assert said(MESSAGES(messages(short=SHORT[:5]))) == text


def test_a_record_without_answers_asked_nothing() -> None:
    assert said(judges.other_class(record(), "Burstable")) == "the API server was not sent the Pod [unasked]"


def test_another_class_is_told_with_the_one_that_was_to_be() -> None:
    assert said(CLASS(classed("Guaranteed"))) == "Pod qos is Guaranteed, and was to be Burstable [other-class]"
