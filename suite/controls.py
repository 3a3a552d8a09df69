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


def consumer_in_another_pod(objects: list[Json]) -> list[Json]:
    """The consumer runs in a Pod of its own, on the same node."""
    return _moved(objects, "containers", ["consumer"], "consumer")


def observer_in_the_same_pod(objects: list[Json]) -> list[Json]:
    """The observer runs beside the owner."""
    owner, observer = objects
    owner["spec"]["containers"] += observer["spec"]["containers"]
    return [owner]


def without_init_containers(objects: list[Json]) -> list[Json]:
    """Nothing prepares anything."""
    for pod in _pods(objects):
        del pod["spec"]["initContainers"]
    return objects


def legal_name(objects: list[Json]) -> list[Json]:
    """The same Pod with a name that is a DNS subdomain."""
    for pod in _pods(objects):
        pod["metadata"]["name"] = pod["metadata"]["name"].replace("_", "-")
    return objects


def inits_as_apps(objects: list[Json]) -> list[Json]:
    """The init containers run as app containers, long enough to meet."""
    for pod in _pods(objects):
        inits = pod["spec"].pop("initContainers")
        for container in inits:
            container["args"] = ["10" if argument == "0.5" else argument for argument in container["args"]]
        pod["spec"]["containers"] = inits + pod["spec"]["containers"]
    return objects


def init_succeeds(objects: list[Json]) -> list[Json]:
    """The init container that was to fail exits with 0."""
    for pod in _pods(objects):
        pod["spec"]["initContainers"][0]["args"] = ["exit", "0"]
    return objects


def inits_in_another_pod(objects: list[Json]) -> list[Json]:
    """The init containers run in a Pod of their own, on the same node, with volumes of its own."""
    return _moved(objects, "initContainers", None, "prepare")


def written_before(objects: list[Json]) -> list[Json]:
    """Another init container, before the first, leaves a file in the volume."""
    for pod in _pods(objects):
        inits = pod["spec"]["initContainers"]
        early = copy.deepcopy(inits[0])
        early |= {"name": "early", "args": ["write", "/data/early"]}
        pod["spec"]["initContainers"] = [early, *inits]
    return objects


def a_volume_of_its_own(objects: list[Json]) -> list[Json]:
    """The last app container mounts an emptyDir of its own at the same path."""
    for pod in _pods(objects):
        for mount in pod["spec"]["containers"][-1]["volumeMounts"]:
            if mount["name"] == "data":
                mount["name"] = "own"
        pod["spec"]["volumes"].append({"name": "own", "emptyDir": {}})
    return objects


def neighbour_removes(objects: list[Json]) -> list[Json]:
    """The neighbour removes the file that it has read, before the writer crashes."""
    for pod in _pods(objects):
        arguments = next(c["args"] for c in pod["spec"]["containers"] if c["name"] == "neighbour")
        read = arguments.index("then")
        arguments[read:read] = ["then", "remove", arguments[1]]
    return objects


def persistent_volume(objects: list[Json]) -> list[Json]:
    """The volume is a PersistentVolume, claimed beside the Pod: what the article advises to keep data."""
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "podproof-static",
            "resources": {"requests": {"storage": "1Mi"}},
        },
    }
    for pod in _pods(objects):
        for volume in pod["spec"]["volumes"]:
            if volume["name"] == "data":
                del volume["emptyDir"]
                volume["persistentVolumeClaim"] = {"claimName": "data"}
    return [claim, *objects]


def client_in_another_pod(objects: list[Json]) -> list[Json]:
    """The client runs in a Pod of its own, with a localhost of its own."""
    return _moved(objects, "containers", ["client"], "client")


def right_in_another_pod(objects: list[Json]) -> list[Json]:
    """One of the apps runs in a Pod of its own, with addresses of its own."""
    return _moved(objects, "containers", ["right"], "right")


def reused_port(objects: list[Json]) -> list[Json]:
    """Whoever binds a port lets others of its user bind it too."""
    for pod in _pods(objects):
        for container in pod["spec"]["containers"]:
            arguments = container["args"]
            container["args"] = [word for a in arguments for word in ([a, "--reuse-port"] if a == "bind" else [a])]
    return objects


def second_on_loopback(objects: list[Json]) -> list[Json]:
    """The second container listens on loopback only."""
    return _listening(objects, "second", "$(ANY)", "127.0.0.1")


def listener_on_every_address(objects: list[Json]) -> list[Json]:
    """The listener listens on all addresses, at both of its ports."""
    return _listening(objects, "listener", "127.0.0.1", "0.0.0.0")  # noqa: S104 # that is what is to be found


def _listening(objects: list[Json], name: str, before: str, after: str) -> list[Json]:
    """The container of that name listens on another address than before."""
    for pod in _pods(objects):
        for container in pod["spec"]["containers"]:
            if container["name"] == name:
                container["args"] = [after if argument == before else argument for argument in container["args"]]
    return objects


def _pods(objects: list[Json]) -> list[Json]:
    return [item for item in objects if item["kind"] == "Pod"]


def _moved(objects: list[Json], group: str, names: list[str] | None, role: str) -> list[Json]:
    """Move the containers of a group (all, or those named) out of the first Pod into a second, as its apps."""
    first = _pods(objects)[0]
    moved = [c for c in first["spec"][group] if names is None or c["name"] in names]
    first["spec"][group] = [c for c in first["spec"][group] if c not in moved]
    second = copy.deepcopy(first)
    second["metadata"]["name"] = role
    second["spec"].pop("initContainers", None)
    second["spec"]["containers"] = moved
    return [first, second]


CONSUMER_IN_ANOTHER_POD = Control("consumer-in-another-pod", ("no-queue", "lost"), consumer_in_another_pod)
OBSERVER_IN_THE_SAME_POD = Control("observer-in-the-same-pod", ("leaked",), observer_in_the_same_pod)
WITHOUT_INIT_CONTAINERS = Control("without-init-containers", ("no-queue",), without_init_containers)
LEGAL_NAME = Control("legal-name", ("accepted",), legal_name)
INITS_AS_APPS = Control("inits-as-apps", ("order", "overlap"), inits_as_apps)
RETRIED_AS_APPS = Control("retried-as-apps", ("order", "overlap"), inits_as_apps)
INIT_SUCCEEDS = Control("init-succeeds", ("succeeded", "not-failed", "went-on"), init_succeeds)
INITS_IN_ANOTHER_POD = Control("inits-in-another-pod", ("not-found",), inits_in_another_pod)
WRITTEN_BEFORE = Control("written-before", ("not-empty",), written_before)
A_VOLUME_OF_ITS_OWN = Control("a-volume-of-its-own", ("not-read",), a_volume_of_its_own)
NEIGHBOUR_REMOVES = Control("neighbour-removes", ("lost", "altered"), neighbour_removes)
PERSISTENT_VOLUME = Control("persistent-volume", ("survived",), persistent_volume)
CLIENT_IN_ANOTHER_POD = Control("client-in-another-pod", ("not-reached",), client_in_another_pod)
RIGHT_IN_ANOTHER_POD = Control("right-in-another-pod", ("differs",), right_in_another_pod)
REUSED_PORT = Control("reused-port", ("bound-twice",), reused_port)
SECOND_ON_LOOPBACK = Control("second-on-loopback", ("not-reached",), second_on_loopback)
LISTENER_ON_EVERY_ADDRESS = Control("listener-on-every-address", ("reached",), listener_on_every_address)
