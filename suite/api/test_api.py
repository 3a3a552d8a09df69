"""What the API server refuses, and what it accepts: of names, ports, mounts, probes and hooks, policies, updates.

All but updates are server-side dry runs of Pods that are not there. What is updated is a Pod that is stored and not
scheduled; the updates are dry runs, too. One Pod is run, to see what another image restarts.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names
https://kubernetes.io/docs/concepts/workloads/pods/#pod-update-and-replacement
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, event, in_runs
from fixtures.session.marks import requirement, scenario
from suite.api import controls, judges, observations
from suite.identity.controls import HOST_WITH_ITS_USERS
from suite.restarts import judges as restarts

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation

NAME, APPS, INITS = "metadata.name", "spec.containers", "spec.initContainers"
EPHEMERAL = "spec.ephemeralContainers"
SUBRESOURCE = "ephemeralcontainers"
EVERYONE = ("beside", "left", "right")  # a sidecar, two apps
CHANGED = {"sidecar": "beside", "app": "left"}
LATER_NAMES = {  # where the second container of a name is told; init containers are looked at after apps
    "same-name-apps": f"{APPS}[1].name",
    "same-name-inits": f"{INITS}[1].name",
    "same-name-init": f"{INITS}[0].name",
    "same-name-sidecar": f"{INITS}[0].name",
}
HOST_PORTS = {
    "host-port-apps": f"{APPS}[1].ports[0].hostPort",
    "host-port-in-one": f"{APPS}[0].ports[1].hostPort",
}
PORT_NAMES = {
    "port-name-in-one": f"{APPS}[0].ports[1].name",
    "port-name-too-long": f"{APPS}[0].ports[0].name",
    "port-name-capital": f"{APPS}[0].ports[0].name",
    "port-name-underscore": f"{APPS}[0].ports[0].name",
}
MOUNTS = {
    "mount-unknown": f"{APPS}[0].volumeMounts[0].name",
    "mount-unknown-init": f"{INITS}[0].volumeMounts[0].name",
    "mount-unknown-sidecar": f"{INITS}[0].volumeMounts[0].name",
    "mount-path-twice": f"{APPS}[0].volumeMounts[1].mountPath",
    "sub-path-both": f"{APPS}[0].volumeMounts[0].subPathExpr",
}
PARTS = {  # the API tells no number of the mount
    "sub-path-parent": "subPath",
    "sub-path-inner-parent": "subPath",
    "sub-path-absolute": "subPath",
    "sub-path-expr-parent": "subPathExpr",
}
FIELDS = {
    "liveness": "livenessProbe",
    "readiness": "readinessProbe",
    "startup": "startupProbe",
    "post-start": "lifecycle",
    "pre-stop": "lifecycle",
}
UPDATES = {
    "app-added": APPS,
    "app-removed": APPS,
    "app-renamed": "spec",
    "init-added": INITS,
    "init-removed": INITS,
    "init-renamed": "spec",
    "sidecar-removed": INITS,
}
IMAGES = {"app-image": "right", "init-image": "prepare", "sidecar-image": "beside"}
RULES = {
    "rules-too-many-values": f"{APPS}[0].restartPolicyRules[0].exitCodes.values",
    "rules-unknown-operator": f"{APPS}[0].restartPolicyRules[0].exitCodes.operator",
}
EPHEMERAL_UPDATES = {
    "ephemeral-removed": EPHEMERAL,
    "ephemeral-changed": EPHEMERAL,
    "ephemeral-name-taken": f"{EPHEMERAL}[1].name",
    "ephemeral-unknown-target": f"{EPHEMERAL}[1].targetContainerName",
}


@scenario("api/seed-name.yaml", seconds=1)
def seed_name(deploy: Stage) -> None:
    """Send the article's own manifest, with its underscores."""
    deploy.dry_run()


@scenario(
    "api/{pod}.yaml",
    pod=["pod-name-capital", "pod-name-hyphen", "pod-name-dots", "pod-name-too-long"],
    seconds=1,
)
def illegal_name(deploy: Stage) -> None:
    """Send a Pod whose name is no DNS subdomain."""
    deploy.dry_run()


