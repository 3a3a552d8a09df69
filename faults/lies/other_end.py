"""A container that failed is said to have ended otherwise: with the next exit code, or by SIGABRT, not SIGSEGV."""

from __future__ import annotations

from typing import Any

from faults.lie import Runtime, State, is_status

SIGNALLED = 128
OTHERWISE = {SIGNALLED + 11: SIGNALLED + 6}


class Lie(Runtime):
    """It tells so of all but those that succeeded, or that KILL or TERM ended: these the kubelet sent itself."""

    def tell(self, container: Any) -> None:
        """Change its exit code."""
        if is_status(container) and container.state == State.EXITED:
            code = container.exit_code
            container.exit_code = code + 1 if 0 < code < SIGNALLED - 1 else OTHERWISE.get(code, code)
