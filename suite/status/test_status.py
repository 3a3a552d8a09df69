"""A Pod's statuses say how its containers ended.

https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-states
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, ended, event
from fixtures.session.marks import requirement, scenario
from suite.status import controls, judges

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation


@scenario("status/{end}.yaml", end=["succeeded", "failed"])
def ends(deploy: Stage) -> None:
    """End every app with 0, or one with 3."""
    deploy().observe(ended())


@scenario("status/restarted.yaml")
def restarted(deploy: Stage) -> None:
    """Fail in the first run of one app, and live in its second."""
    deploy(restart_policy="OnFailure").observe(all_of(event("again", "waiting"), event("other", "waiting"))).delete()


@requirement("STATUS-TRUE", control=controls.ANOTHER_END)
def test_statuses_and_phase_say_how_the_apps_ended(ends: Record) -> list[Violation]:
    return judges.untrue(ends)


@requirement("STATUS-TRUE", control=controls.ANOTHER_END_AFTER_A_RESTART)
def test_a_status_says_how_the_run_before_ended_and_counts_it(restarted: Record) -> list[Violation]:
    return judges.untrue(restarted)
