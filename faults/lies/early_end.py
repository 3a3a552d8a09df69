"""Every end of a container is dated eight seconds earlier than it was: the kubelet counts its delays from there."""

from __future__ import annotations

from typing import Any

from faults.lie import Runtime, State, is_status

EARLIER = 8_000_000_000
"""By how much, ns: of the delay of 10 s before a second restart, the least of any node, 1 s, is left."""


class Lie(Runtime):
    """It changes no start: an end may come before it."""

    def tell(self, container: Any) -> None:
        """Give its end an earlier time."""
        if is_status(container) and container.state == State.EXITED:
            container.finished_at -= EARLIER
