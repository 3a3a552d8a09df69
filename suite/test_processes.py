"""Processes are private to their container by default, and shared by the containers of a Pod on request.

https://kubernetes.io/docs/tasks/configure-pod-container/share-process-namespace/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.awaited import ended
from fixtures.scenario import requirement, scenario
from suite.controls import processes as controls
from suite.judges import processes as judges

if TYPE_CHECKING:
    from fixtures.stage import Stage
    from records import Record

EVERYONE = ("beside", "left", "right")  # a sidecar, two apps


@scenario("processes/private.yaml")
def private(deploy: Stage) -> None:
    """A sidecar and two apps mark their processes, and list those that they see."""
    deploy().observe(ended())


@scenario("processes/shared.yaml", seconds=6)
def shared(deploy: Stage) -> None:
    """A sidecar and two apps do the same in one PID namespace; then one app reaches into the other."""
    deploy().observe(ended())


@requirement("PID-PRIVATE", control=controls.ONE_PROCESS_NAMESPACE)
def test_by_default_a_container_sees_no_process_of_a_neighbour(private: Record) -> None:
    assert judges.neighbours_seen(private, *EVERYONE) == []


@requirement("PID-SHARED", case="seen", control=controls.NEIGHBOURS_HIDDEN)
def test_in_a_shared_namespace_every_container_sees_the_processes_of_all(shared: Record) -> None:
    assert judges.neighbours_unseen(shared, *EVERYONE) == []


@requirement("PID-SHARED", case="signalled", control=controls.SIGNALLED_IN_VAIN)
def test_in_a_shared_namespace_a_container_signals_anothers_process(shared: Record) -> None:
    assert judges.not_signalled(shared, "right", "left") == []


@requirement("PID-SHARED", case="root", control=controls.ROOTS_HIDDEN)
def test_in_a_shared_namespace_a_container_reads_anothers_root(shared: Record) -> None:
    assert judges.root_unread(shared, "right", "left") == []


@requirement("PID-SHARED", case="reaped", control=controls.NOBODY_REAPS)
def test_in_a_shared_namespace_orphans_are_reaped(shared: Record) -> None:
    assert judges.orphan_left(shared, "left") == []
