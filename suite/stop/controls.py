"""Controls of stop: other grace periods and deadlines, containers that TERM does not reach, or that end otherwise."""

from __future__ import annotations

from suite.control import Change, Control, Json, containers_of, moved, pods_of

LONG, SHORT = 120, 1  # seconds of grace periods
SOON, LATE = 20, 3600  # seconds of deadlines
HOOK = "lifecycle"

BELOW = """
import subprocess, sys
sys.exit(subprocess.call([sys.executable, *sys.argv[1:]]))
"""
HANDED_ON = """
import signal, subprocess, sys
said = subprocess.Popen([sys.executable, *sys.argv[1:]])
signal.signal(signal.SIGTERM, lambda *_: said.terminate())
said.wait()
sys.exit({code})
"""


def _stopped(objects: list[Json]) -> list[Json]:
    """Return the Pod that is stopped, without the witness."""
    return [pod for pod in pods_of(objects) if pod["metadata"]["name"] == "stopped"]


def _all_of(objects: list[Json]) -> list[Json]:
    """Return the containers of the Pod that is stopped, init containers first."""
    stopped = _stopped(objects)
    return containers_of(stopped, group="initContainers") + containers_of(stopped)


def _with(field: str, value: object) -> Change:
    """Return a change that gives the spec of the Pod that is stopped another value."""

    def change(objects: list[Json]) -> list[Json]:
        for pod in _stopped(objects):
            pod["spec"][field] = value
        return objects

    return change


def _below(program: str) -> Change:
    """Return a change that runs the probe of each container that is stopped below a program."""

    def change(objects: list[Json]) -> list[Json]:
        for container in _all_of(objects):
            container["command"] = ["python3", "-c", program, "/probe"]
        return objects

    return change


def _then(name: str, *verbs: str) -> Change:
    """Return a change that has a container do something else in the place of its last verb."""

    def change(objects: list[Json]) -> list[Json]:
        for container in _all_of(objects):
            if container["name"] == name:
                last = len(container["args"]) - container["args"][::-1].index("then")
                container["args"][last:] = verbs
        return objects

    return change


def _when_told(name: str, *verbs: str) -> Change:
    """Return a change that has a container do something as soon as it is told to end."""

    def change(objects: list[Json]) -> list[Json]:
        for container in _all_of(objects):
            if container["name"] == name:
                after = container["args"].index("expect-term") + 1
                container["args"][after:after] = ["then", *verbs]
        return objects

    return change


def right_in_another_pod(objects: list[Json]) -> list[Json]:
    """Move an app into a Pod of its own, which is not stopped."""
    return [*moved(_stopped(objects), "containers", ["right"], "right"), *objects[1:]]


def hook_ends_at_once(objects: list[Json]) -> list[Json]:
    """Let the hook take no time."""
    for container in containers_of(objects, "hooked"):
        container[HOOK]["preStop"]["httpGet"]["path"] = "/"
    return objects


def the_neighbours_hook(objects: list[Json]) -> list[Json]:
    """Let the hook be the neighbour's."""
    [hooked], [neighbour] = containers_of(objects, "hooked"), containers_of(objects, "neighbour")
    neighbour[HOOK] = hooked.pop(HOOK)
    neighbour[HOOK]["preStop"]["httpGet"]["port"] = int(neighbour["args"][neighbour["args"].index("serve-hooks") + 1])
    return objects


def published_not_ready(objects: list[Json]) -> list[Json]:
    """Let the Service have endpoints that are not ready called ready."""
    for service in (each for each in objects if each["kind"] == "Service"):
        service["spec"]["publishNotReadyAddresses"] = True
    return objects


def _ready_without(file: str) -> Change:
    """Return a change that has the readiness probe look for the absence of another file."""

    def change(objects: list[Json]) -> list[Json]:
        for container in containers_of(objects, "server"):
            command = container["readinessProbe"]["exec"]["command"]
            command[-1] = command[-1].replace("/turn/unready", file)
        return objects

    return change


def never_ready(objects: list[Json]) -> list[Json]:
    """Let the Pod never be ready, and be called so all the same until it terminates."""
    return _ready_without("/probe")(published_not_ready(objects))


def left_behind(objects: list[Json]) -> list[Json]:
    """Let an init container make the objects before the app looks for them."""
    for pod in _stopped(objects):
        before = {**pod["spec"]["containers"][0], "name": "before", "args": ["make-objects", "all", "kept"]}
        pod["spec"]["initContainers"] = [before]
    return objects


