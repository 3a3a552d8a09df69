"""The modules of the suite, found by their place: what is added is tested without being listed."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from tests.helpers.paths import ROOT

if TYPE_CHECKING:
    from types import ModuleType


def of_every_behaviour(name: str, below: str = "suite") -> list[ModuleType]:
    """Return the module of that name of every behaviour that has one: ``suite/<behaviour>/<name>.py``."""
    found = sorted((ROOT / below).rglob(f"{name}.py"))
    return [importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts)) for path in found]
