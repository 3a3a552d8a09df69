"""A container that is to be stopped once more has what is left of its first grace period, not a new one."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from faults.stopping import Stopping

if TYPE_CHECKING:
    from faults.lie import Ask, Made


class Lie(Stopping):
    """It keeps the time at which each container was to be over."""

    def __init__(self) -> None:
        super().__init__()
        self._over: dict[str, float] = {}

    async def stop(self, container: Made, request: Any, ask: Ask) -> Any:
        """Stop it at that time."""
        now = time.monotonic()
        over = self._over.setdefault(container.id, now + request.timeout)
        request.timeout = min(request.timeout, max(math.ceil(over - now), 0))
        return await ask(request)
