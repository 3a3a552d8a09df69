"""App containers run at one time. In which order they start is promised nowhere: it is recorded, never judged.

https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#using-init-containers
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, ended, ended_together, event
from fixtures.session.marks import requirement, scenario
from suite.start import controls, judges, observations

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation

APPS = ("one", "two", "three")


@scenario("start/apps.yaml")
def apps(deploy: Stage) -> None:
    """Run three Pods with the same three app containers, each in another order in the spec."""
    deploy().observe(all_of(*(event(name, "waiting") for name in APPS)))


@scenario("start/{spec}.yaml", spec=["producer-first", "consumer-first"])
def pair(deploy: Stage) -> None:
    """Run the article's pair: the producer makes the queue, the consumer looks for it once."""
    deploy().observe(ended())


@scenario("start/together.yaml")
def together(deploy: Stage) -> None:
    """Run three apps that end when each has seen the two others."""
    deploy().observe(ended_together())


@requirement("RUN-TOGETHER", control=controls.AN_APP_IN_ANOTHER_POD)
def test_every_two_apps_are_alive_at_one_time(together: Record) -> list[Violation]:
    return judges.apart(together, *APPS)


@requirement(
    "RUN-TOGETHER", case="started", control=(controls.AN_APP_BEFORE_THE_OTHERS, controls.A_PROGRAM_THAT_IS_NOT_THERE)
)
def test_no_app_waits_for_the_end_of_another(together: Record) -> list[Violation]:
    return judges.not_run(together, *APPS)


@requirement("START-ORDER", control=None)
def test_in_which_order_app_containers_start(apps: Record) -> list[str]:
    return observations.start_order(apps)


@requirement("START-ORDER", control=None)
def test_what_a_consumer_finds_that_does_not_wait(pair: Record) -> list[str]:
    return observations.first_look(pair, "producer", "consumer")
