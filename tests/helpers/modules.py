"""The modules of the suite, found by path: new ones are tested without being listed."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from tests.helpers.paths import ROOT

if TYPE_CHECKING:
    from types import ModuleType


def of_every_behaviour(name: str, below: str = "suite") -> list[ModuleType]:
    """Return all modules ``suite/<behaviour>/<name>.py`` of a name."""
    found = sorted((ROOT / below).rglob(f"{name}.py"))
    return [importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts)) for path in found]
