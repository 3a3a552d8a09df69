"""Observations of what the API said."""

from records import Answer
from suite.api import observations
from tests.helpers.histories import record


def test_each_answer_is_told_with_its_code_its_causes_and_its_warnings() -> None:
    invalid = {"details": {"causes": [{"field": "spec"}, {"message": "why"}]}}
    answers = [
        Answer("one", {}, 201, {}, ("first", "second")),
        Answer("two", {}, 422, invalid),
        Answer("three", {}, 403, {}),
    ]
    assert observations.answers(record(answers=answers)) == [
        "Pod one: 201, warnings: first; second",
        "Pod two: 422 for spec, None, warnings: none",
        "Pod three: 403, warnings: none",
    ]
