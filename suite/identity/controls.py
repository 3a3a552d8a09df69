"""Controls of identity: users, service accounts, the downward API."""

from __future__ import annotations

from suite.control import Control, Json, in_another_pod, moved, pods_of


def left_with_the_overrides(objects: list[Json]) -> list[Json]:
    """Run the left container in a Pod with the right one's overrides for all, and no supplemental groups."""
    first, second = moved(objects, "containers", ["left"], "left")
    context, [right] = second["spec"]["securityContext"], first["spec"]["containers"]
    for name in ("runAsUser", "runAsGroup"):
        context[name] = right["securityContext"][name]
    context["fsGroup"] = right["securityContext"]["runAsGroup"]
    del context["supplementalGroups"]
    return [first, second]


def automount_off(objects: list[Json]) -> list[Json]:
    """Mount no token."""
    return _automount(objects, on=False)


def automount_on(objects: list[Json]) -> list[Json]:
    """Mount a token."""
    return _automount(objects, on=True)


def _automount(objects: list[Json], *, on: bool) -> list[Json]:
    for pod in pods_of(objects):
        pod["spec"]["automountServiceAccountToken"] = on
    return objects


def another_user_on_the_right(objects: list[Json]) -> list[Json]:
    """Run the right container as another user."""
    for pod in pods_of(objects):
        pod["spec"]["containers"][-1]["securityContext"]["runAsUser"] = 10011
    return objects


def told_of_the_left(objects: list[Json]) -> list[Json]:
    """Tell the right container of the left one's limits and requests."""
    for pod in pods_of(objects):
        left, right = pod["spec"]["containers"]
        for variable in right["env"]:
            if reference := variable["valueFrom"].get("resourceFieldRef"):
                reference["containerName"] = left["name"]
    return objects


def right_confined_apart(objects: list[Json]) -> list[Json]:
    """Run the right container in another Pod, where it may not gain privileges: its first Pod's context is not its."""
    first, second = moved(objects, "containers", ["right"], "right")
    for container in second["spec"]["containers"]:
        container["securityContext"]["allowPrivilegeEscalation"] = False
    return [first, second]


def users_of_the_node(objects: list[Json]) -> list[Json]:
    """Run the Pods with the node's users, the default."""
    for pod in pods_of(objects):
        del pod["spec"]["hostUsers"]
    return objects


def another_user_on_the_left(objects: list[Json]) -> list[Json]:
    """Run the left container, the writer, as another user."""
    for pod in pods_of(objects)[:1]:
        pod["spec"]["containers"][0]["securityContext"]["runAsUser"] = 10011
    return objects


def init_in_the_other_pod(objects: list[Json]) -> list[Json]:
    """Run the first Pod's init container as an app of the second."""
    first, second = pods_of(objects)
    second["spec"]["containers"] += first["spec"].pop("initContainers")
    return objects


def a_file_without_a_token(objects: list[Json]) -> list[Json]:
    """Let the right container read a file that holds no token."""
    for pod in pods_of(objects):
        pod["spec"]["containers"][-1]["args"] = ["read-token", "/etc/hostname"]
    return objects


LEFT_WITH_THE_OVERRIDES = Control("left-with-the-overrides", ("user", "group", "groups"), left_with_the_overrides)
AUTOMOUNT_OFF = Control("automount-off", ("no-token",), automount_off)
A_FILE_WITHOUT_A_TOKEN = Control("a-file-without-a-token", ("other-account",), a_file_without_a_token)
AUTOMOUNT_ON = Control("automount-on", ("token",), automount_on)
ANOTHER_USER_ON_THE_RIGHT = Control("another-user-on-the-right", ("owner", "mode"), another_user_on_the_right)
RIGHT_AS_ANOTHER_POD = Control("right-as-another-pod", ("differs",), in_another_pod("right"))
TOLD_OF_THE_LEFT = Control("told-of-the-left", ("differs",), told_of_the_left)
RIGHT_CONFINED_APART = Control("right-confined-apart", ("seccomp", "privileges"), right_confined_apart)
USERS_OF_THE_NODE = Control("users-of-the-node", ("not-mapped", "overlap"), users_of_the_node)
INIT_IN_THE_OTHER_POD = Control("init-in-the-other-pod", ("differs", "overlap"), init_in_the_other_pod)
ANOTHER_USER_ON_THE_LEFT = Control("another-user-on-the-left", ("owner",), another_user_on_the_left)
HOST_WITH_ITS_USERS = Control("host-with-its-users", ("accepted",), users_of_the_node)
