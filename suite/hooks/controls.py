"""Controls of hooks."""

from __future__ import annotations

from suite.control import Control, Json, containers_of, pods_of

SHORT, PERIOD, LONG = "0", 10, "30"  # seconds: of hooks, and of the grace period between them


def without_hooks(objects: list[Json]) -> list[Json]:
    """Let no app have a hook."""
    for container in containers_of(objects):
        container.pop("lifecycle", None)
    return objects


def released_at_once(objects: list[Json]) -> list[Json]:
    """Let the hook await what it left itself."""
    return _told(objects, "postStart", "released", "began")


def hook_succeeds(objects: list[Json]) -> list[Json]:
    """Let the hook succeed the first time, too."""
    for container in containers_of(objects):
        command = container["lifecycle"]["postStart"]["exec"]["command"]
        del command[command.index("attempt") - 1 :]
    return objects


def restarted(objects: list[Json]) -> list[Json]:
    """Let the Pod restart what ends."""
    for pod in pods_of(objects):
        pod["spec"]["restartPolicy"] = "Always"
    return objects


def longer_than_the_period(objects: list[Json]) -> list[Json]:
    """Let the hooks take longer than the grace period."""
    for pod in pods_of(objects):
        pod["spec"]["terminationGracePeriodSeconds"] = PERIOD
    for seconds in ("0.5", "1"):
        _told(objects, "preStop", seconds, LONG)
    return objects


def shorter_than_the_period(objects: list[Json]) -> list[Json]:
    """Let the hook end at once."""
    return _told(objects, "preStop", "60", SHORT)


def called_at_start(objects: list[Json]) -> list[Json]:
    """Let the request of the preStop hook be the postStart hook's, too."""
    for container in containers_of(objects):
        container["lifecycle"]["postStart"] = container["lifecycle"]["preStop"]
    return objects


def _told(objects: list[Json], hook: str, word: str, other: str) -> list[Json]:
    """Replace the end of an argument in a hook's command, or a value in its request."""
    for container in containers_of(objects):
        handler = container.get("lifecycle", {}).get(hook, {})
        if command := handler.get("exec", {}).get("command"):
            command[:] = [_replaced(each, word, other) for each in command]
        elif request := handler.get("httpGet"):
            request["path"] = "&".join(_replaced(each, word, other) for each in request["path"].split("&"))
    return objects


def _replaced(text: str, word: str, other: str) -> str:
    end = text.replace("=", "/").rpartition("/")[2]
    return text.removesuffix(word) + other if end == word else text


WITHOUT_HOOKS = Control("without-hooks", ("running-in-sleep",), without_hooks)
RELEASED_AT_ONCE = Control("released-at-once", ("running-in-hook",), released_at_once)
HOOK_SUCCEEDS = Control("hook-succeeds", ("not-ended", "not-restarted"), hook_succeeds)
HOOK_SUCCEEDS_ONCE = Control("hook-succeeds-once", ("not-ended",), hook_succeeds)
RESTARTED = Control("restarted", ("restarted",), restarted)
WITHOUT_PRESTOP = Control("without-prestop", ("not-run",), without_hooks)
WITHOUT_PRESTOP_SLEEP = Control("without-prestop-sleep", ("too-early",), without_hooks)
LONGER_THAN_THE_PERIOD = Control("longer-than-the-period", ("overlap",), longer_than_the_period)
SHORTER_THAN_THE_PERIOD = Control("shorter-than-the-period", ("waited",), shorter_than_the_period)
CALLED_AT_START = Control("called-at-start", ("called",), called_at_start)
