"""An init container is said to have exited with 0 from its start on; it is started once a container after it was.

The kubelet goes on a second later, and most init containers have ended by then: so it is kept back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faults.kept_back import KeptBack
from faults.lie import Made, State, is_status

if TYPE_CHECKING:
    from faults.lie import Ask


class Lie(KeptBack):
    """It tells so of containers named ``init-…``, and never takes it back."""

    def keeps(self, container: Made) -> bool:
        """Return whether it is one of these."""
        return container.name.startswith("init-")

    async def answer(self, method: str, request: Any, ask: Ask) -> Any:
        """Let an init container end before its Pod's sandbox is stopped."""
        if method == "StopPodSandbox":
            await self.ended(request.pod_sandbox_id, ask)
        return await super().answer(method, request, ask)

    def tell(self, container: Any) -> None:
        """Call it exited."""
        if container.id not in self.told:
            return
        container.state = State.EXITED
        if is_status(container):
            container.exit_code, container.reason = 0, "Completed"
            container.started_at = container.finished_at = container.created_at
