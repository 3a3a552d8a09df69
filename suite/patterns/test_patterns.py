"""Whole Pods, as people use them: their manifests are meant to be read, and applied by hand.

https://kubernetes.io/docs/concepts/workloads/pods/#how-pods-manage-multiple-containers
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, any_of, ended, event, ready
from fixtures.session.features import unless_segmented
from fixtures.session.marks import requirement, scenario
from suite.ipc import judges as ipc
from suite.patterns import controls, judges

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation


@scenario("patterns/producer-consumer.yaml")
def producer_consumer(deploy: Stage) -> None:
    """Make a queue in an init container; exchange messages over it between a producer and a consumer."""
    deploy().observe(ended())


@scenario("patterns/log-sidecar.yaml", seconds=12)
def log_sidecar(deploy: Stage) -> None:
    """Read and rotate a server's access log in a sidecar; delete the Pod under requests."""
    rotated = event("log-reader", "all-rotated", "not-reopened", "exit")
    deploy().observe(all_of(event("client", "enough", "exit"), rotated)).delete()


@scenario("patterns/data-loader.yaml", seconds=7)
def data_loader(deploy: Stage) -> None:
    """Refresh in a sidecar what a server serves, while clients ask for it without a pause."""
    deploy().observe(event("client", "exit")).delete()


@scenario("patterns/proxy.yaml", seconds=17)
def proxy(deploy: Stage) -> None:
    """Ask a proxy, through a Service, for a file and for the app behind it, while it reloads."""
    web = deploy("web")
    deploy("app").observe(event("app", "serving", "exit"))
    web.observe(event("reloader", "started")).require(ready())
    deploy("client", environment={"SERVICE": deploy.named("proxy")}).observe(event("client", "exit"))
    deploy.note_policies()
    web.delete()


@scenario("patterns/ambassador.yaml", seconds=8)
def ambassador(deploy: Stage) -> None:
    """Have an app ask on localhost what an ambassador beside it forwards to a server in another Pod."""
    server = deploy("server").observe(event("server", "serving", "not-bound")).require(ready())
    where = {"ADDRESS": deploy.service_address("elsewhere")}
    pod = deploy("ambassador", environment=where)
    deploy("app", environment=where).observe(event("app", "exit"))
    deploy.note_policies()
    pod.delete()
    server.delete()


@scenario("patterns/adapter.yaml", seconds=8)
def adapter(deploy: Stage) -> None:
    """Look from another Pod at an app's metrics, as an adapter tells them, before and after requests to the app."""
    pod = deploy("adapted").observe(event("adapter", "serving", "not-bound")).require(ready())
    deploy("client", environment={"POD": pod.one_address()}).observe(event("client", "exit"))
    deploy.note_policies()
    pod.delete()


@scenario("patterns/rollout.yaml", seconds=25)
def rollout(deploy: Stage) -> None:
    """Give a Deployment another template while a client in another Pod asks its Service without a pause."""
    old = deploy.as_deployment("server").observe(any_of(ready(), event("server", "not-bound")))
    client = deploy("client", environment={"ADDRESS": deploy.service_address("rolled")})
    client.observe(event("client", "reached", "not-reached"))
    deploy.note_policies()
    if not client.said("client", "reached"):
        deploy.take_down("server", old)
        return
    new = deploy.roll("server").require(ready())
    old.await_deletion()
    client.delete()
    deploy.take_down("server", new)


@requirement("PATTERN-PRODUCER-CONSUMER", control=controls.WITHOUT_INIT_CONTAINERS)
def test_producer_and_consumer_exchange_every_message(producer_consumer: Record) -> list[Violation]:
    return ipc.messages_lost(producer_consumer, "producer", "consumer", count=10, size=64)


@requirement(
    "PATTERN-LOG-SIDECAR",
    control=(controls.READER_AS_APP, controls.READER_KILLED, controls.LOG_OF_OTHER_SIZES),
)
def test_every_answered_request_reaches_the_sidecar_to_the_last_one_of_the_pod(log_sidecar: Record) -> list[Violation]:
    return judges.lines_lost(log_sidecar, "client", "log-reader")


@requirement("PATTERN-LOG-SIDECAR", case="rotation", control=controls.PROCESSES_APART)
def test_the_server_goes_on_in_a_new_file_when_the_sidecar_rotates_its_log(log_sidecar: Record) -> list[Violation]:
    return judges.not_reopened(log_sidecar, "log-reader", rotations=2)


@requirement(
    "PATTERN-DATA-LOADER",
    control=(
        controls.OVERWRITTEN_IN_PLACE,
        controls.FRESH_AND_KEPT_IN_TURN,
        controls.THE_FIRST_VERSION_ALONE,
    ),
)
def test_every_answer_is_one_version_whole_while_versions_are_swapped(data_loader: Record) -> list[Violation]:
    return judges.versions_mixed(data_loader, "client", "first", "loader")


@requirement("PATTERN-PROXY", control=(controls.APP_IN_ANOTHER_POD, controls.ANOTHER_PAGE_AND_PATH))
def test_the_server_serves_its_file_and_the_apps_answers_through_a_service(proxy: Record) -> list[Violation]:
    return unless_segmented(proxy, judges.not_served(proxy, "client", "app", "page"))


@requirement("PATTERN-PROXY", case="reload", control=controls.STOPPED_INSTEAD)
def test_no_request_fails_while_the_server_reads_its_configuration_anew(proxy: Record) -> list[Violation]:
    return unless_segmented(proxy, judges.reload_failed(proxy, "client", "reloader", generations=4))


@requirement(
    "PATTERN-AMBASSADOR",
    control=(controls.AMBASSADOR_IN_ANOTHER_POD, controls.ANOTHER_QUESTION, controls.THE_FIRST_QUESTION_ALONE),
)
def test_an_app_is_answered_on_localhost_by_a_server_in_another_pod(ambassador: Record) -> list[Violation]:
    return unless_segmented(ambassador, judges.not_answered(ambassador, "app", "server"))


@requirement(
    "PATTERN-ADAPTER",
    control=(controls.STATE_AS_IT_IS, controls.STATE_OF_ANOTHER_TIME, controls.METRICS_OF_ANOTHER),
)
def test_what_the_adapter_tells_is_the_apps_state_and_counts_the_requests(adapter: Record) -> list[Violation]:
    return unless_segmented(adapter, judges.not_adapted(adapter, "client", "adapter"))


@requirement("PATTERN-ROLLOUT", control=(controls.HOOK_OF_ANOTHER, controls.NOT_ASKED_WHETHER_READY))
def test_every_request_is_answered_while_a_deployment_replaces_its_pod(rollout: Record) -> list[Violation]:
    return unless_segmented(rollout, judges.lost_in_rollout(rollout, "client", "server"))
