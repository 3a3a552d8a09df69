"""Sidecars: init containers that are always restarted, and run beside the apps.

https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, container_ready, ended, ended_after, event
from fixtures.session.marks import requirement, scenario
from suite.sidecars import controls, judges

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation

POLICIES = ["Always", "OnFailure", "Never"]
STARTED = [event(name, "started") for name in ("beside", "sidecar")]
TRIED_THE_LOCK = ("locked", "lock-refused")
ENDS = {"completes": 0, "exit-code": 3}  # with what the sidecar exits when it is told to end
TOLD = {"metadata": {"annotations": {"ready": "yes"}}}


@scenario("sidecars/starts-first.yaml", seconds=6)
def starts_first(deploy: Stage) -> None:
    """Run a sidecar, an init container after it, and the app to its end."""
    deploy().observe(ended_after("beside"))


@scenario("sidecars/startup-gates.yaml", seconds=11)
def startup_gates(deploy: Stage) -> None:
    """Run two sidecars whose startup probes succeed late, one before an init container and one before the app."""
    deploy().observe(all_of(*STARTED, event("init-1", "listed"), event("main", "waiting")))


@scenario("sidecars/poststart-gates.yaml", seconds=9)
def poststart_gates(deploy: Stage) -> None:
    """Run two sidecars whose postStart hooks take their time, one before an init container and one before the app."""
    deploy().observe(all_of(*STARTED, event("init-1", "listed"), event("main", "waiting")))


@scenario("sidecars/restarted.yaml", restart_policy=POLICIES, seconds=18)
def restarted(deploy: Stage, restart_policy: str) -> None:
    """Let two sidecars end twice each: while an init container runs, and beside the app."""
    tried = all_of(*(event(name, *TRIED_THE_LOCK) for name in ("beside", "sidecar")))
    deploy(restart_policy=restart_policy).observe(all_of(tried, event("main", "started")))


@scenario("sidecars/readiness.yaml", seconds=14)
def readiness(deploy: Stage) -> None:
    """Look for a Pod among a Service's endpoints while its sidecar is not ready; let that become ready, look again.

    The first look is once another Pod is an endpoint: that it is none then means something.
    """
    pod = deploy("readiness").observe(all_of(event("main", "waiting"), container_ready("main")))
    deploy("later").observe(event("later", "waiting")).observe_endpoint("web", ready=True)
    pod.look_for_endpoint("web")
    deploy.change("Pod", "readiness", TOLD)
    pod.observe(event("beside", "waiting")).observe_endpoint("web", ready=True)


@scenario("sidecars/fails-once.yaml", seconds=22)
def fails_once(deploy: Stage) -> None:
    """Let the first run of a sidecar fail, in a Pod that restarts nothing, beside two other startup probes."""
    deploy().observe(all_of(*(event(name, "waiting") for name in ("beside", "sidecar", "main"))))


@scenario("sidecars/job-{sidecar}.yaml", sidecar=list(ENDS), seconds=7)
def job(deploy: Stage) -> None:
    """Let a Job run a Pod whose sidecar would run on; look at the Job until it is over."""
    deploy.as_job().observe(ended()).observe_job()


@requirement("SIDE-STARTS-FIRST", control=(controls.SIDECARS_AS_APPS, controls.A_SIDECAR_THAT_ENDS))
def test_a_sidecar_starts_before_what_comes_after_it_and_runs_beside_it(starts_first: Record) -> list[Violation]:
    return judges.not_first(starts_first, "beside", "init-1", "main")


@requirement("SIDE-STARTUP-GATES", case="next-init", control=controls.GATES_WITHOUT_PROBES)
def test_the_next_init_container_waits_for_the_startup_probe(startup_gates: Record) -> list[Violation]:
    return judges.ungated(startup_gates, "beside", "init-1", folder="/gate")


@requirement("SIDE-STARTUP-GATES", case="first-app", control=(controls.GATES_WITHOUT_PROBES, controls.PROBES_IN_VAIN))
def test_the_first_app_waits_for_the_startup_probe(startup_gates: Record) -> list[Violation]:
    return judges.ungated(startup_gates, "sidecar", "main", folder="/gate")


@requirement("SIDE-POSTSTART-GATES", case="next-init", control=controls.DONE_WITHOUT_HOOKS)
def test_the_next_init_container_waits_for_the_post_start_hook(poststart_gates: Record) -> list[Violation]:
    return judges.ungated(poststart_gates, "beside", "init-1", folder="/gate")


@requirement("SIDE-POSTSTART-GATES", case="first-app", control=controls.DONE_WITHOUT_HOOKS)
def test_the_first_app_waits_for_the_post_start_hook(poststart_gates: Record) -> list[Violation]:
    return judges.ungated(poststart_gates, "sidecar", "main", folder="/gate")


RESTARTED = (controls.FIRST_RUNS_THAT_STAY, controls.AN_APP_THAT_ENDS, controls.AN_APP_WITHOUT_A_LOCK)


@requirement("SIDE-ALWAYS-RESTARTS", case="zero", control=RESTARTED)
def test_a_sidecar_that_exits_with_0_is_run_again(restarted: Record) -> list[Violation]:
    return judges.not_always_restarted(restarted, "beside", init="init-1", app="main", code=0)


@requirement("SIDE-ALWAYS-RESTARTS", case="non-zero", control=RESTARTED)
def test_a_sidecar_that_fails_is_run_again(restarted: Record) -> list[Violation]:
    return judges.not_always_restarted(restarted, "sidecar", init="init-1", app="main", code=3)


@requirement("SIDE-READINESS", control=(controls.ALWAYS_READY, controls.NEVER_READY))
def test_a_sidecar_that_is_not_ready_keeps_the_pod_out_of_its_service(readiness: Record) -> list[Violation]:
    return judges.unready_served(readiness, "beside", "main", service="web", later="later")


@requirement("SIDE-JOB", control=controls.A_SIDECAR_AS_AN_APP_THAT_FAILS)
def test_a_job_whose_app_is_done_completes(job: Record) -> list[Violation]:
    return judges.not_completed(job, "beside", "main", code=ENDS[job.case])


@requirement("SIDE-FAILS-ONCE", control=(controls.FAILS_AS_AN_INIT_CONTAINER, controls.SUCCEEDS_AT_ONCE))
def test_a_sidecar_whose_first_run_fails_holds_up_no_app(fails_once: Record) -> list[Violation]:
    return judges.failed_for_good(fails_once, "sidecar", "main")
