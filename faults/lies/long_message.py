"""Every container that ended is said to have done so with a long message of the runtime's own."""

from __future__ import annotations

from typing import Any

from faults.lie import Runtime, State, is_status

LENGTH = 20000  # bytes: more than all containers of a Pod may leave together


class Lie(Runtime):
    """It changes the message, and nothing else."""

    def tell(self, container: Any) -> None:
        """Give it that message."""
        if is_status(container) and container.state == State.EXITED:
            container.message = "x" * LENGTH
