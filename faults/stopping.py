"""A lie about how containers are stopped: it is told of Pods of the behaviour stop, whose names begin so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faults.lie import Runtime

if TYPE_CHECKING:
    from faults.lie import Ask, Made

PODS = "stop-"


class Stopping(Runtime):
    """It stops containers as ``stop`` says, and all else as it is."""

    async def answer(self, method: str, request: Any, ask: Ask) -> Any:
        """Stop a container."""
        made = self.made.get(request.container_id) if method == "StopContainer" else None
        if made is None or not made.pod.startswith(PODS):
            return await super().answer(method, request, ask)
        return await self.stop(made, request, ask)

    async def stop(self, container: Made, request: Any, ask: Ask) -> Any:
        """Return the response of ``StopContainer``."""
        raise NotImplementedError
