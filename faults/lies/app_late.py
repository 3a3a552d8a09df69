"""An app is said to run from its start on; it is started once another container of its Pod has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faults.kept_back import KeptBack
from faults.lie import LISTS, State, is_status

if TYPE_CHECKING:
    from faults.lie import Ask, Made


class Lie(KeptBack):
    """It keeps back the app ``three`` of Pods that are named after apps that run together."""

    def keeps(self, container: Made) -> bool:
        """Return whether it is that app."""
        return container.name == "three" and "together" in container.pod

    async def answer(self, method: str, request: Any, ask: Ask) -> Any:
        """Start the app when the kubelet hears, or is to hear, that another container of its Pod has ended."""
        if method == "StartContainer" and not self._is_kept(request.container_id):
            return await ask(request)
        response = await super().answer(method, request, ask)
        if method in LISTS:
            for each in [each for each in response.containers if each.state == State.EXITED]:
                await self.start(each.pod_sandbox_id, ask)
        return response

    def tell(self, container: Any) -> None:
        """Call it running before it is."""
        if container.id in self.told and container.state == State.CREATED:
            container.state = State.RUNNING
            if is_status(container):
                container.started_at = container.created_at

    def _is_kept(self, identity: str) -> bool:
        made = self.made.get(identity)
        return made is not None and self.keeps(made)