@scenario("api/{pod}.yaml", pod=["pod-name-dotted", "pod-name-longest"], seconds=1)
def legal_name(deploy: Stage) -> None:
    """Send a Pod whose name is a DNS subdomain and no DNS label, and its twin whose name is both."""
    deploy.dry_run()


@scenario(
    "api/container-names.yaml",
    pod=[f"container-name-{fault}" for fault in ("underscore", "dot", "capital", "hyphen", "too-long", "missing")],
    seconds=1,
)
def illegal_container_name(deploy: Stage, pod: str) -> None:
    """Send a Pod with a container whose name is no DNS label."""
    deploy.dry_run(pod)


@scenario("api/container-names.yaml", pod=["container-name-longest"], seconds=1)
def legal_container_name(deploy: Stage, pod: str) -> None:
    """Send a Pod with a container whose name is as long as it may be."""
    deploy.dry_run(pod)


@scenario("api/same-names.yaml", pod=list(LATER_NAMES), seconds=1)
def same_names(deploy: Stage, pod: str) -> None:
    """Send a Pod with two containers of one name."""
    deploy.dry_run(pod)


@scenario("api/host-ports.yaml", pod=list(HOST_PORTS), pod_security="privileged", seconds=1)
def host_port_twice(deploy: Stage, pod: str) -> None:
    """Send a Pod that asks twice for one port of the node."""
    deploy.dry_run(pod)


@scenario(
    "api/host-ports.yaml",
    pod=["host-port-other-protocol", "host-port-other-address"],
    pod_security="privileged",
    seconds=1,
)
def host_ports_apart(deploy: Stage, pod: str) -> None:
    """Send a Pod that asks for two ports of the node, of one number."""
    deploy.dry_run(pod)


@scenario("api/host-ports.yaml", pod=["shared-host-port"], pod_security="privileged", seconds=1)
def shared_host_port(deploy: Stage, pod: str) -> None:
    """Send a Pod whose sidecar asks for the port of the node that its app asks for."""
    deploy.dry_run(pod)


@scenario(
    "api/ports.yaml",
    pod=["same-port-apps", "same-port-sidecar", "same-port-init", "same-port-in-one"],
    seconds=1,
)
def same_port(deploy: Stage, pod: str) -> None:
    """Send a Pod that tells twice of one port, and its twin that tells of two."""
    deploy.dry_run(pod)
    deploy.dry_run("ports-apart")


@scenario("api/port-names.yaml", pod=list(PORT_NAMES), seconds=1)
def illegal_port_name(deploy: Stage, pod: str) -> None:
    """Send a Pod with a container that has two ports of one name, or one whose name is no service's."""
    deploy.dry_run(pod)


@scenario("api/port-names.yaml", pod=["shared-port-name-apps", "shared-port-name-sidecar"], seconds=1)
def shared_port_name(deploy: Stage, pod: str) -> None:
    """Send a Pod with two containers that have a port of one name."""
    deploy.dry_run(pod)


@scenario("api/mounts.yaml", pod=list(MOUNTS), seconds=1)
def illegal_mount(deploy: Stage, pod: str) -> None:
    """Send a Pod with a mount that cannot be."""
    deploy.dry_run(pod)


@scenario("api/mounts.yaml", pod=list(PARTS), seconds=1)
def illegal_part(deploy: Stage, pod: str) -> None:
    """Send a Pod with a mount of what is no part of its volume."""
    deploy.dry_run(pod)


@scenario("api/init-containers.yaml", pod=[f"init-{kind}" for kind in FIELDS], seconds=1)
def init_container(deploy: Stage, pod: str) -> None:
    """Send a Pod whose init container has a probe or a hook."""
    deploy.dry_run(pod)


@scenario("api/sidecars.yaml", pod=[f"sidecar-{kind}" for kind in FIELDS], seconds=1)
def sidecar(deploy: Stage, pod: str) -> None:
    """Send a Pod whose sidecar has a probe or a hook."""
    deploy.dry_run(pod)


