"""All containers of a Pod that stops are told to end; those that do not are killed after the grace period.

https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, any_of, event, gone, if_there, past_deadline, printed, ready
from fixtures.play.awaited import ended as ended_by_itself
from fixtures.session.features import needs_as_stored, unless_segmented
from fixtures.session.marks import requirement, scenario
from suite.needed import grace_period, same_deadline, same_grace_period, same_stop_signal, void
from suite.stop import controls, judges, observations

if TYPE_CHECKING:
    from fixtures.play.deployed import Deployed
    from fixtures.play.stage import Stage
    from records import Record, Violation

OWN, DEFAULT, LONG, LONGEST = 6, 30, 100, 300  # seconds of grace periods
HOOKED, EXTENSION = 8, 2  # seconds: of a grace period that a hook takes, and of what it then gets
SHARED = 5  # seconds of a grace period that apps take, and sidecars would need
DEADLINE = 40  # seconds that a Pod may be active
RESTARTED = 30  # seconds of a grace period: output may lag by 20 once the kubelet breaks it off (Timeouts.output)
SHORTER, LONGER = 3, 100  # seconds of second requests
WINDOW = 45  # seconds, after a second request: before a period of LONG seconds is over
SECOND = 2  # request
LEFT, RIGHT = "left", "right"
VOLUMES = ("/scratch/kept", "/settings/setting", "/token/token")  # a file on each
APPS, SIDECARS = (LEFT, RIGHT), ("beside", "sidecar")


def speaking(deploy: Stage, *names: str, restart_policy: str | None = None) -> tuple[Deployed, Deployed]:
    """Deploy a witness, and the Pod that is to be stopped; return both once the witness hears these containers."""
    witness = deploy("witness").observe(event("witness", "serving"))
    to_witness = {"WITNESS": witness.one_address()}
    pod = deploy("stopped", environment=to_witness, restart_policy=restart_policy)
    for name in names:  # a control may have moved one into a Pod of its own
        deploy(name, environment=to_witness, restart_policy=restart_policy)
    witness.observe(all_of(*(printed("witness", "hears", who=name) for name in names)))
    return pod, witness


def heard_out(deploy: Stage, witness: Deployed, *, gone: bool) -> None:
    """Wait until the witness has heard the end of all, if it is to come; else have it say who still speaks."""
    if gone:
        witness.observe(event("witness", "exit"))
    if not witness.said("witness", "exit"):
        witness.delete()
    deploy.note_policies()


def stop(deploy: Stage, *names: str, within: float | None = None) -> None:
    """Delete the Pod once the witness hears these containers, and hear them out; by default the promise's window."""
    pod, witness = speaking(deploy, *names)
    heard_out(deploy, witness, gone=pod.begin_deletion().observe_gone(within or deploy.timeouts.promise))


@scenario("stop/term-own.yaml", seconds=14)
def term_own(deploy: Stage) -> None:
    """Delete a Pod with a container that ends when it is told to, and one that does not."""
    stop(deploy, "obeys", "deaf")


@scenario("stop/term-default.yaml", seconds=38)
def term_default(deploy: Stage) -> None:
    """Delete a Pod like that, which says nothing of its grace period."""
    stop(deploy, "obeys", "deaf", within=deploy.timeouts.deletion)


@scenario("stop/term-zero.yaml", seconds=9)
def term_zero(deploy: Stage) -> None:
    """Delete a Pod like that, which asks for no grace period."""
    stop(deploy, "obeys", "deaf")


@scenario("stop/signal.yaml", seconds=9)
def stop_signal(deploy: Stage) -> None:
    """Delete a Pod two of whose containers name a stop signal of their own."""
    waiting = (event(name, "waiting") for name in ("beside", "own", "neighbour"))
    deploy().observe(all_of(*waiting)).begin_deletion().observe_gone(deploy.timeouts.promise)


@scenario("stop/shortened.yaml", seconds=12)
def shortened(deploy: Stage) -> None:
    """Delete a Pod with a long grace period, and once more with a short one when its containers were told to end."""
    pod, witness = speaking(deploy, LEFT, RIGHT)
    told = all_of(*(if_there(name, event(name, "terminated")) for name in APPS))
    pod.begin_deletion().observe(told).begin_deletion(grace=SHORTER)
    heard_out(deploy, witness, gone=pod.observe_gone(WINDOW))


