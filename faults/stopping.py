"""A lie about how containers are stopped: it is told of Pods of the behaviour stop, whose names begin so.

The witness in another Pod, which hears what becomes of them, is stopped as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faults.lie import Runtime
from faults.own_namespace import SIDECARS

if TYPE_CHECKING:
    from faults.lie import Ask, Made

PODS, WITNESS = "stop-", "witness"


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
