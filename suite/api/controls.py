"""Controls of what the API refuses and accepts: what is to be refused becomes legal, and the other way round."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING

from suite.control import Control, containers_of, pods_of

if TYPE_CHECKING:
    from suite.control import Json

GROUPS = ("initContainers", "containers", "ephemeralContainers")
LONGEST_LABEL = 63  # characters
MOST_RULES, MOST_VALUES = 20, 255
FIRST_PORT, FIRST_HOST_PORT = 7000, 17000


def legal_name(objects: list[Json]) -> list[Json]:
    """Give the Pods legal names: DNS labels."""
    for pod in pods_of(objects):
        pod["metadata"]["name"] = _label(pod["metadata"]["name"])
    return objects


def illegal_name(objects: list[Json]) -> list[Json]:
    """Give the first Pod a name with an underscore."""
    pods_of(objects)[0]["metadata"]["name"] = "under_score"
    return objects


def legal_container_names(objects: list[Json]) -> list[Json]:
    """Give containers legal names, each another one in its Pod."""
    for pod in pods_of(objects):
        for number, container in enumerate(_containers(pod)):
            container["name"] = _label(f"c{number}-{container['name']}")
    return objects


def illegal_container_names(objects: list[Json]) -> list[Json]:
    """Give containers names with an underscore."""
    for container in containers_of(objects):
        container["name"] = "under_score"
    return objects


def _label(name: str) -> str:
    return re.sub(r"[^a-z0-9-]", "-", name.lower()).strip("-")[:LONGEST_LABEL].strip("-")


def ports_apart(objects: list[Json]) -> list[Json]:
    """Give the ports of a Pod numbers, and legal names, of their own."""
    for pod in pods_of(objects):
        ports = [port for container in _containers(pod) for port in container.get("ports", [])]
        for number, port in enumerate(ports):
            own = {"name": f"web-{number}", "containerPort": FIRST_PORT + number, "hostPort": FIRST_HOST_PORT + number}
            port |= {field: value for field, value in own.items() if field in port}
    return objects


def host_port_twice(objects: list[Json]) -> list[Json]:
    """Let the containers of a Pod ask for one port of the node, of one address and protocol."""
    for pod in pods_of(objects):
        (first, *_), *others = [container["ports"] for container in _containers(pod)]
        for ports in others:
            ports[:] = [first | {"containerPort": port["containerPort"]} for port in ports]
    return objects


def mounts_as_may_be(objects: list[Json]) -> list[Json]:
    """Let each container mount the volume that is there, at paths of their own, and a part below its root."""
    for pod in pods_of(objects):
        for container in _containers(pod):
            for number, mount in enumerate(container.get("volumeMounts", [])):
                mount |= {"name": pod["spec"]["volumes"][0]["name"], "mountPath": f"/data-{number}", "subPath": "part"}
                mount.pop("subPathExpr", None)
    return objects


def as_sidecars(objects: list[Json]) -> list[Json]:
    """Make sidecars of init containers."""
    for container in containers_of(objects, group="initContainers"):
        container["restartPolicy"] = "Always"
    return objects


def as_init_containers(objects: list[Json]) -> list[Json]:
    """Make plain init containers of sidecars."""
    for container in containers_of(objects, group="initContainers"):
        del container["restartPolicy"]
    return objects


def an_image_alone(objects: list[Json]) -> list[Json]:
    """Ask for another image of the stored Pod's apps, and for no other change."""
    stored, *wanted = pods_of(objects)
    for pod in wanted:
        for group in GROUPS[:2]:
            pod["spec"][group] = copy.deepcopy(stored["spec"][group])
        for container in pod["spec"]["containers"]:
            container["image"] += "-other"
    return objects


def renamed_too(objects: list[Json]) -> list[Json]:
    """Ask for other names of the stored Pod's containers, too."""
    for container in (each for pod in pods_of(objects)[1:] for each in _containers(pod)):
        container["name"] += "-renamed"
    return objects


def rules_within_limits(objects: list[Json]) -> list[Json]:
    """Leave a rule an operator that there is, and as many exit codes as it may list."""
    for codes in _exit_codes(objects):
        codes["operator"] = "In"
        del codes["values"][MOST_VALUES:]
    return objects


def one_more(objects: list[Json]) -> list[Json]:
    """Add one to whatever a Pod has as many of as it may have: rules, or exit codes of a rule."""
    for container in containers_of(objects):
        if len(container["restartPolicyRules"]) == MOST_RULES:
            container["restartPolicyRules"].append(container["restartPolicyRules"][0])
    for codes in _exit_codes(objects):
        if len(codes["values"]) == MOST_VALUES:
            codes["values"].append(MOST_VALUES + 1)
    return objects


def _exit_codes(objects: list[Json]) -> list[Json]:
    return [rule["exitCodes"] for each in containers_of(objects) for rule in each["restartPolicyRules"]]


def none_ephemeral(objects: list[Json]) -> list[Json]:
    """Leave out the ephemeral container of a Pod that is to be created."""
    for pod in pods_of(objects):
        del pod["spec"]["ephemeralContainers"]
    return objects


