"""Changes under which probes ask somewhere else, find another answer, or are not there."""

from __future__ import annotations

from itertools import pairwise

from suite.control import Change, Control, Json, containers_of, pods_of

FAILS_WHATEVER_IT_IS_TOLD = """
from http.client import HTTPConnection
app = HTTPConnection("127.0.0.1", 8080)
app.request("GET", "/live")
app.getresponse()
exit(1)
"""

FROM_INSIDE = """
import socket
with socket.create_connection(("127.0.0.1", {port})) as app:
    app.sendall(b"GET /live HTTP/1.0\\r\\n\\r\\n")
    app.recv(1)
exit(open("{runs}").read() == ".")
"""


def ends_by_itself(objects: list[Json]) -> list[Json]:
    """Let the apps that are probed answer well, and end after four seconds."""
    for each in containers_of(objects):
        if "answer-probes" in each["args"]:
            kept = [word for before, word in pairwise(["", *each["args"]]) if "--bad" not in {before, word}]
            each["args"] = " ".join(kept).replace("expect-term", "work 4").split(" ")
    return objects


def neighbour_does_not_look(objects: list[Json]) -> list[Json]:
    """Let the neighbour wait for no run of the app."""
    for each in containers_of(objects, "neighbour"):
        each["args"] = ["expect-term"]
    return objects


def fails_whatever_it_is_told(objects: list[Json]) -> list[Json]:
    """Let the liveness probe be a command that asks, and then fails."""
    for each in containers_of(objects, "failing"):
        each["livenessProbe"].pop("httpGet", None)
        each["livenessProbe"]["exec"] = {"command": ["python3", "-c", FAILS_WHATEVER_IT_IS_TOLD]}
    return objects


def never_serves(objects: list[Json]) -> list[Json]:
    """Let the gRPC probes ask for a service that the server does not know."""
    for each in containers_of(objects, "server"):
        each["args"] = [word for word in each["args"] if not word.startswith("--service")]
    return objects


def told_to_serve(objects: list[Json]) -> list[Json]:
    """Let the server be told that it serves, as it does."""
    for each in containers_of(objects, group="ephemeralContainers"):
        each["args"] = [word.replace("/make-not-serving", "/make-serving") for word in each["args"]]
    return objects


def neighbour_is_probed_too(objects: list[Json]) -> list[Json]:
    """Give the neighbour the server's liveness probe, which fails for both."""
    server, neighbour = containers_of(objects, "server", "neighbour")
    neighbour["livenessProbe"] = server["livenessProbe"] | {"failureThreshold": 1}
    return objects


def without(*probes: str) -> Change:
    """Return a change that takes probes from every app."""

    def change(objects: list[Json]) -> list[Json]:
        for each in containers_of(objects):
            for probe in probes:
                each.pop(probe, None)
        return objects

    return change


def without_a_grace_period_of_its_own(objects: list[Json]) -> list[Json]:
    """Take the grace periods from the probes: the Pod's is left."""
    for each in containers_of(objects):
        for probe in ("livenessProbe", "startupProbe"):
            each.get(probe, {}).pop("terminationGracePeriodSeconds", None)
    return objects


def ends_at_term(objects: list[Json]) -> list[Json]:
    """Let the apps end at TERM, as others do."""
    for each in containers_of(objects, "live", "start"):
        del each["args"][-2:]
    return objects


def grace_of_the_pod_alone(objects: list[Json]) -> list[Json]:
    """Take the grace period from the readiness probe."""
    for each in containers_of(objects):
        del each["readinessProbe"]["terminationGracePeriodSeconds"]
    return objects


def everywhere_at_once(objects: list[Json]) -> list[Json]:
    """Let the apps listen on all addresses in their first runs, too."""
    for each in containers_of(objects):
        each["args"].remove("127.0.0.1")
    return objects


def asked_from_inside(objects: list[Json]) -> list[Json]:
    """Let the liveness probes be commands that ask at 127.0.0.1, and fail in the first run of their app alone."""
    for each in containers_of(objects):
        probe, runs = each["livenessProbe"], each["args"][each["args"].index("--runs") + 1]
        asked = probe.pop("httpGet", None) or probe.pop("tcpSocket")
        probe["exec"] = {"command": ["python3", "-c", FROM_INSIDE.format(port=asked["port"], runs=runs)]}
    return objects


def again_but_not_probed(objects: list[Json]) -> list[Json]:
    """Let the apps end by themselves in their first runs, and take the liveness probes from them."""
    for each in containers_of(objects):
        del each["livenessProbe"]
        each["args"][-1:] = ["attempt", f"/turn/own-{each['name']}", "3", "then", "expect-term"]
    return objects


