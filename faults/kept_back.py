"""A lie about containers that are kept back: they are said to be started, and are so after others of their Pod."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faults.lie import Made, Runtime, until_ended

if TYPE_CHECKING:
    from collections.abc import Iterable

    from faults.lie import Ask

SECONDS = 20
"""A container that was kept back has so long to end after its Pod: the kubelet would have it killed at once."""


class KeptBack(Runtime):
    """It keeps back what ``keeps`` names, until another container of the Pod is started.

    Attributes:
        told: those that were kept back, whether they are started by now or not, by their ids.
    """

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[str, Made] = {}
        self._waiting: dict[str, Made] = {}

    def keeps(self, container: Made) -> bool:
        """Return whether a container is kept back."""
        raise NotImplementedError

    async def answer(self, method: str, request: Any, ask: Ask) -> Any:
        """Say that what is kept back was started; start it when another one was."""
        made = self.made.get(request.container_id) if method == "StartContainer" else None
        if made is None:
            return await super().answer(method, request, ask)
        if self.keeps(made):
            self.told[made.id] = self._waiting[made.id] = made
            return ask.response()
        response = await ask(request)
        await self.start(made.sandbox, ask)
        return response

    async def start(self, sandbox: str, ask: Ask) -> None:
        """Start what was kept back of a Pod."""
        for each in _of(sandbox, self._waiting.values()):
            del self._waiting[each.id]
            await ask.other("StartContainer", container_id=each.id)

    async def ended(self, sandbox: str, ask: Ask) -> None:
        """Wait for the end of what was kept back of a Pod, and started."""
        for each in _of(sandbox, self.told.values()):
            await until_ended(each.id, ask, SECONDS)


def _of(sandbox: str, containers: Iterable[Made]) -> list[Made]:
    return [each for each in containers if each.sandbox == sandbox]
