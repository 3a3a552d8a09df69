"""Containers are run again as their restart policies and rules say, by themselves, and after growing delays.

https://kubernetes.io/docs/concepts/workloads/pods/container-restarts/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import durationpy

from fixtures.play.awaited import all_of, any_of, ended, event, in_runs
from fixtures.session.features import needs_kubelet_configuration
from fixtures.session.marks import requirement, scenario
from suite.api import judges as api
from suite.api.controls import ANOTHER_FAULT
from suite.node.controls import SIDECAR_LAST
from suite.restarts import controls, judges

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation

SEGMENTATION_FAULT = 139  # the exit code in the status of a container that SIGSEGV ended
ENDS = {"0": 0, "1": 1, "signal": SEGMENTATION_FAULT}
OVER = ("exit", "crashing")  # the last word of a run
TOGETHER = ("crashing", "server", "client")
AGAIN = all_of(in_runs(2, "left", *OVER), in_runs(2, "right", *OVER))
LIVES_ON = event("right", "waiting")  # under a control
BACK_OFF, GATES = "crashLoopBackOff", "featureGates"  # of the kubelet's configuration
REDUCED, ALPHA = "ReduceDefaultCrashLoopBackOffDecay", "AllAlpha"
FIRST, LONGEST = 10.0, 300.0  # s: "(10s, 20s, 40s, …), that is capped at 300 seconds"
FIRST_REDUCED, LONGEST_REDUCED = 1.0, 60.0  # s: pkg/kubelet/kubelet.go, newCrashLoopBackOff
SHORTEST = 1.0  # s: the least that a node may be given (pkg/kubelet/apis/config/validation/validation.go)


@scenario("restarts/policy-{end}.yaml", end=list(ENDS), restart_policy=["Always"])
def always(deploy: Stage, restart_policy: str) -> None:
    """End two apps, in a Pod that restarts whatever ends; each ends again."""
    deploy(restart_policy=restart_policy).observe(any_of(AGAIN, LIVES_ON))


@scenario("restarts/policy-{end}.yaml", end=["0"], restart_policy=["OnFailure"])
def on_success(deploy: Stage, restart_policy: str) -> None:
    """End two apps with 0, in a Pod that restarts what fails."""
    deploy(restart_policy=restart_policy).observe(ended())


@scenario("restarts/policy-{end}.yaml", end=["1", "signal"], restart_policy=["OnFailure"])
def on_failure(deploy: Stage, restart_policy: str) -> None:
    """End one app with 0, and let the other fail, in a Pod that restarts what fails."""
    deploy(restart_policy=restart_policy).observe(ended())


@scenario("restarts/policy-{end}.yaml", end=list(ENDS))
def never(deploy: Stage) -> None:
    """End two apps, in a Pod that restarts nothing."""
    deploy().observe(any_of(ended(), AGAIN))


@scenario("restarts/back-off.yaml", seconds=44)
def back_off(deploy: Stage) -> None:
    """Let an app fail three times, and live on in its fourth run; read how the kubelet is configured."""
    pod = deploy(restart_policy="Always")
    for field in (BACK_OFF, GATES):
        pod.kubelet(field, None)
    pod.observe(event("again", "waiting"))


@scenario("restarts/rules.yaml", seconds=20)
def rules(deploy: Stage) -> None:
    """End apps that have restart policies and rules of their own, in a Pod that restarts nothing."""
    deploy().observe(ended())


@scenario("restarts/own-never.yaml")
def own_never(deploy: Stage) -> None:
    """Let apps fail that are not, or only then, to be restarted, in a Pod that restarts whatever ends."""
    deploy(restart_policy="Always").observe(any_of(ended(), in_runs(2, "never", *OVER)))


@scenario("restarts/own-always.yaml")
def own_always(deploy: Stage) -> None:
    """End an app that is always to be restarted, in a Pod that restarts nothing."""
    deploy().observe(any_of(ended(), all_of(event("always", "waiting"), event("plain", "exit"))))


@scenario("restarts/refused-{fault}.yaml", fault=["too-many", "no-policy"])
def refused_rules(deploy: Stage) -> None:
    """Send rules that break a limit as a dry run."""
    deploy.dry_run()


@scenario("restarts/first-match.yaml")
def first_match(deploy: Stage) -> None:
    """End an app whose first rule restarts it alone, and whose second one would restart its neighbour, too."""
    deploy().observe(ended())


@scenario("restarts/alone.yaml", seconds=6)
def alone(deploy: Stage) -> None:
    """Let an app crash and run again, beside two that keep a connection to each other."""
    deploy(restart_policy="Always").observe(all_of(*(event(name, "waiting") for name in TOGETHER)))


@scenario("restarts/all.yaml", seconds=28)
def all_again(deploy: Stage) -> None:
    """Let an app end with a code that restarts all containers of its Pod; wait for the last word of each new run."""
    ended_again = [in_runs(2, name, "exit") for name in ("first", "second", "completed")]
    waiting_again = [in_runs(2, name, "waiting") for name in ("beside", "lasting")]
    deploy().observe(all_of(*ended_again, *waiting_again, event("trigger", "waiting")))


@requirement("RESTART-POLICY", control=controls.APPS_LIVE_ON)
def test_a_container_is_always_run_again(always: Record) -> list[Violation]:
    right = ENDS[always.case.partition("-")[0]]
    return judges.not_by_policy(always, {"left": (0,), "right": (right,)}, "Running")


@requirement("RESTART-POLICY", control=controls.APPS_FAIL_ONCE)
def test_a_container_that_succeeds_is_not_run_again_on_failure(on_success: Record) -> list[Violation]:
    return judges.not_by_policy(on_success, {"left": (0,), "right": (0,)}, "Succeeded")


@requirement("RESTART-POLICY", control=controls.APPS_SUCCEED)
def test_a_container_that_fails_is_run_again_on_failure_and_its_neighbour_is_not(on_failure: Record) -> list[Violation]:
    right = ENDS[on_failure.case.partition("-")[0]]
    return judges.not_by_policy(on_failure, {"left": (0,), "right": (right, 0)}, "Succeeded")


@requirement("RESTART-POLICY", case="Never", control=controls.ALWAYS_RESTARTED)
def test_a_container_is_never_run_again(never: Record) -> list[Violation]:
    right = ENDS[never.case]
    return judges.not_by_policy(never, {"left": (0,), "right": (right,)}, "Failed" if right else "Succeeded")


@requirement("RESTART-BACKOFF", case="configured", control=controls.FAILS_ONCE)
def test_a_container_is_run_again_after_the_delays_that_its_node_is_configured_for(back_off: Record) -> list[Violation]:
    needs_kubelet_configuration(back_off, BACK_OFF)
    [configured] = (facts["kubeletConfiguration"] for facts in back_off.nodes.values())
    return judges.too_soon(back_off, "again", growing(*limits(configured)))


@requirement("RESTART-BACKOFF", case="least", control=controls.FAILS_ONCE)
def test_a_container_is_run_again_after_the_least_delay_of_any_node(back_off: Record) -> list[Violation]:
    return judges.too_soon(back_off, "again", growing(SHORTEST, SHORTEST))


def growing(first: float, longest: float) -> tuple[float, ...]:
    """Return the delays before three restarts, s: none, the first one, and twice as long."""
    return (0.0, min(first, longest), min(2 * first, longest))


def limits(configured: dict[str, Any]) -> tuple[float, float]:
    """Return the first delay and the longest of a kubelet with that configuration, s."""
    gates = configured[GATES] or {}
    reduced = gates.get(REDUCED, gates.get(ALPHA, False))
    first, longest = (FIRST_REDUCED, LONGEST_REDUCED) if reduced else (FIRST, LONGEST)
    given = configured[BACK_OFF].get("maxContainerRestartPeriod")
    return first, durationpy.from_str(given).total_seconds() if given else longest


@requirement("RESTART-RULES", case="In", control=controls.NOT_BY_RULES)
def test_a_container_is_run_again_if_a_rule_lists_its_exit_code(rules: Record) -> list[Violation]:
    return judges.not_by_policy(rules, {"listed": (42, 3)}, "Failed")


@requirement("RESTART-RULES", case="NotIn", control=controls.NOT_BY_RULES)
def test_a_container_is_run_again_if_a_rule_does_not_list_its_exit_code(rules: Record) -> list[Violation]:
    return judges.not_by_policy(rules, {"unlisted": (42, 3)}, "Failed")


@requirement("RESTART-RULES", case="no-match", control=controls.NOT_BY_RULES)
def test_a_container_whose_exit_no_rule_matches_follows_its_own_policy(rules: Record) -> list[Violation]:
    return judges.not_by_policy(rules, {"unmatched": (3, 0)}, "Failed")


@requirement("RESTART-RULES", case="OnFailure", control=controls.NOT_BY_RULES)
def test_a_container_of_its_own_policy_is_run_again_and_its_neighbour_is_not(rules: Record) -> list[Violation]:
    return judges.not_by_policy(rules, {"on-failure": (1, 0), "plain": (1,)}, "Failed")


@requirement("RESTART-RULES", case="Never", control=controls.AGAIN_BY_THE_PODS_POLICY)
def test_a_container_that_is_never_to_be_restarted_is_not(own_never: Record) -> list[Violation]:
    return judges.not_by_policy(own_never, {"never": (1,), "on-failure": (1, 0)}, "Failed")


@requirement("RESTART-RULES", case="Always", control=controls.ONCE_BY_THE_PODS_POLICY)
def test_a_container_that_is_always_to_be_restarted_is(own_always: Record) -> list[Violation]:
    return judges.not_by_policy(own_always, {"always": (0,)}, "Running")


@requirement("RESTART-RULES", case="refused", control=(controls.RULES_AS_MAY_BE, ANOTHER_FAULT))
def test_rules_that_break_a_limit_are_refused(refused_rules: Record) -> list[Violation]:
    field = {"too-many": "restartPolicyRules", "no-policy": "restartPolicy"}[refused_rules.case]
    return api.not_refused_for(refused_rules, f"spec.containers[0].{field}")


@requirement("RESTART-RULES", case="first-match", control=controls.RULES_IN_ANOTHER_ORDER)
def test_of_two_rules_that_match_the_first_one_counts(first_match: Record) -> list[Violation]:
    return judges.not_by_policy(first_match, {"first": (42, 0), "plain": (0,)}, "Succeeded")


@requirement(
    "RESTART-ALONE",
    control=(controls.NONE_CRASHES, controls.THE_SERVER_TOO, controls.SERVES_NOBODY, controls.FILE_OF_ITS_OWN),
)
def test_a_container_that_crashes_is_run_again_alone(alone: Record) -> list[Violation]:
    return judges.not_alone(alone, *TOGETHER)


@requirement("RESTART-ALONE", case="connection", control=(controls.CLOSED_BY_A_CRASH, controls.CONNECTED_ANEW))
def test_a_connection_between_two_containers_outlives_the_crash_of_a_third(alone: Record) -> list[Violation]:
    return judges.connection_lost(alone, client="client", server="server", crashed="crashing")


@requirement("RESTART-ALONE", case="environment", control=(controls.NONE_CRASHES, controls.ENVIRONMENT_OF_ITS_OWN))
def test_a_container_that_crashes_has_the_same_environment_again(alone: Record) -> list[Violation]:
    return judges.another_environment(alone, "crashing")


@requirement(
    "RESTART-ALL",
    control=(
        controls.TRIGGER_ALONE,
        controls.INITS_AS_LASTING_APPS,
        controls.A_FILE_LIKE_THE_HOOKS,
        controls.FILE_OF_ITS_OWN_FOR_ALL,
        controls.A_SIDECAR_WITHOUT_A_LOCK,
        SIDECAR_LAST,
    ),
)
def test_all_containers_are_restarted_in_place_from_the_first_init_container_on(all_again: Record) -> list[Violation]:
    return judges.not_all_again(
        all_again, "trigger", "completed", "lasting", ("first", "second"), "beside", code=42, hook="stopped"
    )
