"""A container runs once its postStart hook is done, and is told to end once its preStop hook is.

https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, any_of, container_ready, ended, event, ready, run_again
from fixtures.session.features import needs_as_stored, unless_segmented
from fixtures.session.marks import requirement, scenario
from suite.hooks import controls, judges
from suite.needed import grace_period, hook_sleeps, void

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation

POST_START, PRE_STOP = 20, 3  # seconds of the hooks that sleep
LONG = 300  # seconds that a preStop hook may take in all, however slow the node is
ENDED = ("exits", "crashes")
UNHEALTHY = ("liveness", "startup")
RUNS = all_of(ready(), event("main", "waiting"))


@scenario("hooks/poststart-{kind}.yaml", kind=["exec", "http"], seconds=9)
def poststart(deploy: Stage) -> None:
    """See a status of the Pod while a hook runs; have another Pod release the hook after that."""
    begun = any_of(all_of(event("beside", "read"), container_ready("beside")), event("beside", "not-read"))
    pod = deploy("started").observe(begun)
    deploy("release", environment={"SERVER": pod.one_address()}).observe(ended())
    pod.observe(any_of(RUNS, ended()))
    deploy.note_policies()


@scenario("hooks/poststart-{kind}.yaml", kind=["sleep"], seconds=24)
def poststart_sleep(deploy: Stage) -> None:
    """Run a container whose hook sleeps, beside one that becomes ready meanwhile."""
    deploy().observe(all_of(RUNS, event("beside", "waiting")))


@scenario("hooks/poststart-fails.yaml", restart_policy=["Always", "OnFailure"])
def poststart_fails(deploy: Stage, restart_policy: str) -> None:
    """Let a hook fail in the first run of its container."""
    deploy(restart_policy=restart_policy).observe(run_again("main"))


@scenario("hooks/poststart-fails.yaml")
def poststart_fails_once(deploy: Stage) -> None:
    """Let a hook fail in a Pod that restarts nothing."""
    deploy().observe(ended())


@scenario("hooks/prestop-{kind}.yaml", kind=["exec", "http"], seconds=6)
def prestop(deploy: Stage) -> None:
    """Delete a Pod whose container has a hook that takes its time."""
    deploy().observe(event("main", "waiting")).delete()


@scenario("hooks/prestop-{kind}.yaml", kind=["sleep"], seconds=8)
def prestop_sleep(deploy: Stage) -> None:
    """Delete a Pod whose container has a hook that sleeps."""
    deploy().observe(event("main", "waiting")).delete()


@scenario("hooks/prestop-unhealthy.yaml", seconds=6)
def prestop_unhealthy(deploy: Stage) -> None:
    """Let containers fail a liveness and a startup probe until their hooks have run."""
    deploy(restart_policy="Always").observe(all_of(*(event(name, "exit") for name in UNHEALTHY)))


@scenario("hooks/prestop-ended.yaml", seconds=17)
def prestop_ended(deploy: Stage) -> None:
    """Let containers end by themselves and run again; delete the Pod after that."""
    deploy(restart_policy="Always").observe(all_of(*(event(name, "waiting") for name in ENDED))).delete()


@scenario("hooks/prestop-hangs.yaml", seconds=9)
def prestop_hangs(deploy: Stage) -> None:
    """Delete a Pod whose container has a hook that takes longer than the grace period."""
    deploy().observe(event("main", "waiting")).delete()


@requirement("HOOK-POSTSTART", control=controls.RELEASED_AT_ONCE)
def test_a_container_is_not_running_while_its_poststart_hook_runs(poststart: Record) -> list[Violation]:
    return unless_segmented(poststart, judges.running_in_hook(poststart, "main", beside="beside", release="release"))


@requirement("HOOK-POSTSTART", control=controls.WITHOUT_HOOKS)
def test_a_container_is_not_running_while_the_kubelet_sleeps_for_it(poststart_sleep: Record) -> list[Violation]:
    needs_as_stored(void(poststart_sleep, hook_sleeps("main", "postStart", POST_START)))
    return judges.running_in_sleep(poststart_sleep, "main", beside="beside", seconds=POST_START)


@requirement("HOOK-POSTSTART", case="fails", control=controls.HOOK_SUCCEEDS)
def test_a_container_whose_poststart_hook_fails_is_ended_and_run_again(poststart_fails: Record) -> list[Violation]:
    return judges.not_restarted_for_hook(poststart_fails, "main")


@requirement("HOOK-POSTSTART", case="Never-fails", control=(controls.HOOK_SUCCEEDS_ONCE, controls.RESTARTED))
def test_a_container_whose_hook_fails_is_not_run_again_against_its_policy(
    poststart_fails_once: Record,
) -> list[Violation]:
    return judges.restarted_for_hook(poststart_fails_once, "main")


@requirement("HOOK-PRESTOP", control=(controls.WITHOUT_PRESTOP, controls.LONGER_THAN_THE_PERIOD))
def test_a_prestop_hook_is_done_before_its_container_is_told_to_end(prestop: Record) -> list[Violation]:
    needs_as_stored(void(prestop, grace_period(LONG)))
    return judges.term_in_hook(prestop, "main")


@requirement("HOOK-PRESTOP", control=controls.WITHOUT_PRESTOP_SLEEP)
def test_a_container_is_told_to_end_after_the_kubelet_slept_for_it(prestop_sleep: Record) -> list[Violation]:
    needs_as_stored(void(prestop_sleep, hook_sleeps("main", "preStop", PRE_STOP)))
    return judges.term_in_sleep(prestop_sleep, "main", seconds=PRE_STOP)


@requirement("HOOK-PRESTOP", case="liveness", control=(controls.WITHOUT_PRESTOP, controls.LONGER_THAN_THE_PERIOD))
def test_a_prestop_hook_is_done_before_a_failed_liveness_probe_ends_a_run(prestop_unhealthy: Record) -> list[Violation]:
    needs_as_stored(void(prestop_unhealthy, grace_period(LONG)))
    return judges.term_in_hook(prestop_unhealthy, "liveness")


@requirement("HOOK-PRESTOP", case="startup", control=(controls.WITHOUT_PRESTOP, controls.LONGER_THAN_THE_PERIOD))
def test_a_prestop_hook_is_done_before_a_failed_startup_probe_ends_a_run(prestop_unhealthy: Record) -> list[Violation]:
    needs_as_stored(void(prestop_unhealthy, grace_period(LONG)))
    return judges.term_in_hook(prestop_unhealthy, "startup")


@requirement("HOOK-PRESTOP", case="ended", control=controls.CALLED_AT_START)
def test_a_prestop_hook_is_not_called_for_a_container_that_ended(prestop_ended: Record) -> list[Violation]:
    exits = judges.called_for_ended(prestop_ended, "exits", "beside")
    return exits + judges.called_for_ended(prestop_ended, "crashes", "beside")


@requirement("HOOK-PRESTOP", case="grace-period", control=controls.SHORTER_THAN_THE_PERIOD)
def test_the_grace_period_goes_on_while_a_prestop_hook_runs(prestop_hangs: Record) -> list[Violation]:
    return judges.waited_for_hook(prestop_hangs, "main")
