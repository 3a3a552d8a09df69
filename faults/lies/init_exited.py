"""An init container is said to have exited with 0 from its start on; it is started once a container after it was.

The kubelet goes on a second later, and most init containers have ended by then: so it is kept back.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from faults.lie import Made, Runtime, State, is_status

if TYPE_CHECKING:
    from faults.lie import Ask

SECONDS = 20
"""An init container has so long to end after its Pod: the kubelet would have it killed at once."""


class Lie(Runtime):
    """It tells so of containers named ``init-…``, and never takes it back."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, Made] = {}
        self._kept_back: dict[str, Made] = {}

    async def answer(self, method: str, request: Any, ask: Ask) -> Any:
        """Keep an init container back until another container of its Pod is started; let it end."""
        if method == "StopPodSandbox":
            await self._ended(request.pod_sandbox_id, ask)
        made = self.made.get(request.container_id) if method == "StartContainer" else None
        if made is None:
            return await super().answer(method, request, ask)
        if made.name.startswith("init-"):
            self._told[made.id] = self._kept_back[made.id] = made
            return ask.response()
        response = await ask(request)
        for each in _of(made.sandbox, self._kept_back):
            del self._kept_back[each.id]
            await ask.other("StartContainer", container_id=each.id)
        return response

    def tell(self, container: Any) -> None:
        """Call it exited."""
        if container.id not in self._told:
            return
        container.state = State.EXITED
        if is_status(container):
            container.exit_code, container.reason = 0, "Completed"
            container.started_at = container.finished_at = container.created_at

    async def _ended(self, sandbox: str, ask: Ask) -> None:
        """Wait for the end of the Pod's init containers that were told to have exited, and were started."""
        for each in _of(sandbox, self._told):
            for _ in range(SECONDS * 10):
                known = await ask.other("ContainerStatus", container_id=each.id)
                if known.status.state != State.RUNNING:
                    break
                await asyncio.sleep(0.1)


def _of(sandbox: str, containers: dict[str, Made]) -> list[Made]:
    return [each for each in containers.values() if each.sandbox == sandbox]