@scenario("api/stored.yaml", change=list(UPDATES), seconds=1)
def update(deploy: Stage, change: str) -> None:
    """Ask that a stored Pod have other containers."""
    deploy.dry_change(deploy("stored"), change)


@scenario("api/stored.yaml", change=list(IMAGES), seconds=1)
def other_image(deploy: Stage, change: str) -> None:
    """Ask that a container of a stored Pod have another image."""
    deploy.dry_change(deploy("stored"), change)


@scenario("api/image.yaml", changed=["sidecar"], seconds=9)
def image_of_sidecar(deploy: Stage, changed: str) -> None:
    """Give a sidecar another name of its image while it runs; delete the Pod once it has run again."""
    _another_image(deploy, CHANGED[changed])


@scenario("api/image.yaml", changed=["app"], seconds=9)
def image_of_app(deploy: Stage, changed: str) -> None:
    """Give an app another name of its image while it runs; delete the Pod once it has run again."""
    _another_image(deploy, CHANGED[changed])


def _another_image(deploy: Stage, name: str) -> None:
    """Give a container another name of its image. The others are ended last: they lived until their last words."""
    pod = deploy().require(all_of(*(event(each, "waiting", "exit") for each in EVERYONE)))
    pod.change_container(name, {"image": pod.another_image_name(name)})
    pod.observe(in_runs(2, name, "waiting")).delete()


@scenario("api/restart-rules.yaml", pod=list(RULES), seconds=1)
def illegal_rules(deploy: Stage, pod: str) -> None:
    """Send a Pod with restart rules that cannot be."""
    deploy.dry_run(pod)


@scenario("api/restart-rules.yaml", pod=["rules-most", "rules-most-values"], seconds=1)
def most_rules(deploy: Stage, pod: str) -> None:
    """Send a Pod with as many restart rules, or exit codes, as there may be."""
    deploy.dry_run(pod)


@scenario("api/{pod}.yaml", pod=["ephemeral-on-create"], seconds=1)
def created_with_ephemeral(deploy: Stage) -> None:
    """Send a Pod that is to be created with an ephemeral container."""
    deploy.dry_run()


@scenario("api/ephemeral-stored.yaml", change=["ephemeral-by-update"], seconds=1)
def ephemeral_by_update(deploy: Stage, change: str) -> None:
    """Ask by an update of a stored Pod, and not by its subresource, for one more ephemeral container."""
    deploy.dry_change(deploy("stored").inject(), change)


@scenario("api/ephemeral-stored.yaml", change=list(EPHEMERAL_UPDATES), seconds=1)
def ephemeral_update(deploy: Stage, change: str) -> None:
    """Ask the subresource of a stored Pod for other ephemeral containers."""
    deploy.dry_change(deploy("stored").inject(), change, SUBRESOURCE)


@scenario("api/host-users.yaml", pod=["host-users"], pod_security="privileged", seconds=1)
def host_users(deploy: Stage, pod: str) -> None:
    """Send a Pod that asks for a user namespace of its own."""
    deploy.dry_run(pod)


@scenario("api/host-users.yaml", pod=["host-users-all"], pod_security="privileged", seconds=1)
def host_users_and_namespaces(deploy: Stage, pod: str) -> None:
    """Send a Pod that asks for a user namespace of its own, and for three namespaces of the node."""
    deploy.dry_run(pod)


@requirement("API-NAMES", control=(controls.LEGAL_NAME, controls.ANOTHER_FAULT))
def test_a_pod_name_with_underscores_is_refused(seed_name: Record) -> list[Violation]:
    return judges.not_refused_for(seed_name, NAME)


@requirement("API-NAMES", control=(controls.LEGAL_NAME, controls.ANOTHER_FAULT))
def test_a_pod_name_that_is_no_dns_subdomain_is_refused(illegal_name: Record) -> list[Violation]:
    return judges.not_refused_for(illegal_name, NAME)


@requirement("API-NAMES", control=controls.ILLEGAL_NAME)
def test_a_pod_name_that_is_a_dns_subdomain_is_accepted(legal_name: Record) -> list[Violation]:
    return judges.not_accepted(legal_name, NAME)


