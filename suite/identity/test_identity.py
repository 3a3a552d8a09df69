"""Who the containers of a Pod are: one security context, one service account, one Pod to be told of.

https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, ended, event
from fixtures.session.features import needs_as_stored, needs_no_fs_group
from fixtures.session.marks import requirement, scenario
from suite import needed, stored
from suite.api import judges as api
from suite.identity import controls, judges

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation

EVERYONE = ("before", "beside", "left", "right")  # an init container, a sidecar, two apps
APPS = ("left", "right")
USER = 10001  # as the manifests say
BY_THE_KUBELET = ("/probe/__main__.py", "/data")  # a file of a ConfigMap, and the folder that is an emptyDir


@scenario("identity/pod-context.yaml")
def pod_context(deploy: Stage) -> None:
    """Print users and groups in an init container, a sidecar and two apps; one app overrides the Pod's."""
    deploy().observe(ended())


@scenario("identity/confined.yaml", pod_security="privileged")
def confined(deploy: Stage) -> None:
    """Print the confinement of an init container, a sidecar and two apps; one app asks for less."""
    deploy().observe(ended())


@scenario("identity/user-namespace.yaml", seconds=6)
def user_namespace(deploy: Stage) -> None:
    """Print the user map and the owners of files in all containers of a Pod, and meanwhile of another on its node."""
    first = deploy("first").observe(all_of(event("left", "waiting"), event("right", "waiting")))
    deploy("second").observe(ended())
    first.delete()


@scenario(
    "identity/host-users-{namespace}.yaml", namespace=["network", "pid", "ipc"], pod_security="privileged", seconds=1
)
def host_users(deploy: Stage) -> None:
    """Send a Pod that asks for a user namespace of its own, and for a namespace of the node."""
    deploy.dry_run()


@scenario("identity/service-account-on.yaml")
def service_account(deploy: Stage) -> None:
    """Read the mounted token in an init container, a sidecar and two apps."""
    deploy().observe(ended())


@scenario("identity/service-account-off.yaml")
def no_service_account(deploy: Stage) -> None:
    """Look for a token, where none is mounted, in an init container, a sidecar and two apps."""
    deploy().observe(ended())


@scenario("identity/downward.yaml")
def downward(deploy: Stage) -> None:
    """Print the Pod's own fields in an init container, a sidecar and two apps, and in the apps their resources."""
    deploy().observe(ended())


@requirement("ID-POD-CONTEXT", case="users", control=controls.LEFT_WITH_THE_OVERRIDES)
def test_the_pods_users_and_groups_are_every_containers_but_for_what_one_overrides(
    pod_context: Record,
) -> list[Violation]:
    needs_as_stored(needed.void(pod_context, needed.several_users("left", "right")))
    expected = {name: stored.identity(pod_context.pods[0].got, name) for name in EVERYONE}
    return judges.context_not_applied(pod_context, expected)


@requirement("ID-POD-CONTEXT", case="confinement", control=controls.RIGHT_CONFINED_APART)
def test_the_pods_seccomp_profile_is_every_containers_but_for_one_that_overrides_it(
    confined: Record,
) -> list[Violation]:
    expected = {name: stored.confinement(confined.pods[0].got, name) for name in EVERYONE}
    return judges.context_not_applied(confined, expected)


@requirement("USERNS-MAPPED", case="mapped", control=(controls.USERS_OF_THE_NODE, controls.INIT_IN_THE_OTHER_POD))
def test_a_pods_containers_have_one_map_of_users_that_is_no_other_pods(user_namespace: Record) -> list[Violation]:
    return judges.users_not_mapped(user_namespace, ("before", "left", "right"), "other")


@requirement("USERNS-MAPPED", case="owners", control=controls.ANOTHER_USER_ON_THE_LEFT)
def test_files_belong_in_a_user_namespace_to_whom_they_would_without(user_namespace: Record) -> list[Violation]:
    needs_as_stored(needed.void(user_namespace, needed.as_user("left", USER)))
    return judges.owners_differ(user_namespace, USER, "left", "right", root_files=BY_THE_KUBELET)


@requirement("USERNS-MAPPED", control=controls.HOST_WITH_ITS_USERS)
def test_a_user_namespace_and_a_namespace_of_the_node_are_refused_together(host_users: Record) -> list[Violation]:
    field = {"network": "hostNetwork", "pid": "hostPID", "ipc": "hostIPC"}[host_users.case]
    return api.not_refused_for(host_users, f"spec.{field}")


@requirement("ID-SERVICE-ACCOUNT", case="on", control=(controls.AUTOMOUNT_OFF, controls.A_FILE_WITHOUT_A_TOKEN))
def test_every_container_has_the_pods_service_account(service_account: Record) -> list[Violation]:
    return judges.account_differs(service_account, *EVERYONE)


@requirement("ID-SERVICE-ACCOUNT", case="owner", control=controls.ANOTHER_USER_ON_THE_RIGHT)
def test_a_token_is_the_common_users_alone(service_account: Record) -> list[Violation]:
    needs_no_fs_group(service_account)
    needs_as_stored(needed.void(service_account, needed.one_user()))
    user = stored.identity(service_account.pods[0].got, EVERYONE[0]).get("uid", USER)
    return judges.token_not_its_own(service_account, user, *EVERYONE)


@requirement("ID-SERVICE-ACCOUNT", case="off", control=controls.AUTOMOUNT_ON)
def test_no_container_has_a_token_where_none_is_to_be_mounted(no_service_account: Record) -> list[Violation]:
    return judges.token_there(no_service_account, *EVERYONE)


@requirement("ID-DOWNWARD", case="fields", control=controls.RIGHT_AS_ANOTHER_POD)
def test_every_container_is_told_the_same_of_its_pod(downward: Record) -> list[Violation]:
    needs_as_stored(needed.void(downward, *(needed.limit(name, "memory", above=needed.PROBE) for name in APPS)))
    return judges.environment_differs(downward, *EVERYONE)


@requirement("ID-DOWNWARD", case="resources", control=controls.TOLD_OF_THE_LEFT)
def test_a_container_is_told_its_own_resources(downward: Record) -> list[Violation]:
    alive = [needed.limit(name, "memory", above=needed.PROBE) for name in APPS]
    needs_as_stored(needed.void(downward, *alive, *(needed.told_of(name) for name in APPS)))
    return judges.resources_differ(downward, {name: stored.told(downward.pods[0].got, name) for name in APPS})