@scenario("stop/not-lengthened.yaml", seconds=14)
def not_lengthened(deploy: Stage) -> None:
    """Delete a Pod with a short grace period, and once more with a long one when its containers were told to end."""
    pod, witness = speaking(deploy, LEFT, RIGHT)
    told = all_of(*(if_there(name, event(name, "terminated")) for name in APPS))
    pod.begin_deletion().observe(told).begin_deletion(grace=LONGER)
    heard_out(deploy, witness, gone=pod.observe_gone(deploy.timeouts.promise))


@scenario("stop/prestop.yaml", seconds=18)
def prestop(deploy: Stage) -> None:
    """Delete a Pod one of whose containers has a hook that takes longer than the grace period."""
    stop(deploy, "hooked", "neighbour")


@scenario("stop/endpoint.yaml", seconds=14)
def endpoint(deploy: Stage) -> None:
    """Delete a Pod that is a ready endpoint; look at it while it is ready, and after another Pod asked it not to be."""
    pod = deploy("stopped").observe(all_of(event("server", "waiting"), ready())).observe_endpoint("web", ready=True)
    pod.begin_deletion().observe_conditions("web", terminating=True)
    deploy("unready", environment={"SERVER": pod.one_address()}).observe(ended_by_itself())
    pod.observe_conditions("web", terminating=True, serving=False)
    deploy.note_policies()


@scenario("stop/forced.yaml", seconds=9)
def forced(deploy: Stage) -> None:
    """Delete a Pod by force; create it again under the same name, on the same node, though its container may run on."""
    pod, witness = speaking(deploy, "keeper")
    pod.observe(event("keeper", "waiting"))  # once the Pod is gone, nobody can read what it printed
    if pod.begin_deletion(grace=0).observe_gone(deploy.timeouts.promise):
        deploy("stopped", environment={"WITNESS": witness.one_address()}).observe(event("keeper", "waiting"))
    witness.delete()


@scenario("stop/sidecars-{how}.yaml", how=["deleted"], seconds=9)
def sidecars_deleted(deploy: Stage) -> None:
    """Delete a Pod of two apps and two sidecars."""
    waiting = (if_there(name, event(name, "waiting")) for name in (*APPS, *SIDECARS))
    deploy().observe(all_of(*waiting)).begin_deletion().observe_gone()


@scenario("stop/sidecars-{how}.yaml", how=["completed"], seconds=9)
def sidecars_completed(deploy: Stage) -> None:
    """Let two apps end beside two sidecars."""
    deploy().observe(ended_by_itself())


@scenario("stop/sidecar-grace.yaml", seconds=15)
def sidecar_grace(deploy: Stage) -> None:
    """Delete a Pod whose app takes all of the grace period, beside sidecars that would need it, too."""
    stop(deploy, "deaf", *SIDECARS)


@scenario("stop/phase-{ends}.yaml", ends=["zero"])
def phase_zero(deploy: Stage) -> None:
    """Delete a Pod whose containers then exit with 0."""
    deploy().observe(all_of(*(event(name, "waiting") for name in APPS))).begin_deletion().observe_gone()


@scenario("stop/phase-{ends}.yaml", ends=["non-zero"])
def phase_non_zero(deploy: Stage) -> None:
    """Delete a Pod one of whose containers then fails."""
    deploy().observe(all_of(*(event(name, "waiting") for name in APPS))).begin_deletion().observe_gone()


@scenario("stop/phase-{ends}.yaml", ends=["sidecar"])
def phase_sidecar(deploy: Stage) -> None:
    """Delete a Pod whose sidecar then fails."""
    waiting = (event(name, "waiting") for name in (*APPS, "beside"))
    deploy().observe(all_of(*waiting)).begin_deletion().observe_gone()


@scenario("stop/deadline-{of}.yaml", of=["apps-run"], seconds=50)
def deadline_apps(deploy: Stage) -> None:
    """Run apps beyond the time that their Pod may be active."""
    pod, witness = speaking(deploy, "obeys", "deaf", restart_policy="Always")
    pod.observe(past_deadline())
    heard_out(deploy, witness, gone=pod.has(past_deadline()))


