"""A container that was removed is listed as it was last known to be, until its Pod's sandbox is stopped.

One that was killed first is listed as running: the kubelet has heard nothing of its end.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from faults.lie import Runtime

if TYPE_CHECKING:
    from faults.lie import Ask

AGAIN = 1
"""How long it takes to be asked for the same again, s: the kubelet does so at once, and no other Pod is to lack CPU."""


class Lie(Runtime):
    """It leaves the container where it is: the runtime removes it with the sandbox."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, int] = {}
        self._removed: set[str] = set()
        self._stopped: set[str] = set()

    async def answer(self, method: str, request: Any, ask: Ask) -> Any:
        """Say that a container was removed."""
        if method == "RemoveContainer" and self._is_in_a_sandbox(request.container_id):
            if request.container_id in self._removed:
                await asyncio.sleep(AGAIN)
            self._removed.add(request.container_id)
            return ask.response()
        if method == "StopPodSandbox":
            self._stopped.add(request.pod_sandbox_id)
        return await super().answer(method, request, ask)

    def tell(self, container: Any) -> None:
        """Give it the state that it was last said to be in before it was removed."""
        if container.id in self._removed and self._is_in_a_sandbox(container.id):
            container.state = self._known.get(container.id, container.state)
        self._known[container.id] = container.state

    def _is_in_a_sandbox(self, identity: str) -> bool:
        made = self.made.get(identity)
        return made is not None and made.sandbox not in self._stopped
