"""Controls of identity: users, service accounts, the downward API."""

from __future__ import annotations

import copy

from suite.control import Control, Json, in_another_pod, pods_of


def override_for_all(objects: list[Json]) -> list[Json]:
    """Give the whole Pod the right container's overrides, and no supplemental groups."""
    for pod in pods_of(objects):
        context, right = pod["spec"]["securityContext"], pod["spec"]["containers"][-1]["securityContext"]
        for name in ("runAsUser", "runAsGroup"):
            context[name] = right[name]
        context["fsGroup"] = right["runAsGroup"]
        del context["supplementalGroups"]
    return objects


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


def limits_of_the_left(objects: list[Json]) -> list[Json]:
    """Give the right container the left one's limits and requests."""
    for pod in pods_of(objects):
        left, right = pod["spec"]["containers"]
        right["resources"] = copy.deepcopy(left["resources"])
    return objects


def unconfined_for_all(objects: list[Json]) -> list[Json]:
    """Run the Pod without a seccomp profile, and let the left container gain privileges."""
    for pod in pods_of(objects):
        pod["spec"]["securityContext"]["seccompProfile"] = {"type": "Unconfined"}
        pod["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"] = True
    return objects


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


OVERRIDE_FOR_ALL = Control("override-for-all", ("user", "group", "groups"), override_for_all)
AUTOMOUNT_OFF = Control("automount-off", ("no-token",), automount_off)
A_FILE_WITHOUT_A_TOKEN = Control("a-file-without-a-token", ("other-account",), a_file_without_a_token)
AUTOMOUNT_ON = Control("automount-on", ("token",), automount_on)
ANOTHER_USER_ON_THE_RIGHT = Control("another-user-on-the-right", ("owner", "mode"), another_user_on_the_right)
RIGHT_AS_ANOTHER_POD = Control("right-as-another-pod", ("differs",), in_another_pod("right"))
LIMITS_OF_THE_LEFT = Control("limits-of-the-left", ("differs",), limits_of_the_left)
UNCONFINED_FOR_ALL = Control("unconfined-for-all", ("seccomp", "privileges"), unconfined_for_all)
USERS_OF_THE_NODE = Control("users-of-the-node", ("not-mapped", "overlap"), users_of_the_node)
INIT_IN_THE_OTHER_POD = Control("init-in-the-other-pod", ("differs", "overlap"), init_in_the_other_pod)
ANOTHER_USER_ON_THE_LEFT = Control("another-user-on-the-left", ("owner",), another_user_on_the_left)
HOST_WITH_ITS_USERS = Control("host-with-its-users", ("accepted",), users_of_the_node)
