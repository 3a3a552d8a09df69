"""A lie about how containers are stopped: it is told of Pods of the behaviour stop, whose names begin so.

The witness in another Pod, which hears what becomes of them, is stopped as it is.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from faults.lie import Runtime, State
from faults.own_namespace import SIDECARS

if TYPE_CHECKING:
    from faults.lie import Ask, Made

PODS, WITNESS = "stop-", "witness"
LOOK = 0.1
"""Between two looks at a container, s."""


class Stopping(Runtime):
    """It stops containers as ``stop`` says, and all else as it is."""

    async def answer(self, method: str, request: Any, ask: Ask) -> Any:
        """Stop a container."""
        made = self.made.get(request.container_id) if method == "StopContainer" else None
        if made is None or not made.pod.startswith(PODS) or made.name == WITNESS:
            return await super().answer(method, request, ask)
        return await self.stop(made, request, ask)

    async def stop(self, container: Made, request: Any, ask: Ask) -> Any:
        """Return the response of ``StopContainer``."""
        raise NotImplementedError

    def sidecars_beside(self, container: Made) -> list[Made]:
        """Return the last run of each sidecar of a container's Pod, in the order in which they were made."""
        last = {each.name: each for each in self.made.values() if each.sandbox == container.sandbox}
        return [each for each in last.values() if each.name in SIDECARS]


async def lives(identity: str, ask: Ask) -> bool:
    """Return whether a container runs."""
    known = await ask.other("ContainerStatus", container_id=identity)
    return bool(known.status.state == State.RUNNING)


async def ended(identity: str, ask: Ask, within: float) -> bool:
    """Return whether a container has ended within some seconds, as soon as it has."""
    for _ in range(round(within / LOOK)):
        if not await lives(identity, ask):
            return True
        await asyncio.sleep(LOOK)
    return not await lives(identity, ask)
