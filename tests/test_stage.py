"""What a scenario can do, over a connection of a few lines."""

from typing import Any, cast

import pytest

from fixtures.announced import Surroundings
from fixtures.connection import Answer, Connection
from fixtures.errors import TroubleError
from fixtures.recorder import Recorder
from fixtures.stage import Stage
from fixtures.timeouts import Timeouts

NAME = {"kind": "Pod", "metadata": {"name": "std_linux"}, "spec": {"containers": [{"name": "main", "image": "x"}]}}


class _Answers:
    """Answers every request in the same way."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def request(self, *_: object, **__: object) -> Answer:
        return self._answer


def stage(code: int) -> Stage:
    """A stage with one Pod, whose API answers everything with that code."""
    connection = cast("Connection", _Answers(Answer(code, {"message": "why"}, ())))
    recorder = cast("Recorder", None)
    return Stage(connection, recorder, Surroundings("space", "run"), Timeouts(), ("api.name", "name", None), [NAME])


@pytest.mark.parametrize("code", [201, 422])
def test_what_validation_said_of_a_pod_is_for_the_judge(code: int) -> None:
    stage(code).dry_run()


@pytest.mark.parametrize("code", [400, 403, 409, 429, 500, 503])
def test_a_pod_that_something_else_refused_than_validation_is_trouble(code: int) -> None:
    with pytest.raises(TroubleError, match=f"Pod std_linux was not validated, but refused: {code} why"):
        stage(code).dry_run()