@scenario("stop/deadline-{of}.yaml", of=["inits-run"], seconds=50)
def deadline_inits(deploy: Stage) -> None:
    """Run an init container beyond the time that its Pod may be active."""
    pod, witness = speaking(deploy, "deaf")
    pod.observe(past_deadline())
    heard_out(deploy, witness, gone=pod.has(past_deadline()))


@scenario("stop/during-{start}.yaml", start=["inits"], seconds=14)
def during_inits(deploy: Stage) -> None:
    """Delete a Pod while an init container runs, beside a sidecar."""
    pod, witness = speaking(deploy, "beside", "deaf")
    pod.observe(all_of(event("beside", "waiting"), event("deaf", "waiting")))
    heard_out(deploy, witness, gone=pod.begin_deletion().observe_gone(deploy.timeouts.promise))


@scenario("stop/during-{start}.yaml", start=["poststart"], seconds=18)
def during_poststart(deploy: Stage) -> None:
    """Delete a Pod while the postStart hook of an app hangs, beside another app."""
    stop(deploy, "obeys", "deaf")


@scenario("stop/during-{start}.yaml", start=["startup"], seconds=9)
def during_startup(deploy: Stage) -> None:
    """Delete a Pod whose first sidecar has seen that its startup probe fails."""
    pod = deploy().observe(event("beside", "waiting"))
    pod.begin_deletion().observe_gone(deploy.timeouts.promise)


@scenario("stop/kubelet-restarted.yaml", hand=True, alone=True, seconds=45)
def kubelet_restarted(deploy: Stage) -> None:
    """Restart the kubelet seconds after a deleted Pod was told to end; then have a new Pod ask a container to look.

    By these seconds a period that begins anew differs from the rest of one.
    """
    pod, witness = speaking(deploy, "reader", "deaf")
    pod.observe(event("reader", "waiting"))
    later = all_of(event("reader", "worked", "exit"), event("deaf", "terminated"))
    pod.begin_deletion().observe(any_of(later, gone()))
    deploy.hand.restart(pod, "kubelet")
    deploy("late", environment={"READER": pod.one_address()}).observe(ended_by_itself())
    heard_out(deploy, witness, gone=pod.observe_gone(deploy.timeouts.promise))


TERM = (controls.A_SHORTER_PERIOD, controls.A_LONGER_PERIOD, controls.BELOW_A_PROGRAM)


@requirement("STOP-TERM", case="own", control=TERM)
def test_who_is_told_to_end_and_does_not_is_killed_after_the_pods_own_period(term_own: Record) -> list[Violation]:
    needs_as_stored(void(term_own, same_grace_period(OWN), role="stopped"))
    found = judges.not_stopped(term_own, "deaf", obeys=("obeys",), witness="witness", seconds=OWN)
    return unless_segmented(term_own, found)


@requirement("STOP-TERM", case="default", control=TERM)
def test_who_is_told_to_end_and_does_not_is_killed_after_thirty_seconds(term_default: Record) -> list[Violation]:
    needs_as_stored(void(term_default, same_grace_period(DEFAULT), role="stopped"))
    found = judges.not_stopped(term_default, "deaf", obeys=("obeys",), witness="witness", seconds=DEFAULT)
    return unless_segmented(term_default, found)


@requirement("STOP-TERM", case="zero", control=None)
def test_what_becomes_of_a_pod_without_a_grace_period(term_zero: Record) -> list[str]:
    return observations.at_once(term_zero, "stopped", "obeys", "deaf", witness="witness")


SIGNALS = (controls.SIGNALS_IN_TURN, controls.BELOW_A_PROGRAM)


@requirement("STOP-SIGNAL", case="own", control=SIGNALS)
def test_a_container_is_told_to_end_by_the_stop_signal_that_it_names(stop_signal: Record) -> list[Violation]:
    needs_as_stored(void(stop_signal, same_stop_signal("own", "SIGUSR1"), grace_period(LONGEST)))
    return judges.other_signal(stop_signal, "stopped", "own", "SIGUSR1")


