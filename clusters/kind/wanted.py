"""The options for kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Wanted:
    """The options for kind; None where nothing was said.

    Attributes:
        name: ``--kind-name``: a cluster that is used if it is there, and then stays.
        config: ``--kind-config``: of a cluster that is made.
        image: ``--kind-image``: of the nodes of a cluster that is made.
        load: ``--load-image``: from Docker to every node, for the containers of the probe.
    """

    name: str | None = None
    config: Path | None = None
    image: str | None = None
    load: str | None = None

    def options(self) -> dict[str, object]:
        """Return the values by their options."""
        return {
            "--kind-name": self.name,
            "--kind-config": self.config,
            "--kind-image": self.image,
            "--load-image": self.load,
        }
