"""A command in a container, of a probe or a hook, is said to have succeeded, and is not run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faults.lie import Runtime

if TYPE_CHECKING:
    from faults.lie import Ask


class Lie(Runtime):
    """It answers ``ExecSync``; a person's ``kubectl exec`` is another call."""

    async def answer(self, method: str, request: Any, ask: Ask) -> Any:
        """Answer that it exited with 0 and printed nothing."""
        return ask.response() if method == "ExecSync" else await super().answer(method, request, ask)
