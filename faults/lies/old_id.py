"""A container that runs again keeps the id of its run before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faults.lie import LISTS, Runtime

if TYPE_CHECKING:
    from faults.lie import Ask


class Lie(Runtime):
    """It gives the new container the old one's id, and says no more of the old one."""

    def __init__(self) -> None:
        super().__init__()
        self._first: dict[tuple[str, str], str] = {}
        self._real: dict[str, str] = {}
        self._gone: set[str] = set()

    async def answer(self, method: str, request: Any, ask: Ask) -> Any:
        """Ask for the new container where the old one is named, and answer with the old one's id."""
        if hasattr(request, "container_id"):
            request.container_id = self._real.get(request.container_id, request.container_id)
        response = await super().answer(method, request, ask)
        if method == "CreateContainer":
            place = request.pod_sandbox_id, request.config.metadata.name
            old = self._first.setdefault(place, response.container_id)
            if old != response.container_id:
                self._gone.add(self._real.get(old, old))
                self._real[old] = response.container_id
            response.container_id = old
        return response

    def tell(self, container: Any) -> None:
        """Call the new container by the old one's id."""
        container.id = self._old(container.id)

    def retell(self, method: str, response: Any, wanted: int | None) -> None:
        """Leave the old ones out of lists."""
        for container in list(response.containers) if method in LISTS else []:
            if container.id in self._gone:
                response.containers.remove(container)
        super().retell(method, response, wanted)

    def _old(self, identity: str) -> str:
        return next((old for old, real in self._real.items() if real == identity), identity)
