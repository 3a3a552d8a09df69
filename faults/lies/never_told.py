"""A container that is to be stopped is not told to end: it is killed when its grace period is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faults.lie import until_ended
from faults.stopping import Stopping

if TYPE_CHECKING:
    from faults.lie import Ask, Made


class Lie(Stopping):
    """It waits in the runtime's place."""

    async def stop(self, container: Made, request: Any, ask: Ask) -> Any:
        """Stop it with a time-out of 0 once its time is over, or it ended by itself."""
        await until_ended(container.id, ask, request.timeout)
        request.timeout = 0
        return await ask(request)
