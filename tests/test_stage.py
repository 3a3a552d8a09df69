"""What a scenario can do, over a connection of a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from fixtures.announced import Surroundings
from fixtures.awaited import ended
from fixtures.connection import Answer, Connection
from fixtures.errors import TroubleError
from fixtures.stage import Deployed, Stage
from fixtures.timeouts import Timeouts
from fixtures.view import PodView
from tests.statuses import OURS, running, seen, waiting

if TYPE_CHECKING:
    from fixtures.recorder import Recorder

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


def late(reason: str) -> Deployed:
    """A Pod of which one container runs, and another waits."""
    view = PodView(0.0, OURS)
    view.observe("MODIFIED", seen(main=running("m"), other=waiting(reason)))
    return Deployed(stage(201), "pod", {"metadata": {"name": "late"}}, {}, view)


def test_a_window_that_closes_before_every_container_was_started_is_trouble() -> None:
    with pytest.raises(TroubleError, match=r"Pod late: ContainerCreating; it is Running, main running, other waiting"):
        late("ContainerCreating").watch_for(ended(), 0.0, 60.0)


def test_a_container_that_waits_for_init_containers_is_for_the_judge() -> None:
    pod = late("PodInitializing")
    pod.watch_for(ended(), 0.0, 60.0)
    assert pod.window == "observed for 60 s, in vain: the Pod to end"
