"""Probes: a failed one restarts its container alone, others wait for the startup probe, and all go to the Pod's IP.

https://kubernetes.io/docs/concepts/workloads/pods/probes/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, any_of, event, printed, started, state
from fixtures.session.features import needs_as_stored
from fixtures.session.marks import requirement, scenario
from suite.api import judges as api
from suite.api.controls import ANOTHER_FAULT
from suite.needed import grace_periods, void
from suite.probes import controls, judges

if TYPE_CHECKING:
    from fixtures.play.awaited import Awaited
    from fixtures.play.stage import Stage
    from records import Record, Violation

GATE, SERVICE = "podproof.dev/open", "web"  # as in the manifest
TCP = "tcp"  # what a question is for where it has no path
HOUR = 3600  # s
PORTS = {"over-http": 28080, "over-tcp": 28081}  # of the node and of the apps, as in the manifest


def probed_again(*paths: str, app: str = "failing") -> Awaited:
    """Await that a later run of an app was asked for these paths."""
    return all_of(*(printed(app, "probed", later=True, path=path) for path in paths))


def ended_once(app: str = "failing") -> Awaited:
    """Await the end of an app's first run, by TERM or otherwise: what comes after that has a window of its own."""
    return any_of(event(app, "terminated"), printed(app, "started", later=True))


@scenario("probes/liveness-{kind}.yaml", kind=["exec", "http"], seconds=11)
def liveness(deploy: Stage) -> None:
    """Let an app be well for a while, and then not; it runs again, while a neighbour waits for that."""
    pod = deploy(restart_policy="Always").observe(ended_once())
    pod.observe(all_of(probed_again("/live"), event("neighbour", "waiting")))


@scenario("probes/liveness-{kind}.yaml", kind=["tcp"], seconds=13)
def liveness_tcp(deploy: Stage) -> None:
    """Let an app listen for a while, and then not; it runs again, while a neighbour waits for that."""
    pod = deploy(restart_policy="Always").observe(ended_once())
    pod.observe(all_of(probed_again(TCP), event("neighbour", "waiting")))


@scenario("probes/liveness-{kind}.yaml", kind=["grpc"], seconds=10)
def liveness_grpc(deploy: Stage) -> None:
    """Tell a server to answer badly once it has started; it runs again, beside a neighbour."""
    pod = deploy(restart_policy="Always").observe(all_of(started("server"), event("neighbour", "waiting")))
    pod.inject().observe(all_of(started("server", restarts=1), event("teller", "exit")))


@scenario("probes/beside-startup.yaml", seconds=11)
def beside_startup(deploy: Stage) -> None:
    """Let an app run again, beside one whose startup probe has not succeeded."""
    deploy(restart_policy="Always").observe(all_of(probed_again("/live", "/ready"), event("starting", "probed")))


@scenario("probes/startup.yaml", seconds=11)
def startup(deploy: Stage) -> None:
    """Let the startup probe of an app fail in its first run, and succeed in its second, where other probes follow."""
    pod = deploy(restart_policy="Always").observe(ended_once())
    pod.observe(all_of(probed_again("/live", "/ready"), event("neighbour", "waiting")))


@scenario("probes/startup-again.yaml", seconds=26)
def startup_again(deploy: Stage) -> None:
    """Let an app that has started run again, where its startup probe comes late."""
    started = printed("witness", "probed", times=2, path="/startup", status=200)
    alive = printed("witness", "probed", path="/live", status=200)
    deploy(restart_policy="Always").observe(all_of(started, alive, printed("failing", "waiting", later=True)))


@scenario("probes/grace.yaml", seconds=20)
def grace(deploy: Stage) -> None:
    """Let probes with a grace period of their own fail, of apps that ignore TERM."""
    again = all_of(probed_again("/live", app="live"), probed_again("/startup", app="start"))
    seen = all_of(event("sees-live", "waiting"), event("sees-start", "waiting"))
    deploy(restart_policy="Always").observe(all_of(again, seen))


@scenario("probes/grace-on-readiness.yaml", seconds=1)
def grace_on_readiness(deploy: Stage) -> None:
    """Send a readiness probe with a grace period of its own."""
    deploy.dry_run()


