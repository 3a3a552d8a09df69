"""What a Pod keeps, and what starts anew, when something happens to its node.

https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#pod-restart-reasons
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, event, if_there, printed, ready, terminated
from fixtures.session.marks import requirement, scenario
from suite.init.judges import out_of_sequence
from suite.node import controls, judges

if TYPE_CHECKING:
    from clusters.cluster import Part
    from fixtures.play.stage import Stage
    from records import Record, Violation

INITS = ("init-1", "init-2")
LIVING = ("beside", "main", "other")  # each holds a lock for life


@scenario("node/sandbox-lost.yaml", hand=True, seconds=12)
def sandbox_lost(deploy: Stage) -> None:
    """Let the Pod's sandbox be lost while its app runs; wait until the app runs again."""
    told = [if_there(name, event(name, "exit", "waiting")) for name in INITS]  # their output goes with the sandbox
    pod = deploy(restart_policy="Always").require(all_of(*told, event("beside", "waiting"), event("main", "waiting")))
    deploy.hand.lose_sandbox(pod)
    pod.observe(if_there("main", printed("main", "waiting", later=True)))


@scenario("node/cleaned.yaml", hand=True, seconds=10)
def cleaned(deploy: Stage) -> None:
    """Remove an init container and an ephemeral one from the node; kill an app, and wait until it runs again."""
    pod = deploy(restart_policy="Always").require(all_of(event("main", "waiting"), event("killed", "waiting")))
    pod.inject().require(terminated("late"))
    for container in ("init", "late"):
        deploy.hand.remove(pod, container)
    deploy.hand.kill(pod, "killed")
    pod.observe(printed("killed", "waiting", later=True))


@scenario("node/restarted.yaml", part=["kubelet", "containerd"], hand=True, alone=True, seconds=15)
def restarted(deploy: Stage, part: Part) -> None:
    """Restart a part of the node while the containers run; then have an ephemeral container run, and the app ready."""
    pod = deploy(restart_policy="Always").require(all_of(*(event(name, "waiting") for name in LIVING)))
    deploy.hand.restart(pod, part)
    pod.inject().observe(all_of(event("late", "exit"), ready()))


@requirement(
    "INIT-AGAIN",
    control=(controls.AN_INIT_ELSEWHERE, controls.COUNTED_ELSEWHERE, controls.INITS_AS_APPS, controls.SIDECAR_LAST),
)
def test_after_a_lost_sandbox_all_init_containers_run_again_in_order(sandbox_lost: Record) -> list[Violation]:
    anew = judges.not_run_anew(sandbox_lost, *INITS, "beside", "main", counts="init-1")
    last = judges.last_round(sandbox_lost)
    return anew or out_of_sequence(last, *INITS, "main") + judges.sidecar_out_of_turn(
        last, "init-1", "beside", "init-2"
    )


@requirement("INIT-CLEANED", case="init", control=controls.INIT_AS_SIDECAR)
def test_an_init_container_that_was_removed_is_not_run_again(cleaned: Record) -> list[Violation]:
    return judges.run_again_once_removed(cleaned, "init", "killed")


@requirement("INIT-CLEANED", case="ephemeral", control=controls.EPHEMERAL_AS_APP)
def test_an_ephemeral_container_that_was_removed_is_not_run_again(cleaned: Record) -> list[Violation]:
    return judges.run_again_once_removed(cleaned, "late", "killed")


@requirement("RESTART-KUBELET", control=(controls.RUN_AGAIN, controls.A_LOCK_ELSEWHERE))
def test_containers_live_through_a_restart_of_the_kubelet_or_the_runtime(restarted: Record) -> list[Violation]:
    return judges.disturbed(restarted, "late", "init", *LIVING)
