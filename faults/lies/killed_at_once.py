"""A container that is to be stopped is killed at once, whatever its grace period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faults.stopping import Stopping

if TYPE_CHECKING:
    from faults.lie import Ask, Made


class Lie(Stopping):
    """It gives the runtime no time."""

    async def stop(self, container: Made, request: Any, ask: Ask) -> Any:  # noqa: ARG002 -- each is stopped so
        """Stop it with a time-out of 0."""
        request.timeout = 0
        return await ask(request)
