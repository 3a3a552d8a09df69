"""A container that was stopped, and exited with 0, is said to have exited with 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faults.lie import State, is_status
from faults.stopping import Stopping

if TYPE_CHECKING:
    from faults.lie import Ask, Made


class Lie(Stopping):
    """It tells so of Pods that are named after their phase."""

    def __init__(self) -> None:
        super().__init__()
        self._stopped: set[str] = set()

    async def stop(self, container: Made, request: Any, ask: Ask) -> Any:
        """Stop it as it is."""
        if "-phase-" in container.pod:
            self._stopped.add(container.id)
        return await ask(request)

    def tell(self, container: Any) -> None:
        """Change its exit code."""
        ended = container.id in self._stopped and is_status(container) and container.state == State.EXITED
        if ended and container.exit_code == 0:
            container.exit_code, container.reason = 1, "Error"
