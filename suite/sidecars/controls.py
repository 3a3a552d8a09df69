"""Controls of sidecars: they are apps, end, hold nothing, gate nothing, or are always ready."""

from __future__ import annotations

from suite.control import Change, Control, Json, containers_of, pods_of

SAID = ("write", "/turn/there")  # the word of a sidecar, which others wait for
LONG = "60"  # seconds, after which a gate that holds nobody opens: nobody waits for that


def _sidecars(objects: list[Json], *names: str) -> list[Json]:
    inits = containers_of(objects, *names, group="initContainers")
    return [each for each in inits if each.get("restartPolicy") == "Always"]


def _with(container: str, *arguments: str) -> Change:
    """Return a change that gives a container other arguments."""

    def change(objects: list[Json]) -> list[Json]:
        for group in ("initContainers", "containers"):
            for each in containers_of(objects, container, group=group):
                each["args"] = list(arguments)
        return objects

    return change


def sidecars_as_apps(objects: list[Json]) -> list[Json]:
    """Run the sidecars as apps; no init container waits for them."""
    for pod in pods_of(objects):
        inits = pod["spec"]["initContainers"]
        sidecars = [each for each in inits if each.pop("restartPolicy", "") == "Always"]
        pod["spec"]["initContainers"] = [each for each in inits if each not in sidecars]
        pod["spec"]["containers"] += sidecars
        for each in pod["spec"]["initContainers"]:
            each["args"] = each["args"][each["args"].index("then") + 1 :]
    return objects


def gates_without_probes(objects: list[Json]) -> list[Json]:
    """Take the startup probes away, and let the sidecars make their files late."""
    for each in _sidecars(objects):
        del each["startupProbe"]
        each["args"] = ["work", LONG, *each["args"][2:]]
    return objects


def probes_in_vain(objects: list[Json]) -> list[Json]:
    """Let the startup probe of the last sidecar look for a file that is never there."""
    for each in _sidecars(objects, "sidecar"):
        command = each["startupProbe"]["exec"]["command"]
        command[command.index("read") + 1] += "-elsewhere"
    return objects


def done_without_hooks(objects: list[Json]) -> list[Json]:
    """Let the sidecars themselves do, late, what their hooks were to do."""
    for each in _sidecars(objects):
        hook = each.pop("lifecycle")["postStart"]["exec"]["command"]
        each["args"] = ["work", LONG, *hook[4:], "then", *each["args"]]
    return objects


def _ready_at(word: str) -> Change:
    """Return a change that lets the readiness probe of each sidecar succeed where the annotation has that word."""

    def change(objects: list[Json]) -> list[Json]:
        for each in _sidecars(objects):
            command = each["readinessProbe"]["exec"]["command"]
            command[-1] = command[-1].replace('"yes"', f'"{word}"')
        return objects

    return change


def fails_as_an_init_container(objects: list[Json]) -> list[Json]:
    """Run the sidecar that fails as a plain init container."""
    for each in _sidecars(objects, "sidecar"):
        del each["restartPolicy"], each["startupProbe"]
    return objects


def first_runs_that_stay(objects: list[Json]) -> list[Json]:
    """Let the first run of each sidecar go on where it was to end."""
    for each in _sidecars(objects):
        if "attempt" in each["args"]:
            begin = each["args"].index("attempt")
            del each["args"][begin : begin + len(("attempt", "FILE", "END", "then"))]
    return objects


def a_sidecar_as_an_app_that_fails(objects: list[Json]) -> list[Json]:
    """Run the sidecar as an app that fails by itself: as such its exit code counts."""
    for pod in pods_of(objects):
        [sidecar] = pod["spec"].pop("initContainers")
        del sidecar["restartPolicy"]
        sidecar["args"] = [*SAID, "then", "work", "1", "then", "exit", "3"]
        pod["spec"]["containers"].append(sidecar)
    return objects


SIDECARS_AS_APPS = Control("sidecars-as-apps", ("order",), sidecars_as_apps)
A_SIDECAR_THAT_ENDS = Control("a-sidecar-that-ends", ("gone", "ended"), _with("beside", *SAID))
A_SIDECAR_AS_AN_APP_THAT_FAILS = Control(
    "a-sidecar-as-an-app-that-fails", ("not-completed",), a_sidecar_as_an_app_that_fails
)
GATES_WITHOUT_PROBES = Control("gates-without-probes", ("early",), gates_without_probes)
PROBES_IN_VAIN = Control("probes-in-vain", ("stuck",), probes_in_vain)
DONE_WITHOUT_HOOKS = Control("done-without-hooks", ("early",), done_without_hooks)
FIRST_RUNS_THAT_STAY = Control("first-runs-that-stay", ("unended", "given-up"), first_runs_that_stay)
AN_APP_THAT_ENDS = Control(
    "an-app-that-ends",
    ("touched",),
    _with("main", "write", "/turn/main-there", "then", "work", "1", "then", "exit", "1"),
)
AN_APP_WITHOUT_A_LOCK = Control(
    "an-app-without-a-lock", ("gone",), _with("main", "write", "/turn/main-there", "then", "expect-term")
)
ALWAYS_READY = Control("always-ready", ("too-soon", "served"), _ready_at(""))
NEVER_READY = Control("never-ready", ("never-ready", "not-served"), _ready_at("never"))
FAILS_AS_AN_INIT_CONTAINER = Control("fails-as-an-init-container", ("given-up", "stuck"), fails_as_an_init_container)
SUCCEEDS_AT_ONCE = Control("succeeds-at-once", ("unfailed", "given-up"), first_runs_that_stay)
