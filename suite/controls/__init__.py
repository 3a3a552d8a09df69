"""Controls: changes of a stimulus under which a named rule must break, on any healthy cluster.

A stimulus is the list of objects of a manifest (Pods, and what they need). Each control is pure: it is given a copy to
change, and returns the objects to deploy instead. Where it moves a container into another Pod, the scenario finds it
there by its name.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Change = Callable[[list[Json]], list[Json]]


@dataclass(frozen=True)
class Control:
    """A change of the stimulus and the rules that must break under it.

    Attributes:
        name: a stable word, part of the record's file name.
        breaks: the rules that must all fire, in every case of the requirement.
        change: what is done to the objects.
    """

    name: str
    breaks: tuple[str, ...]
    change: Change

    def apply(self, objects: list[Json]) -> list[Json]:
        """The changed stimulus; the given one stays as it is."""
        return self.change(copy.deepcopy(objects))


def pods_of(objects: list[Json]) -> list[Json]:
    """The Pods of a stimulus."""
    return [item for item in objects if item["kind"] == "Pod"]


def moved(objects: list[Json], group: str, names: list[str] | None, role: str) -> list[Json]:
    """Move the containers of a group (all, or those named) out of the first Pod into a second, as its apps."""
    first = pods_of(objects)[0]
    moved = [c for c in first["spec"][group] if names is None or c["name"] in names]
    first["spec"][group] = [c for c in first["spec"][group] if c not in moved]
    second = copy.deepcopy(first)
    second["metadata"]["name"] = role
    second["spec"].pop("initContainers", None)
    second["spec"]["containers"] = moved
    return [first, second]
