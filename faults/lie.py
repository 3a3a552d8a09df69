"""A runtime as the kubelet hears it: what it is asked and what it answers, by the CRI. A lie changes some of it.

Messages are protobuf's, as ``api.proto`` of ``k8s.io/cri-api`` words them.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME = "io.kubernetes.container.name"
RESTARTS = "io.kubernetes.container.restartCount"
LOOK = 0.1  # seconds between two looks at a container
LISTS = frozenset({"ListContainers", "StreamContainers"})


class State(IntEnum):
    """The CRI's ContainerState."""

    CREATED = 0
    RUNNING = 1
    EXITED = 2


class Ask(Protocol):
    """The real runtime, for one call."""

    async def __call__(self, request: Any) -> Any:
        """Return the response to a request."""

    async def other(self, method: str, **fields: Any) -> Any:
        """Return the response to a request of another method."""

    def response(self) -> Any:
        """Return a response that says nothing: success."""


@dataclass(frozen=True)
class Made:
    """A container that the kubelet had made.

    Attributes:
        id: its id.
        name: in its Pod.
        sandbox: the id of its Pod's sandbox.
        pod: its Pod's name.
    """

    id: str
    name: str
    sandbox: str
    pod: str


class Runtime:
    """A runtime that hands on what it is asked and what it answers: the truth.

    Attributes:
        made: every container that it made, by its id.
    """

    def __init__(self) -> None:
        self.made: dict[str, Made] = {}

    async def answer(self, method: str, request: Any, ask: Ask) -> Any:
        """Return the response of a method that has one, such as ``StartContainer``."""
        wanted = self.widen(method, request)
        response = await ask(request)
        if method == "CreateContainer":
            config, pod = request.config, request.sandbox_config.metadata.name
            made = Made(response.container_id, config.metadata.name, request.pod_sandbox_id, pod)
            self.made[made.id] = made
        self.retell(method, response, wanted)
        return response

    def tell(self, container: Any) -> None:
        """Change what is said of a container: a ``Container`` of a list, or a ``ContainerStatus``."""

    def widen(self, method: str, request: Any) -> int | None:
        """Ask for a list of containers in every state; return the state that was asked for, None for all."""
        if method not in LISTS or not request.filter.HasField("state"):
            return None
        wanted = int(request.filter.state.state)
        request.filter.ClearField("state")
        return wanted

    def retell(self, method: str, response: Any, wanted: int | None) -> None:
        """Tell each container in a response otherwise, and leave out of a list those in other states than wanted."""
        for container in _containers(method, response):
            self.tell(container)
        if wanted is not None:
            for container in [each for each in response.containers if each.state != wanted]:
                response.containers.remove(container)


def name_of(container: Any) -> str:
    """Return a container's name in its Pod."""
    return str(container.labels.get(NAME, ""))


async def until_ended(identity: str, ask: Ask, within: float) -> None:
    """Wait until a container runs no more, for so many seconds at most."""
    for left in range(round(within / LOOK), -1, -1):
        known = await ask.other("ContainerStatus", container_id=identity)
        if known.status.state != State.RUNNING or not left:
            return
        await asyncio.sleep(LOOK)


def is_status(container: Any) -> bool:
    """Return whether it is a ``ContainerStatus``: it has times, an exit code and a reason."""
    return bool(container.DESCRIPTOR.name == "ContainerStatus")


def _containers(method: str, response: Any) -> Iterable[Any]:
    if method in LISTS:
        return list(response.containers)
    if method == "ContainerStatus":
        return [response.status]
    return response.containers_statuses if method == "GetContainerEvents" else []
