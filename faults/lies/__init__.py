"""Lies that a container runtime tells the kubelet, each in a file of its name."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faults.lie import Runtime


def lie(name: str) -> Runtime:
    """Return the runtime that tells the lie of that name, such as ``init-exited``."""
    made: Runtime = import_module(f"{__name__}.{name.replace('-', '_')}").Lie()
    return made
