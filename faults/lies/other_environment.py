"""A container that is made again has none of the variables that its Pod gives it: its image's alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faults.lie import Runtime

if TYPE_CHECKING:
    from faults.lie import Ask


class Lie(Runtime):
    """It leaves the first try of a container as it is."""

    async def answer(self, method: str, request: Any, ask: Ask) -> Any:
        """Have a container made without its variables, where another was made before it."""
        if method == "CreateContainer" and request.config.metadata.attempt:
            del request.config.envs[:]
        return await super().answer(method, request, ask)
