"""A safe sysctl of a Pod holds in all of its containers, and in no other Pod.

https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, event
from fixtures.session.features import needs_as_stored
from fixtures.session.marks import requirement, scenario
from suite import needed, stored
from suite.network.sysctls import controls, judges

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation

NAME = "net.ipv4.ip_local_port_range"
VALUE = "41000 41999"  # as the manifest gives it; no kernel's default
FORCED = "1"  # as the manifest gives it; every new IPC namespace has 0
EVERYONE = ("before", "beside", "left", "right")  # an init container, a sidecar, two apps


def look_around(deploy: Stage) -> None:
    """Read a sysctl in all containers of a Pod that sets it, then in another Pod, then in the first again."""
    holder = deploy("holder").observe(all_of(event("left", "exit"), event("right", "waiting")))
    deploy("stranger").observe(event("stranger", "exit"))
    holder.delete()


@scenario("network/sysctls/port-range.yaml", seconds=6)
def sysctl(deploy: Stage) -> None:
    """Read a sysctl of the network namespace in two Pods, one of which sets it."""
    look_around(deploy)


@scenario("network/sysctls/shm-rmid-forced.yaml", seconds=6)
def sysctl_of_ipc(deploy: Stage) -> None:
    """Read a sysctl of the IPC namespace in two Pods, one of which sets it."""
    look_around(deploy)


@requirement("NET-SYSCTL", case="holds", control=controls.WITHOUT_SYSCTLS)
def test_a_sysctl_of_a_pod_holds_in_every_container(sysctl: Record) -> list[Violation]:
    needs_as_stored(needed.void(sysctl, needed.with_sysctl(NAME)))
    return judges.not_in_force(sysctl, *EVERYONE, value=stored.sysctls(sysctl.pods[0].got).get(NAME))


@requirement("NET-SYSCTL", case="private", control=controls.THE_STRANGER_TOO)
def test_a_sysctl_of_a_pod_does_not_hold_in_another(sysctl: Record) -> list[Violation]:
    needs_as_stored(needed.void(sysctl, needed.same_sysctl(NAME, VALUE)))
    needs_as_stored(needed.void(sysctl, needed.same_sysctl(NAME, None), role="stranger"))
    return judges.in_force_elsewhere(sysctl, "right", "stranger", value=VALUE)


@requirement("NET-SYSCTL", case="ipc-holds", control=controls.WITHOUT_SYSCTLS)
def test_a_sysctl_of_the_ipc_namespace_holds_in_every_container(sysctl_of_ipc: Record) -> list[Violation]:
    return judges.not_in_force(sysctl_of_ipc, *EVERYONE, value=FORCED)


@requirement("NET-SYSCTL", case="ipc-private", control=controls.THE_STRANGER_TOO)
def test_a_sysctl_of_the_ipc_namespace_does_not_hold_in_another_pod(sysctl_of_ipc: Record) -> list[Violation]:
    return judges.in_force_elsewhere(sysctl_of_ipc, "right", "stranger", value=FORCED)
