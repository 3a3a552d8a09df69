"""Processes are private to their container by default, and shared by the containers of a Pod on request.

https://kubernetes.io/docs/tasks/configure-pod-container/share-process-namespace/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, ended, event, terminated
from fixtures.session.marks import requirement, scenario
from suite.api import judges as api
from suite.api.controls import ANOTHER_FAULT
from suite.ipc import judges as ipc
from suite.network.localhost import judges as network
from suite.processes import controls, judges

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation

EVERYONE = ("beside", "left", "right")  # a sidecar, two apps
NOT_FOR_EPHEMERAL = (  # in the order of the manifest
    "ports",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
    "resources",
    "volumeMounts[1].subPath",
    "restartPolicy",
)


@scenario("processes/private.yaml")
def private(deploy: Stage) -> None:
    """Mark the processes of a sidecar and two apps, and list in each those that it sees."""
    deploy().observe(ended())


@scenario("processes/shared.yaml", seconds=6)
def shared(deploy: Stage) -> None:
    """Mark and list processes in one PID namespace; then reach from one app into the other."""
    deploy().observe(ended())


@scenario("processes/host-processes.yaml", pod_security="privileged", seconds=6)
def host_processes(deploy: Stage) -> None:
    """Mark the process of an ordinary Pod; list those that a Pod with hostPID sees on its node."""
    owner = deploy("owner").observe(event("owner", "waiting"))
    deploy("watcher").observe(event("watcher", "exit"))
    owner.delete()


@scenario("processes/host-pid-shared.yaml", pod_security="privileged", seconds=1)
def host_and_shared(deploy: Stage) -> None:
    """Send a Pod that asks for the node's processes and for its own, shared."""
    deploy.dry_run()


@scenario("processes/ephemeral.yaml", seconds=6)
def ephemeral(deploy: Stage) -> None:
    """Ask the app on localhost from an ephemeral container, and receive its message there."""
    deploy().inject().observe(ended())


@scenario("processes/ephemeral-target.yaml")
def ephemeral_target(deploy: Stage) -> None:
    """List the processes of an app in an ephemeral container that targets it."""
    told = all_of(event("app", "waiting", "not-read"), terminated("targets"))
    deploy().require(event("app", "marked")).inject().observe(told)


@scenario("processes/ephemeral-once.yaml", seconds=9)
def ephemeral_once(deploy: Stage) -> None:
    """Let an ephemeral container exit; once the kubelet tells of that, have another end the app, which runs again."""
    pod = deploy(restart_policy="Always").inject(1).require(terminated("once"))
    pod.inject().observe(all_of(event("late", "exit"), event("app", "waiting")))


@scenario("processes/ephemeral-refused.yaml")
def ephemeral_refused(deploy: Stage) -> None:
    """Send invalid ephemeral containers as dry runs, each by itself."""
    deploy().observe(event("app", "waiting")).dry_inject()


@requirement("PID-PRIVATE", control=controls.ONE_PROCESS_NAMESPACE)
def test_by_default_a_container_sees_no_process_of_a_neighbour(private: Record) -> list[Violation]:
    return judges.neighbours_seen(private, *EVERYONE)


@requirement("PID-SHARED", case="seen", control=controls.NEIGHBOURS_HIDDEN)
def test_in_a_shared_namespace_every_container_sees_the_processes_of_all(shared: Record) -> list[Violation]:
    return judges.neighbours_unseen(shared, *EVERYONE)


@requirement("PID-SHARED", case="signalled", control=(controls.SIGNALLED_IN_VAIN, controls.SIGNALLED_BY_ANOTHER))
def test_in_a_shared_namespace_a_container_signals_anothers_process(shared: Record) -> list[Violation]:
    return judges.not_signalled(shared, "right", "left")


@requirement("PID-SHARED", case="root", control=(controls.ROOTS_HIDDEN, controls.WRITTEN_AGAIN))
def test_in_a_shared_namespace_a_container_reads_anothers_root(shared: Record) -> list[Violation]:
    return judges.root_unread(shared, "right", "left")


@requirement("PID-SHARED", case="reaped", control=controls.NOBODY_REAPS)
def test_in_a_shared_namespace_orphans_are_reaped(shared: Record) -> list[Violation]:
    return judges.orphan_left(shared, "left")


@requirement("PID-HOST", case="seen", control=(controls.HOST_HIDDEN, controls.A_NAMESPACE_OF_THE_PODS))
def test_with_host_pid_a_container_sees_the_processes_of_its_node(host_processes: Record) -> list[Violation]:
    return judges.host_unseen(host_processes, "watcher", "owner")


@requirement("PID-HOST", case="refused", control=controls.SHARED_WITHOUT_HOST)
def test_host_pid_and_a_shared_namespace_are_refused_together(host_and_shared: Record) -> list[Violation]:
    older = "spec.securityContext.shareProcessNamespace"  # 1.35
    return api.not_refused_for(host_and_shared, "spec.shareProcessNamespace", older=(older,))


@requirement("EPHEMERAL-JOINS", case="localhost", control=controls.APP_OUT_OF_REACH)
def test_an_ephemeral_container_reaches_an_app_on_localhost(ephemeral: Record) -> list[Violation]:
    return network.not_reached(ephemeral, "joins", {"app": 7000})


@requirement("EPHEMERAL-JOINS", case="ipc", control=controls.QUEUE_OUT_OF_REACH)
def test_an_ephemeral_container_receives_what_an_app_sent(ephemeral: Record) -> list[Violation]:
    return ipc.messages_lost(ephemeral, "app", "joins", count=1, size=64)


@requirement("EPHEMERAL-JOINS", case="target", control=controls.WITHOUT_A_TARGET)
def test_an_ephemeral_container_sees_the_processes_of_its_target(ephemeral_target: Record) -> list[Violation]:
    return judges.target_unseen(ephemeral_target, "targets", "app")


@requirement("EPHEMERAL-JOINS", case="once", control=controls.EPHEMERAL_AS_APP)
def test_an_ephemeral_container_is_not_run_again(ephemeral_once: Record) -> list[Violation]:
    return judges.run_again(ephemeral_once, "once", "late", "app")


@requirement("EPHEMERAL-JOINS", case="refused", control=(controls.EPHEMERAL_AS_MAY_BE, ANOTHER_FAULT))
def test_what_an_ephemeral_container_may_not_have_is_refused_or_dropped(ephemeral_refused: Record) -> list[Violation]:
    return api.fields_accepted(ephemeral_refused, "ephemeralContainers", *NOT_FOR_EPHEMERAL)
