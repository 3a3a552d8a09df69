"""A container is said to be stopped as soon as it was told to end, and lives on.

The kubelet then goes on to the next one, and to the sandbox, whose end would be that of all containers: so the stop of
the sandbox waits for theirs. If the kubelet breaks that off, it breaks off them, too.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from faults.stopping import Stopping

if TYPE_CHECKING:
    from faults.lie import Ask, Made

SOON = 0.2
"""How long the runtime has to tell a container to end, s."""


class Lie(Stopping):
    """It stops each container once, beside what it answers."""

    def __init__(self) -> None:
        super().__init__()
        self._stopping: dict[str, asyncio.Task[Any]] = {}

    async def answer(self, method: str, request: Any, ask: Ask) -> Any:
        """Stop a sandbox once its containers are stopped."""
        if method == "StopPodSandbox":
            sandbox = request.pod_sandbox_id
            stops = (task for each, task in self._stopping.items() if self.made[each].sandbox == sandbox)
            await asyncio.gather(*(task for task in stops if not task.done()), return_exceptions=True)
        return await super().answer(method, request, ask)

    async def stop(self, container: Made, request: Any, ask: Ask) -> Any:
        """Say that it is stopped."""
        if container.id not in self._stopping:
            stop = ask.other("StopContainer", container_id=container.id, timeout=request.timeout)
            self._stopping[container.id] = asyncio.ensure_future(stop)
            await asyncio.wait([self._stopping[container.id]], timeout=SOON)
        return ask.response()
