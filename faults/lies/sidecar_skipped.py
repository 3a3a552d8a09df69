"""A sidecar is said to run, and is never started."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from faults.lie import Made, Runtime, State, is_status
from faults.own_namespace import SIDECARS

if TYPE_CHECKING:
    from faults.lie import Ask


class Lie(Runtime):
    """It skips those of Pods that are named after what starts first: there all others wait for the sidecar's word.

    The kubelet tells no runtime that a container is a sidecar: it goes by the names. Told to end, one is said to have
    done so.
    """

    def __init__(self) -> None:
        super().__init__()
        self._skipped: set[str] = set()
        self._ended: dict[str, int] = {}

    async def answer(self, method: str, request: Any, ask: Ask) -> Any:
        """Say that a sidecar was started."""
        identity = getattr(request, "container_id", "")
        made = self.made.get(identity)
        if method == "StartContainer" and made is not None and _is_skipped(made):
            self._skipped.add(identity)
            return ask.response()
        if method == "StopContainer" and identity in self._skipped:
            self._ended.setdefault(identity, time.time_ns())
        return await super().answer(method, request, ask)

    def tell(self, container: Any) -> None:
        """Call it running, and exited in the end."""
        if container.id not in self._skipped:
            return
        ended = self._ended.get(container.id)
        container.state = State.EXITED if ended else State.RUNNING
        if is_status(container):
            container.started_at = container.created_at
            if ended:
                container.finished_at, container.exit_code, container.reason = ended, 0, "Completed"


def _is_skipped(container: Made) -> bool:
    return container.name in SIDECARS and "starts-first" in container.pod
