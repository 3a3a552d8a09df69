"""What tests of verbs about the network stand on."""

import random
import socket
from collections.abc import Callable, Iterator

import pytest

from tests.helpers.web import HERE, Answer, Server

BELOW_THOSE_THE_KERNEL_GIVES = range(20_000, 32_000)
OF_THE_SYSTEM = random.SystemRandom()  # the probe's jitter gives the other one a seed: two workers would take one port


def is_free(port: int) -> bool:
    """Return whether nobody holds that port, of either protocol, at any address."""
    with socket.socket(socket.AF_INET6) as tcp, socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as udp:
        try:
            for one in (tcp, udp):
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
                one.bind(("::", port))
        except OSError:
            return False
    return True


@pytest.fixture
def port() -> int:
    """Return a port that is free."""
    return next(n for n in OF_THE_SYSTEM.sample(BELOW_THOSE_THE_KERNEL_GIVES, 100) if is_free(n))


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
