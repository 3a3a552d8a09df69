"""The Pod as the unit: what is one for all its containers.

https://kubernetes.io/docs/concepts/workloads/pods/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.errors import LackingError
from fixtures.play.awaited import (
    all_of,
    any_of,
    ended,
    event,
    if_there,
    in_phase,
    ready,
    said_to_run,
    scheduled,
    terminated,
    unschedulable,
)
from fixtures.session.features import needs_as_stored, needs_condition, needs_file
from fixtures.session.marks import requirement, scenario
from suite import needed, stored
from suite.init.controls import A_SECOND_POD, PODS_COUNTED
from suite.init.judges import counted_otherwise
from suite.unit import controls, judges

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation


CONDITIONS = ("PodScheduled", "PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready")
TAKEN = ("taken-app", "taken-sidecar")
BOOT = "/proc/sys/kernel/random/boot_id"  # random(4): made anew at each boot
ALL_KINDS = ("before", "beside", "one", "two", "three")  # an init container, a sidecar, three apps


@scenario("unit/qos-{of}.yaml", of=["guaranteed"], seconds=1)
def guaranteed(deploy: Stage) -> None:
    """Send a Pod whose containers request all as much as their limits are."""
    deploy.dry_run()


@scenario("unit/qos-{of}.yaml", of=["init", "sidecar", "app"], seconds=1)
def less_requested(deploy: Stage) -> None:
    """Send a Pod one of whose containers requests less than its limit."""
    deploy.dry_run()


@scenario("unit/qos-{of}.yaml", of=["init-request", "sidecar-request"], seconds=1)
def one_requests(deploy: Stage) -> None:
    """Send a Pod one of whose containers has a request, and no other one anything."""
    deploy.dry_run()


@scenario("unit/qos-{of}.yaml", of=["best-effort"], seconds=1)
def best_effort(deploy: Stage) -> None:
    """Send a Pod without limits and requests."""
    deploy.dry_run()


@scenario("unit/message-each.yaml")
def messages(deploy: Stage) -> None:
    """Leave a termination message that is too long, and a short one."""
    deploy().observe(ended())


@scenario("unit/everyone.yaml")
def everyone(deploy: Stage) -> None:
    """Tell of a machine's boot, and leave termination messages as long as may be, in containers of all kinds."""
    deploy().observe(ended())


@scenario("unit/beyond-{of}.yaml", of=["two-apps", "app-and-sidecar"], seconds=2)
def beyond(deploy: Stage) -> None:
    """Request more CPU than any node has in two containers, each of which requests less.

    The Pod is deleted as soon as the scheduler says that no node takes it: an autoscaler would buy one.
    """
    pod = deploy(requests={"cpu": deploy.more_than_half()})
    pod.require(any_of(unschedulable(), event("left", "waiting"))).delete()


@scenario("unit/counted.yaml", seconds=1)
def counted(deploy: Stage) -> None:
    """Let a quota count a Pod whose containers ask for a resource that nothing has."""
    deploy.begin_to_count("counted")
    deploy()
    deploy.count_anew("counted")


@scenario("unit/status.yaml", seconds=8)
def status(deploy: Stage) -> None:
    """Let an init container go on once it is said to run, and one of two apps end once the Pod is ready."""
    initializing = all_of(event("init-held", "read"), said_to_run("init-held"))
    pod = deploy().observe(any_of(initializing, in_phase("Running"), ended()))
    deploy.change("Pod", "status", {"metadata": {"annotations": {"go": "yes"}}})
    pod.observe(any_of(ready(), ended()))
    deploy.change("Pod", "status", {"metadata": {"annotations": {"end": "yes"}}})
    lived = all_of(terminated("first"), event("other", "waiting"), if_there("beside", event("beside", "waiting")))
    pod.observe(any_of(lived, ended())).delete()


@scenario("unit/restarting.yaml", seconds=15)
def restarting(deploy: Stage) -> None:
    """Let one app end, and the other fail until the kubelet waits before it restarts it."""
    deploy(restart_policy="OnFailure").observe(any_of(event("again", "waiting"), ended())).delete()


@scenario("unit/host-port.yaml", pod_security="privileged", seconds=2)
def host_port(deploy: Stage) -> None:
    """Ask for ports of a node that another Pod has there, and for one of them by another protocol.

    Each Pod is deleted as soon as the scheduler says that the node does not take it: an autoscaler would buy one.
    """
    holder = deploy("holder").require(any_of(scheduled(), unschedulable()))
    if not holder.node:
        holder.delete()
        raise LackingError(f"no node takes a Pod with these ports of its own: {holder.view.last_state()}")
    for role in (*TAKEN, "other"):
        deploy(role).require(any_of(scheduled(), unschedulable())).delete()
    holder.delete()