@requirement("STOP-SIGNAL", case="sidecar", control=SIGNALS)
def test_a_sidecar_is_told_to_end_by_the_stop_signal_that_it_names(stop_signal: Record) -> list[Violation]:
    needs_as_stored(void(stop_signal, same_stop_signal("beside", "SIGUSR2"), grace_period(LONGEST)))
    return judges.other_signal(stop_signal, "stopped", "beside", "SIGUSR2")


@requirement("STOP-SIGNAL", case="neighbour", control=SIGNALS)
def test_a_container_that_names_no_stop_signal_is_told_to_end_by_term(stop_signal: Record) -> list[Violation]:
    needs_as_stored(void(stop_signal, same_stop_signal("neighbour", None), grace_period(LONGEST)))
    return judges.other_signal(stop_signal, "stopped", "neighbour", "SIGTERM")


@requirement("STOP-GRACE-SHORTENED", case="shortened", control=controls.RIGHT_IN_ANOTHER_POD)
def test_a_second_request_shortens_the_period_of_all_containers(shortened: Record) -> list[Violation]:
    needs_as_stored(void(shortened, grace_period(LONG), role="stopped"))
    return unless_segmented(
        shortened, judges.not_stopped(shortened, LEFT, RIGHT, witness="witness", seconds=0, request=SECOND)
    )


@requirement(
    "STOP-GRACE-SHORTENED", case="not-lengthened", control=(controls.A_SHORTER_PERIOD, controls.A_LONGER_PERIOD)
)
def test_a_second_request_does_not_lengthen_the_period(not_lengthened: Record) -> list[Violation]:
    needs_as_stored(void(not_lengthened, same_grace_period(OWN), role="stopped"))
    found = judges.not_stopped(not_lengthened, LEFT, RIGHT, witness="witness", seconds=OWN)
    return unless_segmented(not_lengthened, found)


@requirement(
    "STOP-PRESTOP-EXTENSION",
    case="hooked",
    control=(controls.HOOK_ENDS_AT_ONCE, controls.A_LONGER_PERIOD, controls.BELOW_A_PROGRAM),
)
def test_a_container_whose_hook_takes_the_period_has_two_seconds_more(prestop: Record) -> list[Violation]:
    needs_as_stored(void(prestop, same_grace_period(HOOKED), role="stopped"))
    found = judges.hook_not_extended(prestop, "hooked", witness="witness", seconds=HOOKED + EXTENSION)
    return unless_segmented(prestop, found)


@requirement("STOP-PRESTOP-EXTENSION", case="neighbour", control=controls.THE_NEIGHBOURS_HOOK)
def test_a_container_is_told_to_end_though_a_neighbours_hook_takes_the_period(prestop: Record) -> list[Violation]:
    return judges.neighbour_held_up(prestop, "hooked", "neighbour")


@requirement("STOP-ENDPOINT", case="ready", control=controls.PUBLISHED_NOT_READY)
def test_a_terminating_endpoint_is_not_ready(endpoint: Record) -> list[Violation]:
    return judges.ready_while_terminating(endpoint, "stopped", "web")


@requirement("STOP-ENDPOINT", case="serving", control=(controls.NEVER_READY, controls.EVER_READY))
def test_a_terminating_endpoint_serves_for_as_long_as_its_pod_is_ready(endpoint: Record) -> list[Violation]:
    return unless_segmented(endpoint, judges.serving_untrue(endpoint, "stopped", "web", unready="unready"))


@requirement("STOP-FORCED", control=controls.LEFT_BEHIND)
def test_a_forced_deletion_frees_the_name_at_once_and_leaks_nothing(forced: Record) -> list[Violation]:
    needs_as_stored(void(forced, grace_period(LONGEST), role="stopped"))
    return judges.not_freed(forced, "keeper")


@requirement("STOP-SIDECARS-LAST", case="apps-first", control=controls.SIDECARS_AS_APPS)
def test_sidecars_are_told_to_end_when_the_last_app_of_a_deleted_pod_has_ended(
    sidecars_deleted: Record,
) -> list[Violation]:
    return judges.told_too_soon(sidecars_deleted, APPS, SIDECARS)


@requirement("STOP-SIDECARS-LAST", case="apps-first", control=controls.SIDECARS_THAT_STAY)
def test_sidecars_are_told_to_end_when_the_last_app_has_completed(sidecars_completed: Record) -> list[Violation]:
    return judges.told_too_soon(sidecars_completed, APPS, SIDECARS)


