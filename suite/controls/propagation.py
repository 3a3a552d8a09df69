"""Controls of what is mounted inside a volume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suite.controls import Control, Json, pods_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def _mounts(objects: list[Json], *containers: str) -> Iterator[Json]:
    """How the apps of these names mount the volume ``data``."""
    for pod in pods_of(objects):
        for each in pod["spec"]["containers"]:
            if each["name"] in containers:
                yield from (mount for mount in each["volumeMounts"] if mount["name"] == "data")


def receiver_isolated(objects: list[Json]) -> list[Json]:
    """Who was to receive mounts receives none."""
    for mount in _mounts(objects, "receiver"):
        mount["mountPropagation"] = "None"
    return objects


def giver_receives_only(objects: list[Json]) -> list[Json]:
    """One of those that were to pass on what they mount receives only."""
    for mount in _mounts(objects, "two"):
        mount["mountPropagation"] = "HostToContainer"
    return objects


def isolated_takes_part(objects: list[Json]) -> list[Json]:
    """Who was to be isolated passes on and receives."""
    for mount in _mounts(objects, "isolated"):
        mount["mountPropagation"] = "Bidirectional"
    return objects


def outermost_only(objects: list[Json]) -> list[Json]:
    """The volume is read-only, and nothing that is mounted inside it."""
    for mount in _mounts(objects, "enabled", "if-possible"):
        mount["recursiveReadOnly"] = "Disabled"
    return objects


def not_read_only(objects: list[Json]) -> list[Json]:
    """The volume is mounted read-write."""
    for mount in _mounts(objects, "reader"):
        del mount["readOnly"], mount["recursiveReadOnly"]
    return objects


RECEIVER_ISOLATED = Control("receiver-isolated", ("not-received",), receiver_isolated)
GIVER_RECEIVES_ONLY = Control("giver-receives-only", ("not-received",), giver_receives_only)
ISOLATED_TAKES_PART = Control("isolated-takes-part", ("received", "passed-on"), isolated_takes_part)
OUTERMOST_ONLY = Control("outermost-only", ("not-enabled", "written"), outermost_only)
NOT_READ_ONLY = Control("not-read-only", ("untold", "written"), not_read_only)
