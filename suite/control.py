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
        """Return the changed stimulus; the given one stays as it is."""
        return self.change(copy.deepcopy(objects))


def pods_of(objects: list[Json]) -> list[Json]:
    """Return the Pods of a stimulus."""
    return [item for item in objects if item["kind"] == "Pod"]


def containers_of(objects: list[Json], *names: str, group: str = "containers") -> list[Json]:
    """Return the containers of a group, apps by default: those of these names, or all."""
    found = (each for pod in pods_of(objects) for each in pod["spec"].get(group, []))
    return [each for each in found if not names or each["name"] in names]


def mounts_of(objects: list[Json], volume: str, *names: str) -> list[Json]:
    """Return the mounts of a volume in the apps of these names, or in all apps."""
    found = (mount for container in containers_of(objects, *names) for mount in container["volumeMounts"])
    return [mount for mount in found if mount["name"] == volume]


def without_mount(volume: str, *names: str) -> Change:
    """Return a change that takes the mount of a volume from the apps of these names."""

    def change(objects: list[Json]) -> list[Json]:
        for container in containers_of(objects, *names):
            container["volumeMounts"] = [mount for mount in container["volumeMounts"] if mount["name"] != volume]
        return objects

    return change


def mounted_read_only(volume: str, *names: str) -> Change:
    """Return a change that has a volume read-only in the containers of these names, init containers or apps."""

    def change(objects: list[Json]) -> list[Json]:
        containers = containers_of(objects, *names) + containers_of(objects, *names, group="initContainers")
        for mount in (mount for container in containers for mount in container["volumeMounts"]):
            if mount["name"] == volume:
                mount["readOnly"] = True
        return objects

    return change


def volumes_of(objects: list[Json]) -> list[Json]:
    """Return the volumes of all Pods."""
    return [volume for pod in pods_of(objects) for volume in pod["spec"]["volumes"]]


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


def in_another_pod(app: str) -> Change:
    """Return a change that moves an app into a Pod of its own, named after the app."""
    return lambda objects: moved(objects, "containers", [app], app)


def without_waits(arguments: list[str], file: str = "") -> list[str]:
    """Return the chained verbs without the reads of what another container writes, or of that file alone."""
    verbs = [verb.split("\n") for verb in "\n".join(arguments).split("\nthen\n")]
    return "\nthen\n".join("\n".join(verb) for verb in verbs if verb[0] != "read" or file not in {"", verb[1]}).split(
        "\n"
    )


def apart(app: str) -> Change:
    """Return a change that moves an app into a Pod of its own, and removes all waits for what cannot be seen there."""

    def change(objects: list[Json]) -> list[Json]:
        pods = moved(objects, "containers", [app], app)
        for pod in pods:
            for container in pod["spec"].get("initContainers", []) + pod["spec"]["containers"]:
                container["args"] = without_waits(container["args"])
        return pods

    return change
