"""Changes under which containers are run again that are not to be, or are not although they are to be."""

from __future__ import annotations

from suite.control import Control, Json, containers_of, pods_of
from suite.init.controls import inits_as_apps

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
    """Take restart policies and rules from apps: the Pod's own policy holds for all."""
    for container in containers_of(objects):
        container.pop("restartPolicy", None)
        container.pop("restartPolicyRules", None)
    return objects


def rules_as_may_be(objects: list[Json]) -> list[Json]:
    """Leave twenty rules, and give their container a restart policy."""
    for container in containers_of(objects):
        container["restartPolicy"] = "Never"
        del container["restartPolicyRules"][MOST_RULES:]
    return objects


def rules_in_another_order(objects: list[Json]) -> list[Json]:
    """Put the last rule of an app first."""
    for container in containers_of(objects):
        container.get("restartPolicyRules", []).reverse()
    return objects


def none_crashes(objects: list[Json]) -> list[Json]:
    """Let the app that is to crash go on to what it does in its second run."""
    [container] = containers_of(objects, "crashing")
    container["args"].remove("crash")
    return objects


def the_server_too(objects: list[Json]) -> list[Json]:
    """Let the server crash, too, once it was asked."""
    [container] = containers_of(objects, "server")
    container["args"][3:3] = ["then", "read", "/data/asked", "--within", "30", "then", "attempt", "/data/ends", "crash"]
    return objects


def serves_nobody(objects: list[Json]) -> list[Json]:
    """Let the server do nothing but live on."""
    [container] = containers_of(objects, "server")
    container["args"] = ["expect-term"]
    return objects


def file_of_its_own(objects: list[Json]) -> list[Json]:
    """Let the app that leaves a file leave it outside the volume."""
    [container] = (each for each in containers_of(objects) if "keep" in each["args"])
    container["args"][container["args"].index("keep") + 1] = "/tmp/file"  # noqa: S108 # the container's own
    container["securityContext"]["readOnlyRootFilesystem"] = False
    return objects


def environment_of_its_own(objects: list[Json]) -> list[Json]:
    """Let the app that prints a variable set it anew."""
    for container in containers_of(objects):
        for variable in container.get("env", []):
            container["command"] = ["env", f"{variable['name']}=of-its-own", *container["command"]]
    return objects


def connected_anew(objects: list[Json]) -> list[Json]:
    """Let the client open a second connection before it asks again."""
    [container] = containers_of(objects, "client")
    ask = len(container["args"]) - container["args"][::-1].index("ask-connected") - 1
    container["args"][ask:ask] = ["connect", "127.0.0.1", "7070", "then"]
    return objects


def a_sidecar_without_a_lock(objects: list[Json]) -> list[Json]:
    """Let the sidecar say that it is there, and hold nothing."""
    [sidecar] = containers_of(objects, "beside", group="initContainers")
    del sidecar["args"][: sidecar["args"].index("then") + 1]
    return objects


def a_file_like_the_hooks(objects: list[Json]) -> list[Json]:
    """Let the app with a preStop hook itself leave the file that the hook would leave."""
    [container] = (each for each in containers_of(objects) if "lifecycle" in each)
    container["args"] = [*container["lifecycle"]["preStop"]["exec"]["command"][2:], "then", *container["args"]]
    return objects


APPS_LIVE_ON = Control("apps-live-on", ("not-restarted",), apps_live_on)
APPS_SUCCEED = Control("apps-succeed", ("not-restarted",), apps_succeed)
APPS_FAIL_ONCE = Control("apps-fail-once", ("restarted",), apps_fail_once)
ALWAYS_RESTARTED = Control("always-restarted", ("restarted", "wrong-phase"), always_restarted)
FAILS_ONCE = Control("fails-once", ("not-restarted",), fails_once)
NOT_BY_RULES = Control("not-by-rules", ("not-restarted",), without_own_policy)
AGAIN_BY_THE_PODS_POLICY = Control("again-by-the-pods-policy", ("restarted", "wrong-phase"), without_own_policy)
ONCE_BY_THE_PODS_POLICY = Control("once-by-the-pods-policy", ("not-restarted", "wrong-phase"), without_own_policy)
RULES_AS_MAY_BE = Control("rules-as-may-be", ("accepted",), rules_as_may_be)
RULES_IN_ANOTHER_ORDER = Control("rules-in-another-order", ("restarted",), rules_in_another_order)
NONE_CRASHES = Control("none-crashes", ("not-restarted",), none_crashes)
THE_SERVER_TOO = Control("the-server-too", ("another-too",), the_server_too)
SERVES_NOBODY = Control("serves-nobody", ("gone",), serves_nobody)
FILE_OF_ITS_OWN = Control("file-of-its-own", ("lost",), file_of_its_own)
ENVIRONMENT_OF_ITS_OWN = Control("environment-of-its-own", ("another-environment",), environment_of_its_own)
CLOSED_BY_A_CRASH = Control("closed-by-a-crash", ("closed",), the_server_too)
CONNECTED_ANEW = Control("connected-anew", ("another-connection",), connected_anew)
TRIGGER_ALONE = Control("trigger-alone", ("not-restarted",), rules_in_another_order)
INITS_AS_LASTING_APPS = Control("inits-as-lasting-apps", ("order", "overlap"), inits_as_apps)
A_FILE_LIKE_THE_HOOKS = Control("a-file-like-the-hooks", ("hook-run",), a_file_like_the_hooks)
FILE_OF_ITS_OWN_FOR_ALL = Control("file-of-its-own-for-all", ("lost",), file_of_its_own)
A_SIDECAR_WITHOUT_A_LOCK = Control("a-sidecar-without-a-lock", ("gone",), a_sidecar_without_a_lock)