def sidecars_as_apps(objects: list[Json]) -> list[Json]:
    """Run the sidecars as apps."""
    for pod in _stopped(objects):
        sidecars = pod["spec"].pop("initContainers")
        for each in sidecars:
            del each["restartPolicy"]
        pod["spec"]["containers"] += sidecars
    return objects


def sidecars_swapped(objects: list[Json]) -> list[Json]:
    """Name the sidecars in the other order."""
    for pod in _stopped(objects):
        pod["spec"]["initContainers"].reverse()
    return objects


def signals_in_turn(objects: list[Json]) -> list[Json]:
    """Give each container the stop signal of the next one, or none where that has none."""
    containers = _all_of(objects)
    hooks = [container.pop(HOOK, None) for container in containers]
    for container, hook in zip(containers, [*hooks[1:], hooks[0]], strict=True):
        if hook:
            container[HOOK] = hook
    return objects


PERIOD, DEADLINE = "terminationGracePeriodSeconds", "activeDeadlineSeconds"
A_SHORTER_PERIOD = Control("a-shorter-period", ("early",), _with(PERIOD, SHORT))
A_LONGER_PERIOD = Control("a-longer-period", ("not-killed",), _with(PERIOD, LONG))
A_LONGER_PERIOD_BEFORE_SIDECARS = Control(
    "a-longer-period-before-sidecars", ("not-killed", "not-told"), _with(PERIOD, LONG)
)
BELOW_A_PROGRAM = Control("below-a-program", ("not-told",), _below(BELOW))
RIGHT_IN_ANOTHER_POD = Control("right-in-another-pod", ("not-told", "not-killed"), right_in_another_pod)
SIGNALS_IN_TURN = Control("signals-in-turn", ("other-signal",), signals_in_turn)
HOOK_ENDS_AT_ONCE = Control("hook-ends-at-once", ("early",), hook_ends_at_once)
THE_NEIGHBOURS_HOOK = Control("the-neighbours-hook", ("delayed",), the_neighbours_hook)
PUBLISHED_NOT_READY = Control("published-not-ready", ("ready",), published_not_ready)
NEVER_READY = Control("never-ready", ("not-serving",), never_ready)
EVER_READY = Control("ever-ready", ("still-serving",), _ready_without("/turn/elsewhere"))
LEFT_BEHIND = Control("left-behind", ("leaked",), left_behind)
SIDECARS_AS_APPS = Control("sidecars-as-apps", ("early",), sidecars_as_apps)
SIDECARS_THAT_STAY = Control("sidecars-that-stay", ("not-told",), sidecars_as_apps)
SIDECARS_SWAPPED = Control("sidecars-swapped", ("order",), sidecars_swapped)
SIDECARS_TOLD_TOO_SOON = Control("sidecars-told-too-soon", ("overlap",), sidecars_swapped)
NO_PERIOD = Control("no-period", ("not-terminal",), _with(PERIOD, 0))
SUCCESS_TOLD_AS_FAILURE = Control("success-told-as-failure", ("wrong-phase",), _below(HANDED_ON.format(code=7)))
FAILURE_TOLD_AS_SUCCESS = Control("failure-told-as-success", ("wrong-phase",), _below(HANDED_ON.format(code=0)))
A_SIDECAR_AS_AN_APP = Control("a-sidecar-as-an-app", ("wrong-phase",), sidecars_as_apps)
A_LATER_DEADLINE = Control("a-later-deadline", ("not-failed", "not-killed"), _with(DEADLINE, LATE))
AN_EARLIER_DEADLINE = Control("an-earlier-deadline", ("early",), _with(DEADLINE, SOON))
REMOVED_WHEN_TOLD = Control("removed-when-told", ("unreadable",), _when_told("reader", "remove", "/scratch/kept"))
CHANGED_WHEN_TOLD = Control("changed-when-told", ("changed",), _when_told("reader", "write", "/scratch/kept"))
ENDS_WHEN_TOLD = Control("ends-when-told", ("cut-short",), _when_told("reader", "exit", "0"))
ENDS_BY_ITSELF = Control("ends-by-itself", ("restarted",), _then("obeys", "work", "1"))
SUCCEEDS_BY_ITSELF = Control("succeeds-by-itself", ("started",), _then("deaf", "work", "1"))
FAILS_BY_ITSELF = Control("fails-by-itself", ("other-reason",), _then("deaf", "exit", "1"))