@requirement("API-NAMES", case="warned", control=(controls.AS_A_LABEL, controls.ILLEGAL_NAME))
def test_a_pod_name_that_is_no_dns_label_brings_a_warning(legal_name: Record) -> list[Violation]:
    return judges.not_warned(legal_name)


@requirement("API-NAMES", control=(controls.LEGAL_CONTAINER_NAMES, controls.ANOTHER_FAULT))
def test_a_container_name_that_is_no_dns_label_is_refused(illegal_container_name: Record) -> list[Violation]:
    return judges.not_refused_for(illegal_container_name, f"{APPS}[0].name")


@requirement("API-NAMES", control=controls.ILLEGAL_CONTAINER_NAMES)
def test_a_container_name_of_63_characters_is_accepted(legal_container_name: Record) -> list[Violation]:
    return judges.not_accepted(legal_container_name, f"{APPS}[0].name")


@requirement("API-NAMES", control=(controls.LEGAL_CONTAINER_NAMES, controls.ANOTHER_FAULT))
def test_two_containers_of_one_name_are_refused(same_names: Record) -> list[Violation]:
    return judges.not_refused_for(same_names, LATER_NAMES[same_names.case])


@requirement("API-PORTS", control=(controls.PORTS_APART, controls.ANOTHER_FAULT))
def test_a_port_of_the_node_that_is_asked_for_twice_is_refused(host_port_twice: Record) -> list[Violation]:
    return judges.not_refused_for(host_port_twice, HOST_PORTS[host_port_twice.case])


@requirement("API-PORTS", control=controls.HOST_PORT_TWICE)
def test_ports_of_the_node_that_differ_in_more_than_a_number_are_accepted(host_ports_apart: Record) -> list[Violation]:
    return judges.not_accepted(host_ports_apart, f"{APPS}[0].ports[0].hostPort", f"{APPS}[1].ports[0].hostPort")


@requirement("API-PORTS", control=None)
def test_what_the_api_says_of_a_port_of_the_node_that_a_sidecar_asks_for_too(shared_host_port: Record) -> list[str]:
    return observations.answers(shared_host_port)


@requirement("API-PORTS", control=(controls.NO_PORT_TWICE, controls.A_FAULT))
def test_a_port_that_is_told_of_twice_is_accepted_with_a_warning(same_port: Record) -> list[Violation]:
    return judges.not_warned(same_port)


@requirement("API-PORTS", control=(controls.PORTS_APART, controls.ANOTHER_FAULT))
def test_a_port_name_twice_in_a_container_or_of_no_service_is_refused(illegal_port_name: Record) -> list[Violation]:
    return judges.not_refused_for(illegal_port_name, PORT_NAMES[illegal_port_name.case])


@requirement("API-PORTS", control=None)
def test_what_the_api_says_of_one_port_name_in_two_containers(shared_port_name: Record) -> list[str]:
    return observations.answers(shared_port_name)


@requirement("API-MOUNTS", control=(controls.MOUNTS_AS_MAY_BE, controls.ANOTHER_FAULT))
def test_a_mount_of_no_volume_or_at_the_place_of_another_is_refused(illegal_mount: Record) -> list[Violation]:
    return judges.not_refused_for(illegal_mount, MOUNTS[illegal_mount.case])


@requirement("API-MOUNTS", control=(controls.MOUNTS_AS_MAY_BE, controls.ANOTHER_FAULT))
def test_a_mount_of_what_is_outside_its_volume_is_refused(illegal_part: Record) -> list[Violation]:
    field = PARTS[illegal_part.case]
    return judges.not_refused_for(illegal_part, f"{APPS}[0].volumeMounts.{field}")


@requirement("API-INIT", control=(controls.AS_SIDECARS, controls.ANOTHER_FAULT))
def test_probes_and_hooks_of_an_init_container_are_refused(init_container: Record) -> list[Violation]:
    field = FIELDS[init_container.case.removeprefix("init-")]
    return judges.not_refused_for(init_container, f"{INITS}[0].{field}")


