"""Changes under which containers are run again that are not to be, or are not although they are to be."""

from __future__ import annotations

from suite.control import Control, Json, containers_of, pods_of

MOST_RULES = 20


def apps_live_on(objects: list[Json]) -> list[Json]:
    """Let every app live on in place of its first end."""
    for container in containers_of(objects):
        container["args"] = ["expect-term"]
    return objects


def apps_succeed(objects: list[Json]) -> list[Json]:
    """Let every app end with 0 in its first run."""
    for container in containers_of(objects):
        container["args"] = [*container["args"][:2], "0"]
    return objects


def apps_fail_once(objects: list[Json]) -> list[Json]:
    """Let every app end with 1 in its first run, and with 0 in its second."""
    for container in containers_of(objects):
        container["args"] = [*container["args"][:2], "1"]
    return objects


def always_restarted(objects: list[Json]) -> list[Json]:
    """Let the Pod restart whatever ends."""
    for pod in pods_of(objects):
        pod["spec"]["restartPolicy"] = "Always"
    return objects


def fails_once(objects: list[Json]) -> list[Json]:
    """Let the app that fails three times fail once, and live on after that."""
    [container] = containers_of(objects)
    container["args"] = [*container["args"][:3], "then", "expect-term"]
    return objects


def without_own_policy(objects: list[Json]) -> list[Json]:
    """Take restart policies and rules from init containers and apps: the Pod's own policy holds for all."""
    for container in containers_of(objects) + containers_of(objects, group="initContainers"):
        container.pop("restartPolicy", None)
        container.pop("restartPolicyRules", None)
    return objects


def rules_as_may_be(objects: list[Json]) -> list[Json]:
    """Leave twenty rules, and give their container a restart policy."""
    for container in containers_of(objects):
        container["restartPolicy"] = "Never"
        del container["restartPolicyRules"][MOST_RULES:]
    return objects


APPS_LIVE_ON = Control("apps-live-on", ("not-restarted",), apps_live_on)
APPS_SUCCEED = Control("apps-succeed", ("not-restarted",), apps_succeed)
APPS_FAIL_ONCE = Control("apps-fail-once", ("restarted",), apps_fail_once)
ALWAYS_RESTARTED = Control("always-restarted", ("restarted", "wrong-phase"), always_restarted)
FAILS_ONCE = Control("fails-once", ("not-restarted",), fails_once)
NOT_BY_RULES = Control("not-by-rules", ("not-restarted",), without_own_policy)
AGAIN_BY_THE_PODS_POLICY = Control("again-by-the-pods-policy", ("restarted", "wrong-phase"), without_own_policy)
ONCE_BY_THE_PODS_POLICY = Control("once-by-the-pods-policy", ("not-restarted", "wrong-phase"), without_own_policy)
RETRIED_BY_THE_PODS_POLICY = Control(
    "retried-by-the-pods-policy", ("restarted", "not-failed", "went-on"), without_own_policy
)
RULES_AS_MAY_BE = Control("rules-as-may-be", ("accepted",), rules_as_may_be)