@requirement("STOP-SIDECARS-LAST", case="reverse", control=controls.SIDECARS_SWAPPED)
def test_sidecars_of_a_deleted_pod_are_told_to_end_in_reverse_order(sidecars_deleted: Record) -> list[Violation]:
    return judges.not_reversed(sidecars_deleted, "sidecar", "beside")


@requirement("STOP-SIDECARS-LAST", case="reverse", control=controls.SIDECARS_SWAPPED)
def test_sidecars_are_told_to_end_in_reverse_order_on_completion(sidecars_completed: Record) -> list[Violation]:
    return judges.not_reversed(sidecars_completed, "sidecar", "beside")


@requirement("STOP-SIDECARS-LAST", case="one-by-one", control=controls.SIDECARS_TOLD_TOO_SOON)
def test_a_sidecar_of_a_deleted_pod_is_told_to_end_when_the_one_before_has(sidecars_deleted: Record) -> list[Violation]:
    return judges.told_beside(sidecars_deleted, "sidecar", "beside")


@requirement("STOP-SIDECARS-LAST", case="one-by-one", control=controls.SIDECARS_TOLD_TOO_SOON)
def test_a_sidecar_is_told_to_end_when_the_one_before_has_on_completion(sidecars_completed: Record) -> list[Violation]:
    return judges.told_beside(sidecars_completed, "sidecar", "beside")


@requirement(
    "STOP-SIDECAR-GRACE",
    control=(controls.A_SHORTER_PERIOD, controls.A_LONGER_PERIOD_BEFORE_SIDECARS, controls.BELOW_A_PROGRAM),
)
def test_sidecars_are_told_to_end_and_killed_when_an_app_takes_the_period(sidecar_grace: Record) -> list[Violation]:
    needs_as_stored(void(sidecar_grace, same_grace_period(SHARED), role="stopped"))
    found = judges.not_stopped(sidecar_grace, "deaf", *SIDECARS, witness="witness", seconds=SHARED)
    return unless_segmented(sidecar_grace, found)


@requirement("STOP-PHASE", control=(controls.NO_PERIOD, controls.SUCCESS_TOLD_AS_FAILURE))
def test_a_deleted_pod_whose_containers_all_exit_with_0_has_succeeded(phase_zero: Record) -> list[Violation]:
    return judges.wrong_phase(phase_zero, "stopped", *APPS)


@requirement("STOP-PHASE", control=(controls.NO_PERIOD, controls.FAILURE_TOLD_AS_SUCCESS))
def test_a_deleted_pod_one_of_whose_containers_fails_has_failed(phase_non_zero: Record) -> list[Violation]:
    return judges.wrong_phase(phase_non_zero, "stopped", *APPS)


@requirement("STOP-PHASE", control=(controls.NO_PERIOD, controls.A_SIDECAR_AS_AN_APP))
def test_the_end_of_a_sidecar_does_not_count_for_the_phase(phase_sidecar: Record) -> list[Violation]:
    return judges.wrong_phase(phase_sidecar, "stopped", *APPS)


@requirement("STOP-PHASE", case="killed", control=controls.NO_PERIOD)
def test_a_deleted_pod_one_of_whose_containers_is_killed_has_failed(term_own: Record) -> list[Violation]:
    return judges.wrong_phase(term_own, "stopped", "obeys", "deaf")


@requirement(
    "STOP-DEADLINE", control=(controls.A_LATER_DEADLINE, controls.AN_EARLIER_DEADLINE, controls.ENDS_BY_ITSELF)
)
def test_a_pod_whose_apps_outlast_its_deadline_fails(deadline_apps: Record) -> list[Violation]:
    needs_as_stored(void(deadline_apps, same_deadline(DEADLINE), role="stopped"))
    found = judges.outlived_deadline(deadline_apps, "stopped", "obeys", "deaf", witness="witness", seconds=DEADLINE)
    return unless_segmented(deadline_apps, found)


