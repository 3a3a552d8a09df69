"""Controls of what is mounted inside a volume."""

from __future__ import annotations

from suite.control import Control, Json, containers_of, mounts_of


def receiver_isolated(objects: list[Json]) -> list[Json]:
    """Isolate the receiver."""
    for mount in mounts_of(objects, "data", "receiver"):
        mount["mountPropagation"] = "None"
    return objects


def giver_receives_only(objects: list[Json]) -> list[Json]:
    """Let one of the givers receive only."""
    for mount in mounts_of(objects, "data", "two"):
        mount["mountPropagation"] = "HostToContainer"
    return objects


def isolated_takes_part(objects: list[Json]) -> list[Json]:
    """Let the isolated container pass on and receive."""
    for mount in mounts_of(objects, "data", "isolated"):
        mount["mountPropagation"] = "Bidirectional"
    return objects


def outermost_only(objects: list[Json]) -> list[Json]:
    """Make the volume read-only, and no mount inside it."""
    for mount in mounts_of(objects, "data", "enabled", "if-possible"):
        mount["recursiveReadOnly"] = "Disabled"
    return objects


def one_outermost_only(objects: list[Json]) -> list[Json]:
    """Make the volume read-only, and no mount inside it, for the container that asked for it if possible."""
    for mount in mounts_of(objects, "data", "if-possible"):
        mount["recursiveReadOnly"] = "Disabled"
    return objects


def receiver_passes_on(objects: list[Json]) -> list[Json]:
    """Let the receiver pass on what it mounts."""
    for mount in mounts_of(objects, "data", "receiver"):
        mount["mountPropagation"] = "Bidirectional"
    return objects


def left_below(objects: list[Json]) -> list[Json]:
    """Let the first giver write, once it has unmounted, a file into the folder that lay below."""
    for one in containers_of(objects, "one"):
        place = one["args"].index("unmount") + 2
        one["args"][place:place] = ["then", "write", "/data/of-one/below"]
    return objects


def not_read_only(objects: list[Json]) -> list[Json]:
    """Mount the volume read-write where it was to be recursively read-only if possible."""
    for mount in mounts_of(objects, "data", "reader", "if-possible"):
        del mount["readOnly"], mount["recursiveReadOnly"]
    return objects


RECEIVER_ISOLATED = Control("receiver-isolated", ("not-received",), receiver_isolated)
GIVER_RECEIVES_ONLY = Control("giver-receives-only", ("not-received",), giver_receives_only)
ISOLATED_TAKES_PART = Control("isolated-takes-part", ("received", "passed-on"), isolated_takes_part)
OUTERMOST_ONLY = Control("outermost-only", ("not-enabled", "written"), outermost_only)
ONE_OUTERMOST_ONLY = Control("one-outermost-only", ("not-enabled", "written"), one_outermost_only)
RECEIVER_PASSES_ON = Control("receiver-passes-on", ("passed-on",), receiver_passes_on)
LEFT_BELOW = Control("left-below", ("still-there",), left_below)
NOT_READ_ONLY = Control("not-read-only", ("untold", "written"), not_read_only)
