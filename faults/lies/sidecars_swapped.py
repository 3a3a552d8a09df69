"""Where a Pod's last sidecar is to be stopped, its first one is, and so on: they end in the order of their starts.

Which one is stopped when is the kubelet's to say, by its calls; whom a call stops is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faults.own_namespace import SIDECARS
from faults.stopping import Stopping

if TYPE_CHECKING:
    from faults.lie import Ask, Made


class Lie(Stopping):
    """It knows sidecars by their names."""

    async def stop(self, container: Made, request: Any, ask: Ask) -> Any:
        """Stop the sidecar that was made as many others before the last as this one was after the first."""
        if container.name in SIDECARS:
            sidecars = self.sidecars_beside(container)
            request.container_id = sidecars[-1 - sidecars.index(container)].id
        return await ask(request)
