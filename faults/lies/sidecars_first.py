"""The sidecars of a Pod are stopped before the first app of it that is to be stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faults.own_namespace import SIDECARS
from faults.stopping import Stopping

if TYPE_CHECKING:
    from faults.lie import Ask, Made


class Lie(Stopping):
    """It stops them one by one, the last one first, as the kubelet would. It knows them by their names."""

    def __init__(self) -> None:
        super().__init__()
        self._begun: set[str] = set()

    async def stop(self, container: Made, request: Any, ask: Ask) -> Any:
        """Stop the sidecars beside it, and then it."""
        if container.name not in SIDECARS and container.sandbox not in self._begun:
            self._begun.add(container.sandbox)
            for each in reversed(self.sidecars_beside(container)):
                await ask.other("StopContainer", container_id=each.id, timeout=request.timeout)
        return await ask(request)
