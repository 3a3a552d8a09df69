"""Controls of who sees whose processes: isolation and sharing are each other's."""

from __future__ import annotations

import copy

from suite.control import Control, Json, moved, pods_of

REFUSED = ("ports", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "resources", "restartPolicy")


def one_process_namespace(objects: list[Json]) -> list[Json]:
    """Let the Pod's containers share their processes."""
    for pod in pods_of(objects):
        pod["spec"]["shareProcessNamespace"] = True
    return objects


def process_namespaces_of_their_own(objects: list[Json]) -> list[Json]:
    """Give each container a PID namespace of its own, the default."""
    for pod in pods_of(objects):
        del pod["spec"]["shareProcessNamespace"]
    return objects


def without_the_hosts_processes(objects: list[Json]) -> list[Json]:
    """Remove hostPID."""
    for pod in pods_of(objects):
        pod["spec"].pop("hostPID", None)
    return objects


def a_namespace_of_the_pods(objects: list[Json]) -> list[Json]:
    """Let the Pod that asks for the node's processes share its own among its containers instead."""
    for pod in pods_of(objects):
        if pod["spec"].pop("hostPID", None):
            pod["spec"]["shareProcessNamespace"] = True
    return objects


def app_in_another_pod(objects: list[Json]) -> list[Json]:
    """Run the ephemeral container's neighbour in a Pod of its own, on the same node."""
    pod, ephemeral = objects
    first, second = moved([pod], "containers", ["app"], "app")
    return [first, second, ephemeral]


def without_a_target(objects: list[Json]) -> list[Json]:
    """Remove the target of the ephemeral container."""
    for container in objects[-1]["spec"]["ephemeralContainers"]:
        del container["targetContainerName"]
    return objects


def ephemeral_as_app(objects: list[Json]) -> list[Json]:
    """Run the ephemeral container as an app, and inject another one in its place."""
    pod, ephemeral = objects
    container = ephemeral["spec"]["ephemeralContainers"][0]
    pod["spec"]["containers"].append(copy.deepcopy(container))
    container["name"] = "other"
    return objects


def ephemeral_as_may_be(objects: list[Json]) -> list[Json]:
    """Remove all that an ephemeral container may not have."""
    for container in objects[-1]["spec"]["ephemeralContainers"]:
        for field in REFUSED:
            container.pop(field, None)
        for mount in container["volumeMounts"]:
            mount.pop("subPath", None)
    return objects


def signalled_by_another(objects: list[Json]) -> list[Json]:
    """Let another app signal the left one, before the right one does."""
    for pod in pods_of(objects):
        right = pod["spec"]["containers"][-1]
        at = right["args"].index("signal")
        another = copy.deepcopy(right)
        sent = ["read", "/turn/right-looked", "--within", "30", "then", *right["args"][at : at + 4]]
        another |= {"name": "another", "args": [*sent, "then", "write", "/turn/another-sent"]}
        right["args"][at:at] = ["read", "/turn/another-sent", "--within", "5", "then"]
        pod["spec"]["containers"].append(another)
    return objects


def written_again(objects: list[Json]) -> list[Json]:
    """Let the left app write its file a second time: with another content."""
    for pod in pods_of(objects):
        left = pod["spec"]["containers"][0]
        left["args"][:0] = [*left["args"][:2], "then"]
    return objects


ONE_PROCESS_NAMESPACE = Control("one-process-namespace", ("seen",), one_process_namespace)
NEIGHBOURS_HIDDEN = Control("neighbours-hidden", ("unseen", "first"), process_namespaces_of_their_own)
SIGNALLED_IN_VAIN = Control("signalled-in-vain", ("not-sent", "not-received"), process_namespaces_of_their_own)
SIGNALLED_BY_ANOTHER = Control("signalled-by-another", ("other-sender",), signalled_by_another)
WRITTEN_AGAIN = Control("written-again", ("altered",), written_again)
ROOTS_HIDDEN = Control("roots-hidden", ("not-read",), process_namespaces_of_their_own)
NOBODY_REAPS = Control("nobody-reaps", ("not-reaped",), process_namespaces_of_their_own)
HOST_HIDDEN = Control("host-hidden", ("unseen", "first"), without_the_hosts_processes)
A_NAMESPACE_OF_THE_PODS = Control("a-namespace-of-the-pods", ("unseen", "not-the-nodes"), a_namespace_of_the_pods)
SHARED_WITHOUT_HOST = Control("shared-without-host", ("accepted",), without_the_hosts_processes)
APP_OUT_OF_REACH = Control("app-out-of-reach", ("not-reached",), app_in_another_pod)
QUEUE_OUT_OF_REACH = Control("queue-out-of-reach", ("no-queue", "lost"), app_in_another_pod)
WITHOUT_A_TARGET = Control("without-a-target", ("unseen",), without_a_target)
EPHEMERAL_AS_APP = Control("ephemeral-as-app", ("restarted",), ephemeral_as_app)
EPHEMERAL_AS_MAY_BE = Control("ephemeral-as-may-be", ("accepted",), ephemeral_as_may_be)