@requirement("POD-QOS", control=controls.HALF_A_REQUEST)
def test_a_pod_all_of_whose_containers_request_their_limits_is_guaranteed(guaranteed: Record) -> list[Violation]:
    needs_as_stored(needed.void(guaranteed, needed.of_class("Guaranteed")))
    return judges.other_class(guaranteed, "Guaranteed")


@requirement("POD-QOS", control=controls.REQUESTS_AS_LIMITS)
def test_a_pod_one_of_whose_containers_requests_less_is_burstable(less_requested: Record) -> list[Violation]:
    needs_as_stored(needed.void(less_requested, needed.of_class("Burstable")))
    return judges.other_class(less_requested, "Burstable")


@requirement("POD-QOS", control=controls.NOTHING_REQUESTED)
def test_a_pod_one_of_whose_containers_alone_has_a_request_is_burstable(one_requests: Record) -> list[Violation]:
    needs_as_stored(needed.void(one_requests, needed.of_class("Burstable")))
    return judges.other_class(one_requests, "Burstable")


@requirement("POD-QOS", control=controls.A_REQUEST)
def test_a_pod_without_limits_and_requests_is_best_effort(best_effort: Record) -> list[Violation]:
    needs_as_stored(needed.void(best_effort, needed.of_class("BestEffort")))
    return judges.other_class(best_effort, "BestEffort")


@requirement(
    "POD-TERMINATION-MESSAGE",
    case="each",
    control=(controls.LEFT_ELSEWHERE, controls.ANOTHER_MESSAGE, controls.HALF_A_MESSAGE),
)
def test_a_termination_message_is_no_longer_than_one_may_be(messages: Record) -> list[Violation]:
    return judges.messages_differ(messages, "left", "right", whole=("right",))


@requirement("POD-TERMINATION-MESSAGE", case="together", control=controls.MANY_LEFT_ELSEWHERE)
def test_termination_messages_are_together_no_longer_than_they_may_be(everyone: Record) -> list[Violation]:
    return judges.messages_differ(everyone, *ALL_KINDS)


@requirement("POD-STATUS", case="initializing", control=controls.NOT_HELD)
def test_a_pod_is_pending_and_not_initialized_while_an_init_container_runs(status: Record) -> list[Violation]:
    return judges.not_initializing(status, "init-held", "read")


@requirement("POD-STATUS", case="running", control=controls.NONE_LIVES_ON)
def test_a_pod_is_running_while_one_of_its_containers_is(status: Record) -> list[Violation]:
    return judges.not_running(status, "first")


@requirement("POD-STATUS", case="restarting", control=controls.NEVER_AGAIN)
def test_a_pod_is_running_while_its_last_container_is_being_restarted(restarting: Record) -> list[Violation]:
    return judges.not_running(restarting, "done", "again")


@requirement("POD-STATUS", case="containers", control=controls.INIT_FAILS)
def test_every_container_has_one_status_with_an_id(status: Record) -> list[Violation]:
    return judges.statuses_differ(status)


@requirement("POD-STATUS", case="conditions", control=(controls.WITHOUT_INITS, controls.NEVER_INITIALIZED))
def test_a_pods_conditions_become_true_in_their_order(status: Record) -> list[Violation]:
    needs_condition(status, "PodReadyToStartContainers")
    return judges.out_of_order(status, *CONDITIONS)


@requirement("POD-ONE-NODE", case="one-node", control=controls.ANOTHER_BOOT)
def test_all_containers_of_a_pod_are_on_one_node(everyone: Record) -> list[Violation]:
    needs_file(everyone, BOOT)
    return judges.on_several_nodes(everyone, BOOT, *ALL_KINDS)


@requirement("POD-ONE-NODE", control=controls.NOTHING_ASKED)
def test_a_pod_whose_requests_fit_on_no_node_together_stays_pending(beyond: Record) -> list[Violation]:
    needs_as_stored(needed.void(beyond, needed.more_cpu_than(max(stored.cpus(beyond).values(), default=0))))
    return judges.placed(beyond)


@requirement("POD-ONE-NODE", case="counted", control=(A_SECOND_POD, PODS_COUNTED))
def test_a_quota_counts_the_sum_of_what_a_pods_containers_request(counted: Record) -> list[Violation]:
    return counted_otherwise(counted, "counted", "podproof.dev/counted")


@requirement("API-PORTS", case="host-port-taken", control=controls.PORTS_APART)
def test_a_pod_whose_port_of_the_node_is_taken_stays_pending(host_port: Record) -> list[Violation]:
    return judges.port_shared(host_port, "holder", "other", *TAKEN)
