"""What tests of verbs about the web stand on."""

import socket
from collections.abc import Callable, Iterator

import pytest

from tests.helpers.web import HERE, Answer, Server


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[str], Answer | None]], Server]]:
    made: list[Server] = []

    def one(answer: Callable[[str], Answer | None]) -> Server:
        made.append(Server(answer))
        return made[-1]

    yield one
    for server in made:
        server.stop()


@pytest.fixture
def nobody() -> Iterator[int]:
    """Yield a port at which nobody listens: it is bound, so that nobody else takes it."""
    with socket.socket() as bound:
        bound.bind((HERE, 0))
        yield bound.getsockname()[1]