def ephemeral_untouched(objects: list[Json]) -> list[Json]:
    """Ask for the ephemeral container that the stored Pod has, and no other."""
    _, injected, *wanted = pods_of(objects)
    for pod in wanted:
        pod["spec"]["ephemeralContainers"] = copy.deepcopy(injected["spec"]["ephemeralContainers"])
    return objects


def one_more_ephemeral(objects: list[Json]) -> list[Json]:
    """Ask for one ephemeral container beside that which the stored Pod has, and name as its target an app."""
    pods = pods_of(ephemeral_untouched(objects))
    for pod in pods[2:]:
        [debugger], [app] = pod["spec"]["ephemeralContainers"], pod["spec"]["containers"]
        pod["spec"]["ephemeralContainers"].append(debugger | {"name": "one-more", "targetContainerName": app["name"]})
    return objects


def with_the_hosts_processes(objects: list[Json]) -> list[Json]:
    """Ask for the node's processes."""
    for pod in pods_of(objects):
        pod["spec"]["hostPID"] = True
    return objects


def another_fault(objects: list[Json]) -> list[Json]:
    """Give what the API is asked about another fault: a policy for pulling images that there is not."""
    for container in (each for pod in _asked_about(objects) for each in _containers(pod)):
        container["imagePullPolicy"] = "Whenever"
    return objects


def _asked_about(objects: list[Json]) -> list[Json]:
    """Return the Pods that the API is asked about, without one that is there to be changed."""
    first, *others = pods_of(objects)
    if "schedulingGates" in first["spec"]:
        return [pod for pod in others if pod["metadata"]["name"] != first["metadata"]["name"]]
    return others if any("containers" not in pod["spec"] for pod in others) else [first, *others]


def _containers(pod: Json) -> list[Json]:
    return [each for group in GROUPS for each in pod["spec"].get(group, [])]


def ended_before(objects: list[Json]) -> list[Json]:
    """Let the sidecar, as a plain init container, and the left app end at once."""
    [init], left = containers_of(objects, group="initContainers"), containers_of(objects, "left")
    del init["restartPolicy"]
    for container in (init, *left):
        container["args"] = ["exit", "0"]
    return objects


def the_right_ends(objects: list[Json]) -> list[Json]:
    """Let the right app end at once."""
    for container in containers_of(objects, "right"):
        container["args"] = ["exit", "0"]
    return objects


def the_sidecar_fails_once(objects: list[Json]) -> list[Json]:
    """Let the sidecar fail in its first run."""
    [sidecar] = containers_of(objects, group="initContainers")
    sidecar["args"] = ["attempt", "/turn/runs", "1", "then", *sidecar["args"]]
    sidecar["volumeMounts"].append({"name": "turn", "mountPath": "/turn"})
    pods_of(objects)[0]["spec"]["volumes"].append({"name": "turn", "emptyDir": {}})
    return objects


ANOTHER_FAULT = Control("another-fault", ("other-reason",), another_fault)
A_FAULT = Control("a-fault", ("refused",), another_fault)
LEGAL_NAME = Control("legal-name", ("accepted",), legal_name)
ILLEGAL_NAME = Control("illegal-name", ("refused",), illegal_name)
AS_A_LABEL = Control("as-a-label", ("no-warning",), legal_name)
LEGAL_CONTAINER_NAMES = Control("legal-container-names", ("accepted",), legal_container_names)
ILLEGAL_CONTAINER_NAMES = Control("illegal-container-names", ("refused",), illegal_container_names)
PORTS_APART = Control("ports-apart", ("accepted",), ports_apart)
NO_PORT_TWICE = Control("no-port-twice", ("no-warning",), ports_apart)
HOST_PORT_TWICE = Control("host-port-twice", ("refused",), host_port_twice)
MOUNTS_AS_MAY_BE = Control("mounts-as-may-be", ("accepted",), mounts_as_may_be)
AS_SIDECARS = Control("as-sidecars", ("accepted",), as_sidecars)
AS_INIT_CONTAINERS = Control("as-init-containers", ("refused",), as_init_containers)
AN_IMAGE_ALONE = Control("an-image-alone", ("accepted",), an_image_alone)
RENAMED_TOO = Control("renamed-too", ("refused",), renamed_too)
RULES_WITHIN_LIMITS = Control("rules-within-limits", ("accepted",), rules_within_limits)
ONE_MORE = Control("one-more", ("refused",), one_more)
NONE_EPHEMERAL = Control("none-ephemeral", ("accepted",), none_ephemeral)
EPHEMERAL_UNTOUCHED = Control("ephemeral-untouched", ("accepted",), ephemeral_untouched)
ONE_MORE_EPHEMERAL = Control("one-more-ephemeral", ("accepted",), one_more_ephemeral)
WITH_THE_HOSTS_PROCESSES = Control("with-the-hosts-processes", ("refused",), with_the_hosts_processes)
ENDED_BEFORE = Control("ended-before", ("not-restarted",), ended_before)
THE_RIGHT_ENDS = Control("the-right-ends", ("gone",), the_right_ends)
THE_SIDECAR_FAILS_ONCE = Control("the-sidecar-fails-once", ("another-too",), the_sidecar_fails_once)
