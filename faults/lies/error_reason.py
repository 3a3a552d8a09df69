"""Every container that ended is said to have done so for an error: one that succeeded, one that was out of memory."""

from __future__ import annotations

from typing import Any

from faults.lie import Runtime, State, is_status


class Lie(Runtime):
    """It changes the reason, and no exit code."""

    def tell(self, container: Any) -> None:
        """Give it the reason ``Error``."""
        if is_status(container) and container.state == State.EXITED:
            container.reason = "Error"
