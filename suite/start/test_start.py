"""In which order app containers start is promised nowhere: it is recorded, never judged.

https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#using-init-containers
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, ended, event
from fixtures.session.marks import requirement, scenario
from suite.start import observations

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record


@scenario("start/apps.yaml")
def apps(deploy: Stage) -> None:
    """Run three Pods with the same three app containers, each in another order in the spec."""
    deploy().observe(all_of(*(event(name, "waiting") for name in ("one", "two", "three"))))


@scenario("start/{spec}.yaml", spec=["producer-first", "consumer-first"])
def pair(deploy: Stage) -> None:
    """Run the article's pair: the producer makes the queue, the consumer looks for it once."""
    deploy().observe(ended())


@requirement("START-ORDER", control=None)
def test_in_which_order_app_containers_start(apps: Record) -> list[str]:
    return observations.start_order(apps)


@requirement("START-ORDER", control=None)
def test_what_a_consumer_finds_that_does_not_wait(pair: Record) -> list[str]:
    return observations.first_look(pair, "producer", "consumer")
