"""Controls of who sees whose processes: isolation and sharing are each other's."""

from __future__ import annotations

from suite.controls import Control, Json, pods_of


def one_process_namespace(objects: list[Json]) -> list[Json]:
    """The Pod's containers share their processes."""
    for pod in pods_of(objects):
        pod["spec"]["shareProcessNamespace"] = True
    return objects


def process_namespaces_of_their_own(objects: list[Json]) -> list[Json]:
    """The Pod's containers have a PID namespace each, as by default."""
    for pod in pods_of(objects):
        del pod["spec"]["shareProcessNamespace"]
    return objects


ONE_PROCESS_NAMESPACE = Control("one-process-namespace", ("seen", "not-first"), one_process_namespace)
NEIGHBOURS_HIDDEN = Control("neighbours-hidden", ("unseen", "first"), process_namespaces_of_their_own)
SIGNALLED_IN_VAIN = Control("signalled-in-vain", ("not-sent", "not-received"), process_namespaces_of_their_own)
ROOTS_HIDDEN = Control("roots-hidden", ("not-read",), process_namespaces_of_their_own)
NOBODY_REAPS = Control("nobody-reaps", ("not-reaped",), process_namespaces_of_their_own)