@requirement("API-INIT", control=controls.AS_INIT_CONTAINERS)
def test_probes_and_hooks_of_a_sidecar_are_accepted(sidecar: Record) -> list[Violation]:
    field = FIELDS[sidecar.case.removeprefix("sidecar-")]
    return judges.not_accepted(sidecar, f"{INITS}[0].{field}")


@requirement("API-IMMUTABLE", control=(controls.AN_IMAGE_ALONE, controls.ANOTHER_FAULT))
def test_containers_of_a_stored_pod_cannot_be_added_removed_or_renamed(update: Record) -> list[Violation]:
    return judges.not_refused_for(update, UPDATES[update.case])


@requirement("API-IMMUTABLE", control=controls.RENAMED_TOO)
def test_the_image_of_a_container_of_a_stored_pod_can_be_changed(other_image: Record) -> list[Violation]:
    return judges.image_kept(other_image, IMAGES[other_image.case])


@requirement("API-IMMUTABLE", case="restarted", control=(controls.ENDED_BEFORE, controls.THE_RIGHT_ENDS))
def test_another_image_of_a_sidecar_restarts_it_alone(image_of_sidecar: Record) -> list[Violation]:
    return restarts.not_restarted_by_image(image_of_sidecar, "beside", "left", "right")


@requirement(
    "API-IMMUTABLE",
    case="restarted",
    control=(controls.ENDED_BEFORE, controls.THE_RIGHT_ENDS, controls.THE_SIDECAR_FAILS_ONCE),
)
def test_another_image_of_an_app_restarts_it_alone(image_of_app: Record) -> list[Violation]:
    return restarts.not_restarted_by_image(image_of_app, "left", "beside", "right")


@requirement("API-POLICY", control=(controls.RULES_WITHIN_LIMITS, controls.ANOTHER_FAULT))
def test_restart_rules_that_cannot_be_are_refused(illegal_rules: Record) -> list[Violation]:
    return judges.not_refused_for(illegal_rules, RULES[illegal_rules.case])


@requirement("API-POLICY", control=controls.ONE_MORE)
def test_as_many_restart_rules_as_there_may_be_are_accepted(most_rules: Record) -> list[Violation]:
    return judges.not_accepted(most_rules, f"{APPS}[0].restartPolicyRules")


@requirement("API-POLICY", control=(controls.NONE_EPHEMERAL, controls.ANOTHER_FAULT))
def test_a_pod_is_not_created_with_an_ephemeral_container(created_with_ephemeral: Record) -> list[Violation]:
    return judges.not_refused_for(created_with_ephemeral, EPHEMERAL)


@requirement("API-POLICY", control=(controls.EPHEMERAL_UNTOUCHED, controls.ANOTHER_FAULT))
def test_an_update_of_a_pod_adds_no_ephemeral_container(ephemeral_by_update: Record) -> list[Violation]:
    return judges.not_refused_for(ephemeral_by_update, "spec")


@requirement("API-POLICY", control=(controls.ONE_MORE_EPHEMERAL, controls.ANOTHER_FAULT))
def test_an_ephemeral_container_stays_as_it_is_and_another_has_its_own_name(
    ephemeral_update: Record,
) -> list[Violation]:
    return judges.not_refused_for(ephemeral_update, EPHEMERAL_UPDATES[ephemeral_update.case])


@requirement("API-POLICY", control=controls.WITH_THE_HOSTS_PROCESSES)
def test_a_user_namespace_of_a_pods_own_is_accepted(host_users: Record) -> list[Violation]:
    return judges.not_accepted(host_users)


@requirement("API-POLICY", control=(HOST_WITH_ITS_USERS, controls.ANOTHER_FAULT))
def test_each_namespace_of_the_node_is_refused_beside_a_user_namespace(
    host_users_and_namespaces: Record,
) -> list[Violation]:
    fields = ("spec.hostNetwork", "spec.hostPID", "spec.hostIPC")
    return judges.not_refused_for(host_users_and_namespaces, *fields)
