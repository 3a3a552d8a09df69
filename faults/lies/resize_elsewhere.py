"""Other limits of a container are put on a neighbour of it, and not on the container."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faults.lie import Runtime

if TYPE_CHECKING:
    from faults.lie import Ask


class Lie(Runtime):
    """It picks the neighbour that was made last; a container without one keeps what limits it has."""

    async def answer(self, method: str, request: Any, ask: Ask) -> Any:
        """Hand on another container's id, or nothing, where resources are to be changed."""
        made = self.made.get(request.container_id) if method == "UpdateContainerResources" else None
        if made is None:
            return await super().answer(method, request, ask)
        beside = [each for each in self.made.values() if each.sandbox == made.sandbox and each.name != made.name]
        if not beside:
            return ask.response()
        request.container_id = beside[-1].id
        return await ask(request)
