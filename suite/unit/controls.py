"""Controls of the Pod as the unit."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from suite.control import Control, containers_of, pods_of

if TYPE_CHECKING:
    from suite.control import Change, Json

EVERY = ("initContainers", "containers")


def _containers(objects: list[Json]) -> list[Json]:
    return [each for group in EVERY for each in containers_of(objects, group=group)]


def requests_as_limits(objects: list[Json]) -> list[Json]:
    """Let every container request as much as its limits are."""
    for container in _containers(objects):
        container["resources"]["requests"] = copy.deepcopy(container["resources"]["limits"])
    return objects


def half_a_request(objects: list[Json]) -> list[Json]:
    """Let the app request less CPU than its limit."""
    for container in containers_of(objects):
        container["resources"]["requests"]["cpu"] = "50m"
    return objects


def nothing_requested(objects: list[Json]) -> list[Json]:
    """Let no container have limits or requests."""
    for container in _containers(objects):
        container.pop("resources", None)
    return objects


def a_request(objects: list[Json]) -> list[Json]:
    """Let the app request some CPU."""
    for container in containers_of(objects):
        container["resources"] = {"requests": {"cpu": "50m"}}
    return objects


ELSEWHERE = "/dev/shm/message"  # noqa: S108 # in a mount of the runtime's in every container
AFTER_IT = """
import subprocess, sys
code = subprocess.call([sys.executable, *sys.argv[1:]])
with open("/dev/termination-log", "r+") as file:
    message = file.read()
    file.seek(0)
    file.truncate()
    file.write({written})
sys.exit(code)
"""


def written_after(written: str) -> Change:
    """Return a change that runs every app below a program, which writes its message anew: an expression of it."""

    def change(objects: list[Json]) -> list[Json]:
        for container in containers_of(objects):
            container["command"] = ["python3", "-c", AFTER_IT.format(written=written), "/probe"]
        return objects

    return change


def left_elsewhere(objects: list[Json]) -> list[Json]:
    """Let every app leave its message in another file than the kubelet looks for."""
    for container in containers_of(objects):
        container["args"].insert(container["args"].index("last-words") + 1, ELSEWHERE)
    return objects


def ends_with(name: str, *arguments: str) -> Change:
    """Return a change that lets a container do no more than that, whether it is an init container or an app."""

    def change(objects: list[Json]) -> list[Json]:
        for container in (each for group in EVERY for each in containers_of(objects, name, group=group)):
            container["args"] = [*arguments]
        return objects

    return change


def without_inits(objects: list[Json]) -> list[Json]:
    """Leave the init container and the sidecar out."""
    for pod in pods_of(objects):
        del pod["spec"]["initContainers"]
    return objects


def another_boot(objects: list[Json]) -> list[Json]:
    """Let the last app read an id that is another one at each look, in the place of the boot's."""
    last = containers_of(objects)[-1]
    last["args"][-1] = "/proc/sys/kernel/random/uuid"
    return objects


def ports_apart(objects: list[Json]) -> list[Json]:
    """Let the Pods that are to want another one's ports ask for others."""
    for pod in pods_of(objects):
        if pod["metadata"]["name"].startswith("taken-"):
            for port in (port for container in containers_of([pod]) for port in container["ports"]):
                port["hostPort"] += 2
    return objects


REQUESTS_AS_LIMITS = Control("requests-as-limits", ("other-class",), requests_as_limits)
HALF_A_REQUEST = Control("half-a-request", ("other-class",), half_a_request)
NOTHING_REQUESTED = Control("nothing-requested", ("other-class",), nothing_requested)
A_REQUEST = Control("a-request", ("other-class",), a_request)
LEFT_ELSEWHERE = Control("left-elsewhere", ("lost",), left_elsewhere)
MANY_LEFT_ELSEWHERE = Control("many-left-elsewhere", ("lost",), left_elsewhere)
ANOTHER_MESSAGE = Control("another-message", ("altered",), written_after("'another'"))
HALF_A_MESSAGE = Control("half-a-message", ("shortened",), written_after("message[: len(message) // 2]"))
NOT_HELD = Control("not-held", ("not-pending", "initialized"), ends_with("init-held", "exit", "0"))
NONE_LIVES_ON = Control("none-lives-on", ("other-phase",), ends_with("other", "exit", "0"))
NEVER_AGAIN = Control("never-again", ("other-phase",), ends_with("again", "attempt", "/turn/runs", "1", "0"))
INIT_FAILS = Control("init-fails", ("no-id",), ends_with("init-held", "exit", "1"))
NEVER_INITIALIZED = Control("never-initialized", ("unset",), ends_with("init-held", "exit", "1"))
WITHOUT_INITS = Control("without-inits", ("out-of-order",), without_inits)
ANOTHER_BOOT = Control("another-boot", ("apart",), another_boot)
NOTHING_ASKED = Control("nothing-asked", ("placed",), nothing_requested)
PORTS_APART = Control("ports-apart", ("shared",), ports_apart)
