"""All containers of a Pod that stops are told to end; those that do not are killed after the grace period.

https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, event, printed
from fixtures.session.features import needs_as_stored, unless_segmented
from fixtures.session.marks import requirement, scenario
from suite.needed import same_grace_period, void
from suite.stop import controls, judges

if TYPE_CHECKING:
    from fixtures.play.deployed import Deployed
    from fixtures.play.stage import Stage
    from records import Record, Violation

OWN, DEFAULT = 6, 30  # seconds of grace periods


def speaking(deploy: Stage, *names: str, silent: tuple[str, ...] = ()) -> tuple[Deployed, Deployed]:
    """Deploy a witness, and the Pod that is to be stopped, once the witness hears these containers of it."""
    witness = deploy("witness").observe(event("witness", "serving"))
    family = "ipv4" if (address := witness.address("ipv4")) else "ipv6"
    pod = deploy("stopped", environment={"WITNESS": str(address or witness.address(family))})
    pod.observe(all_of(*(event(name, "waiting") for name in (*names, *silent))))
    witness.observe(all_of(*(printed("witness", "hears", who=name) for name in names)))
    return pod, witness


def heard_out(witness: Deployed, *, gone: bool) -> None:
    """Wait until the witness has heard the end of all, once their Pod is gone; else have it say who still speaks."""
    if gone:
        witness.observe(event("witness", "exit"))
    if not witness.said("witness", "exit"):
        witness.delete()


@scenario("stop/term-own.yaml", seconds=14)
def term_own(deploy: Stage) -> None:
    """Delete a Pod with a container that ends when it is told to, and one that does not."""
    pod, witness = speaking(deploy, "obeys", "deaf")
    heard_out(witness, gone=pod.begin_deletion().observe_gone(deploy.timeouts.promise))
    deploy.note_policies()


@scenario("stop/term-default.yaml", seconds=38)
def term_default(deploy: Stage) -> None:
    """Delete a Pod like that, which says nothing of its grace period."""
    pod, witness = speaking(deploy, "obeys", "deaf")
    heard_out(witness, gone=pod.begin_deletion().observe_gone())
    deploy.note_policies()


TERM = (controls.A_SHORTER_PERIOD, controls.A_LONGER_PERIOD, controls.BELOW_A_PROGRAM)


@requirement("STOP-TERM", case="own", control=TERM)
def test_who_is_told_to_end_and_does_not_is_killed_after_the_pods_own_period(term_own: Record) -> list[Violation]:
    needs_as_stored(void(term_own, same_grace_period(OWN), role="stopped"))
    found = judges.not_stopped(term_own, obeys="obeys", deaf="deaf", witness="witness", seconds=OWN)
    return unless_segmented(term_own, found)


@requirement("STOP-TERM", case="default", control=TERM)
def test_who_is_told_to_end_and_does_not_is_killed_after_thirty_seconds(term_default: Record) -> list[Violation]:
    needs_as_stored(void(term_default, same_grace_period(DEFAULT), role="stopped"))
    found = judges.not_stopped(term_default, obeys="obeys", deaf="deaf", witness="witness", seconds=DEFAULT)
    return unless_segmented(term_default, found)