@requirement(
    "STOP-DEADLINE", control=(controls.A_LATER_DEADLINE, controls.AN_EARLIER_DEADLINE, controls.SUCCEEDS_BY_ITSELF)
)
def test_a_pod_whose_init_container_outlasts_its_deadline_fails(deadline_inits: Record) -> list[Violation]:
    needs_as_stored(void(deadline_inits, same_deadline(DEADLINE), role="stopped"))
    found = judges.outlived_deadline(
        deadline_inits, "stopped", "deaf", never=("main",), witness="witness", seconds=DEADLINE
    )
    return unless_segmented(deadline_inits, found)


@requirement("STOP-DEADLINE", case="reason", control=controls.FAILS_BY_ITSELF)
def test_a_pod_that_failed_for_its_deadline_says_so(deadline_inits: Record) -> list[Violation]:
    needs_as_stored(void(deadline_inits, same_deadline(DEADLINE), role="stopped"))
    return judges.other_reason(deadline_inits, "stopped")


@requirement("STOP-DURING-START", control=TERM)
def test_a_pod_that_is_deleted_while_an_init_container_runs_is_stopped(during_inits: Record) -> list[Violation]:
    needs_as_stored(void(during_inits, same_grace_period(OWN), role="stopped"))
    found = judges.not_stopped(during_inits, "deaf", obeys=("beside",), witness="witness", seconds=OWN)
    return unless_segmented(during_inits, found)


@requirement("STOP-DURING-START", case="no-more", control=controls.BELOW_A_PROGRAM)
def test_a_pod_that_is_deleted_while_an_init_container_runs_starts_no_app(during_inits: Record) -> list[Violation]:
    return judges.not_given_up(during_inits, "stopped", "beside", later=("main",))


HANGS = (controls.A_LONGER_PERIOD, controls.BELOW_A_PROGRAM)


@requirement("STOP-DURING-START", control=HANGS)
def test_an_app_whose_poststart_hook_hangs_is_stopped_with_its_pod(during_poststart: Record) -> list[Violation]:
    needs_as_stored(void(during_poststart, same_grace_period(OWN), role="stopped"))
    found = judges.not_stopped(during_poststart, "deaf", obeys=("obeys",), witness="witness", seconds=OWN)
    return unless_segmented(during_poststart, found)


@requirement("STOP-DURING-START", case="neighbour", control=controls.BELOW_A_PROGRAM)
def test_an_app_beside_a_poststart_hook_that_hangs_is_told_to_end(during_poststart: Record) -> list[Violation]:
    found = judges.not_stopped(during_poststart, obeys=("obeys",), witness="witness", seconds=OWN)
    return unless_segmented(during_poststart, found)


@requirement("STOP-DURING-START", control=controls.BELOW_A_PROGRAM)
def test_a_pod_that_is_deleted_while_a_startup_probe_fails_starts_no_more(during_startup: Record) -> list[Violation]:
    needs_as_stored(void(during_startup, grace_period(LONGEST), role="stopped"))
    return judges.not_given_up(during_startup, "stopped", "beside", later=("sidecar", "main"))


@requirement("STOP-KUBELET-RESTART", case="period", control=(controls.A_SHORTER_PERIOD, controls.A_LONGER_PERIOD))
def test_a_kubelet_that_is_restarted_gives_a_pod_that_stops_its_period_anew(
    kubelet_restarted: Record,
) -> list[Violation]:
    needs_as_stored(void(kubelet_restarted, same_grace_period(RESTARTED), role="stopped"))
    found = judges.period_not_kept(kubelet_restarted, "stopped", "deaf", witness="witness", seconds=RESTARTED)
    return unless_segmented(kubelet_restarted, found)


@requirement(
    "STOP-KUBELET-RESTART",
    case="volumes",
    control=(controls.REMOVED_WHEN_TOLD, controls.CHANGED_WHEN_TOLD, controls.ENDS_WHEN_TOLD),
)
def test_a_pod_that_stops_reads_its_volumes_after_the_kubelet_was_restarted(
    kubelet_restarted: Record,
) -> list[Violation]:
    needs_as_stored(void(kubelet_restarted, same_grace_period(RESTARTED), role="stopped"))
    found = judges.not_readable(
        kubelet_restarted, "stopped", "reader", *VOLUMES, asker="late", witness="witness", seconds=RESTARTED
    )
    return unless_segmented(kubelet_restarted, found)