def accept_removed(objects: list[Json]) -> list[Json]:
    """Give the HTTP probe the header Accept without a value: then the kubelet sends none."""
    for each in containers_of(objects, "over-http"):
        each["livenessProbe"]["httpGet"]["httpHeaders"].append({"name": "Accept", "value": ""})
    return objects


def without_the_host(objects: list[Json]) -> list[Json]:
    """Take the host from the probes."""
    for each in containers_of(objects):
        for probe in each.get("readinessProbe", {}).values():
            if isinstance(probe, dict):
                del probe["host"]
    return objects


def without_the_gate(objects: list[Json]) -> list[Json]:
    """Take the readiness gate from the Pod."""
    for pod in pods_of(objects):
        pod["spec"].pop("readinessGates", None)
    return objects


def another_gate(objects: list[Json]) -> list[Json]:
    """Give the Pod a second readiness gate, which nobody sets."""
    for pod in pods_of(objects):
        if "readinessGates" in pod["spec"]:
            pod["spec"]["readinessGates"].append({"conditionType": "podproof.dev/never"})
    return objects


def published_unready(objects: list[Json]) -> list[Json]:
    """Let the Service have Pods that are not ready, too."""
    for each in objects:
        if each["kind"] == "Service":
            each["spec"]["publishNotReadyAddresses"] = True
    return objects


def never_closed(objects: list[Json]) -> list[Json]:
    """Let all apps answer well, always."""
    for each in containers_of(objects, "one"):
        at = each["args"].index("--bad-with")
        del each["args"][at : at + 2]
    return objects


NEVER_SERVES = Control("never-serves", ("not-started",), never_serves)
TOLD_TO_SERVE = Control("told-to-serve", ("not-restarted",), told_to_serve)
NEIGHBOUR_IS_PROBED_TOO = Control("neighbour-is-probed-too", ("touched",), neighbour_is_probed_too)
ENDS_BY_ITSELF = Control("ends-by-itself", ("not-probed", "not-restarted"), ends_by_itself)
STUBBORN_ENDS_BY_ITSELF = Control("stubborn-ends-by-itself", ("not-probed", "not-killed"), ends_by_itself)
NEIGHBOUR_DOES_NOT_LOOK = Control("neighbour-does-not-look", ("touched",), neighbour_does_not_look)
FAILS_WHATEVER = Control("fails-whatever", ("too-soon",), fails_whatever_it_is_told)
WITHOUT_LIVENESS = Control("without-liveness", ("not-probed-again",), without("livenessProbe"))
WITHOUT_READINESS = Control("without-readiness", ("not-probed-again",), without("readinessProbe"))
WITHOUT_STARTUP = Control("without-startup", ("not-probed", "premature", "started"), without("startupProbe"))
WITHOUT_THE_OTHERS = Control("without-the-others", ("never",), without("livenessProbe", "readinessProbe"))
THE_PODS_GRACE = Control("the-pods-grace", ("not-killed", "touched"), without_a_grace_period_of_its_own)
ENDS_AT_TERM = Control("ends-at-term", ("not-killed", "too-soon"), ends_at_term)
GRACE_OF_THE_POD_ALONE = Control("grace-of-the-pod-alone", ("accepted",), grace_of_the_pod_alone)
EVERYWHERE_AT_ONCE = Control("everywhere-at-once", ("reached", "not-probed"), everywhere_at_once)
ASKED_FROM_INSIDE = Control("asked-from-inside", ("reached", "elsewhere", "from-inside"), asked_from_inside)
HEADERS_FROM_INSIDE = Control("headers-from-inside", ("wrong-host", "wrong-agent"), asked_from_inside)
AGAIN_BUT_NOT_PROBED = Control("again-but-not-probed", ("not-probed",), again_but_not_probed)
ACCEPT_REMOVED = Control("accept-removed", ("header-lost",), accept_removed)
WITHOUT_THE_HOST = Control("without-the-host", ("not-at-node", "asked-inside"), without_the_host)
WITHOUT_THE_GATE = Control("without-the-gate", ("too-early",), without_the_gate)
ANOTHER_GATE = Control("another-gate", ("never-ready",), another_gate)
NEVER_CLOSED = Control("never-closed", ("not-probed", "still-ready"), never_closed)
A_GATE_THAT_NOBODY_SETS = Control("a-gate-that-nobody-sets", ("never-ready",), another_gate)
PUBLISHED_UNREADY = Control("published-unready", ("too-early", "still-ready"), published_unready)
