"""What texts of runs have in common, whatever their figures and names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

AROUND = ".,:;()'\""
"""What may stand around a word."""


def without_figures(line: str) -> str:
    """Return the line with ``#`` for every word that has a figure: times, addresses and names differ between runs."""
    return re.sub(r"\S*\d\S*", "#", line)


def cause(reason: str, names: Collection[str]) -> str:
    """Return the words of a reason without figures and names, sorted, each once.

    Two scenarios in trouble of one cause have the same: a reason tells it once for each of its Pods or containers, of
    which another scenario has others, and more.

    Args:
        reason: why a scenario is in trouble.
        names: of its Pods, containers and other objects.
    """
    words = {word.strip(AROUND) for word in without_figures(reason).split()}
    return " ".join(sorted(words - {*names, ""}))