@scenario("probes/pod-ip.yaml", seconds=12)
def pod_ip(deploy: Stage) -> None:
    """Let apps listen on 127.0.0.1 alone in their first runs, and on all addresses in their second."""
    again = all_of(probed_again("/live", app="over-http"), probed_again(TCP, app="over-tcp"))
    deploy(restart_policy="Always").observe(again)


@scenario("probes/node.yaml", pod_security="privileged", seconds=6)
def node(deploy: Stage) -> None:
    """Probe 127.0.0.1 of the node, where a Pod on its network listens at the ports that the probed apps have."""
    witness = deploy("witness").observe(event("witness", "waiting", "not-bound"))
    deploy("probed").observe(all_of(*(event(app, "waiting", "not-bound") for app in PORTS)))
    asked = [printed("witness", "probed", path=path) for path in ("/over-http", TCP)]
    witness.observe(all_of(*asked))


@scenario("probes/readiness.yaml", seconds=10)
def readiness(deploy: Stage) -> None:
    """Set the Pod's readiness gate once its apps are ready; let one of them be ready no more once the Pod is.

    The gate is set once another Pod is an endpoint: that the first is none then means something.
    """
    pod = deploy("readiness").observe(
        state("one and two to be ready", lambda ready, _: ready == {"one": True, "two": True})
    )
    deploy("later").observe(event("later", "waiting")).observe_endpoint(SERVICE, ready=True)
    pod.look_for_endpoint(SERVICE)
    pod.set_condition(GATE, "True")
    pod.observe(state("the Pod to be ready", lambda _, conditions: conditions.get("Ready") == "True"))
    pod.observe_endpoint(SERVICE, ready=True)
    not_one = state("one to be ready no more", lambda ready, _: not ready["one"])
    pod.inject().observe(all_of(not_one, printed("one", "probed", status=503), event("closer", "exit")))
    pod.observe_endpoint(SERVICE, ready=False)


@requirement(
    "PROBE-LIVENESS",
    control=(controls.ENDS_BY_ITSELF, controls.NEIGHBOUR_DOES_NOT_LOOK, controls.FAILS_WHATEVER),
)
def test_a_failed_liveness_probe_restarts_its_container_alone(liveness: Record) -> list[Violation]:
    return judges.not_restarted_alone(liveness, "failing", "neighbour", path="/live")


@requirement("PROBE-LIVENESS", control=(controls.ENDS_BY_ITSELF, controls.NEIGHBOUR_DOES_NOT_LOOK))
def test_a_failed_liveness_probe_over_tcp_restarts_its_container_alone(liveness_tcp: Record) -> list[Violation]:
    return judges.not_restarted_alone(liveness_tcp, "failing", "neighbour", path=TCP)


@requirement(
    "PROBE-LIVENESS", control=(controls.NEVER_SERVES, controls.TOLD_TO_SERVE, controls.NEIGHBOUR_IS_PROBED_TOO)
)
def test_a_failed_liveness_probe_over_grpc_restarts_its_container_alone(liveness_grpc: Record) -> list[Violation]:
    return judges.not_restarted_once_told(liveness_grpc, "server", "neighbour", "teller")


@requirement("PROBE-LIVENESS", control=(controls.WITHOUT_LIVENESS, controls.WITHOUT_READINESS))
def test_who_runs_again_is_probed_beside_one_who_has_not_started(beside_startup: Record) -> list[Violation]:
    return judges.not_probed_again(beside_startup, "failing", "starting", "/live", "/ready")


@requirement("PROBE-STARTUP", case="waits", control=(controls.WITHOUT_STARTUP, controls.WITHOUT_THE_OTHERS))
def test_other_probes_wait_until_the_startup_probe_succeeds(startup: Record) -> list[Violation]:
    return judges.premature(startup, "failing", "/live", "/ready", hesitates=True)


@requirement("PROBE-STARTUP", control=controls.WITHOUT_STARTUP)
def test_other_probes_wait_for_the_startup_probe_of_a_later_run_too(startup_again: Record) -> list[Violation]:
    return judges.premature(startup_again, "failing", "/live", witness="witness")


