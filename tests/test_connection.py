"""Requests to an API server that is busy, and to one that does not know us any more."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fixtures.connection import Connection
from fixtures.errors import CONTEXT, TroubleError, UnauthorizedError
from tests.helpers.servers import kubeconfig, serving

BUSY = (429, {"message": "too many requests"}, {"Retry-After": "1"})
SAYS = (200, '{"said": "one"}\n')


@pytest.fixture
def answers() -> list[tuple[Any, ...]]:
    """What the server answers, one after another, and the last of them ever after."""
    return []


@pytest.fixture
def connection(tmp_path: Path, answers: list[tuple[Any, ...]]) -> Iterator[Connection]:
    with serving(lambda *_: answers.pop(0) if len(answers) > 1 else answers[0]) as url:
        yield Connection(kubeconfig(tmp_path / "k", url), "there", 5.0)


def _read(connection: Connection) -> list[bytes]:
    return list(connection.stream("/api/v1/pods", watch="true"))


def test_a_busy_server_is_asked_again_when_it_asked_to_be(
    connection: Connection, answers: list[tuple[Any, ...]]
) -> None:
    for ask in (lambda: connection.request("GET", "/api/v1/pods").body, lambda: json.loads(_read(connection)[0])):
        answers[:] = [BUSY, SAYS]
        began = time.monotonic()
        assert ask() == {"said": "one"}
        assert time.monotonic() - began >= 1.0


@pytest.mark.parametrize("status", [429, 503])
def test_a_stream_that_is_refused_for_ever_is_trouble(
    connection: Connection, answers: list[tuple[Any, ...]], status: int
) -> None:
    answers[:] = [(status, {"message": "not now"})]
    with pytest.raises(TroubleError, match=rf"^GET /api/v1/pods: {status}: not now$"):
        _read(connection)
    assert connection.requests == 5


def test_a_stream_that_is_gone_is_not_asked_for_again(connection: Connection, answers: list[tuple[Any, ...]]) -> None:
    answers[:] = [(410, {"message": "too old"})]
    with pytest.raises(TroubleError, match="410: too old"):
        _read(connection)
    assert connection.requests == 1


def test_credentials_that_expire_have_an_exit_code_of_their_own(
    connection: Connection, answers: list[tuple[Any, ...]]
) -> None:
    answers[:] = [SAYS, (401, {"message": "Unauthorized"})]
    connection.get("/api/v1/pods")
    for ask in (lambda: connection.request("POST", "/api/v1/pods", body={}), lambda: _read(connection)):
        with pytest.raises(UnauthorizedError, match="does not accept the credentials of context there") as refused:
            ask()
        assert refused.value.exit_code == CONTEXT
        assert "they are wrong or have expired; get new ones" in str(refused.value)
