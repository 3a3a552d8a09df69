"""Controls of a Pod's sysctls."""

from __future__ import annotations

import copy

from suite.control import Control, Json, pods_of


def without_sysctls(objects: list[Json]) -> list[Json]:
    """Remove all sysctls."""
    for pod in pods_of(objects):
        pod["spec"]["securityContext"].pop("sysctls", None)
    return objects


def the_stranger_too(objects: list[Json]) -> list[Json]:
    """Give the second Pod the sysctls of the first."""
    first, second = pods_of(objects)
    second["spec"]["securityContext"]["sysctls"] = copy.deepcopy(first["spec"]["securityContext"]["sysctls"])
    return objects


WITHOUT_SYSCTLS = Control("without-sysctls", ("differs",), without_sysctls)
THE_STRANGER_TOO = Control("the-stranger-too", ("leaked",), the_stranger_too)