@requirement("PROBE-STARTUP", case="fails", control=(controls.ENDS_BY_ITSELF, controls.NEIGHBOUR_DOES_NOT_LOOK))
def test_a_failed_startup_probe_restarts_its_container_alone(startup: Record) -> list[Violation]:
    return judges.not_restarted_alone(startup, "failing", "neighbour", probe="startupProbe", path="/startup")


STUBBORN = (controls.STUBBORN_ENDS_BY_ITSELF, controls.THE_PODS_GRACE, controls.ENDS_AT_TERM)


@requirement("PROBE-GRACE", case="liveness", control=STUBBORN)
def test_a_liveness_probes_own_grace_period_ends_its_container(grace: Record) -> list[Violation]:
    needs_as_stored(void(grace, grace_periods("live", "livenessProbe", pod=HOUR)))
    return judges.grace_ignored(grace, "live", "sees-live", probe="livenessProbe", path="/live", runs="/turn/live")


@requirement("PROBE-GRACE", case="startup", control=STUBBORN)
def test_a_startup_probes_own_grace_period_ends_its_container(grace: Record) -> list[Violation]:
    needs_as_stored(void(grace, grace_periods("start", "startupProbe", pod=HOUR)))
    return judges.grace_ignored(grace, "start", "sees-start", probe="startupProbe", path="/startup", runs="/turn/start")


@requirement("PROBE-GRACE", control=(controls.GRACE_OF_THE_POD_ALONE, ANOTHER_FAULT))
def test_a_readiness_probe_has_no_grace_period_of_its_own(grace_on_readiness: Record) -> list[Violation]:
    return api.not_refused_for(grace_on_readiness, "spec.containers[0].readinessProbe.terminationGracePeriodSeconds")


AT_THE_POD = (controls.EVERYWHERE_AT_ONCE, controls.ASKED_FROM_INSIDE, controls.AGAIN_BUT_NOT_PROBED)


@requirement("PROBE-POD-IP", case="http", control=AT_THE_POD)
def test_an_http_probe_goes_to_the_pods_address(pod_ip: Record) -> list[Violation]:
    return judges.not_at_the_pods_address(pod_ip, "over-http", "/live")


@requirement("PROBE-POD-IP", case="tcp", control=AT_THE_POD)
def test_a_tcp_probe_goes_to_the_pods_address(pod_ip: Record) -> list[Violation]:
    return judges.not_at_the_pods_address(pod_ip, "over-tcp", TCP)


@requirement(
    "PROBE-POD-IP",
    case="headers",
    control=(controls.HEADERS_FROM_INSIDE, controls.ACCEPT_REMOVED, controls.AGAIN_BUT_NOT_PROBED),
)
def test_an_http_probe_has_the_host_the_agent_and_the_headers_that_it_should(pod_ip: Record) -> list[Violation]:
    return judges.headers_altered(pod_ip, "over-http", "/live")


@requirement("PROBE-POD-IP", case="node-http", control=controls.WITHOUT_THE_HOST)
def test_an_http_probe_with_a_host_goes_there_from_the_node(node: Record) -> list[Violation]:
    return judges.not_at_the_node(node, "over-http", "witness", PORTS["over-http"], "/over-http")


@requirement("PROBE-POD-IP", case="node-tcp", control=controls.WITHOUT_THE_HOST)
def test_a_tcp_probe_with_a_host_goes_there_from_the_node(node: Record) -> list[Violation]:
    return judges.not_at_the_node(node, "over-tcp", "witness", PORTS["over-tcp"], TCP)


@requirement("PROBE-READINESS", control=(controls.WITHOUT_THE_GATE, controls.ANOTHER_GATE, controls.NEVER_CLOSED))
def test_a_pod_is_ready_once_all_its_containers_and_its_gate_are(readiness: Record) -> list[Violation]:
    return judges.ready_too_early(readiness, "one", "two", gate=GATE, closer="closer")


@requirement(
    "PROBE-READINESS",
    case="endpoint",
    control=(controls.PUBLISHED_UNREADY, controls.A_GATE_THAT_NOBODY_SETS),
)
def test_a_pod_is_a_ready_endpoint_as_long_as_it_is_ready(readiness: Record) -> list[Violation]:
    return judges.endpoint_not_as_ready(readiness, SERVICE, closer="closer", later="later")
