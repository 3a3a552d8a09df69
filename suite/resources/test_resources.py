"""What is a container's own: its variables, its limits, its security context.

https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, ended, event
from fixtures.session.features import needs_as_stored, needs_cpu_limits, needs_group_kill, needs_own_limits
from fixtures.session.marks import requirement, scenario
from suite import needed, stored
from suite.resources import controls, judges

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation

EVERYONE = ("before", "beside", "left", "right")  # an init container, a sidecar, two apps
LIMITED = ("before", "left", "right")
TAKE_TOO_MUCH = ("hungry", "parent")
NEIGHBOURS = ("neighbour", "beside")
TOO_MUCH = 96  # MiB that the manifest's containers take, or try to
VARIABLES = ("WHO", "BEFORE", "BESIDE", "LEFT", "RIGHT")


@scenario("resources/own-settings.yaml")
def own_settings(deploy: Stage) -> None:
    """Print variables, limits and security context in an init container, a sidecar and two apps that differ in them."""
    pod = deploy().observe(ended())
    pod.kubelet("cpuCFSQuota", default=True)


@scenario("resources/oom.yaml", seconds=6)
def oom(deploy: Stage) -> None:
    """Let one app, and a process below another one, take more memory than each may, beside two that do not."""
    pod = deploy(restart_policy="OnFailure")
    pod.observe(all_of(*(event(name, "waiting", "exit") for name in (*TAKE_TOO_MUCH, *NEIGHBOURS))))
    pod.kubelet("singleProcessOOMKill", default=False)
    pod.kubelet("cgroupDriver", default=None)  # has a value where the configuration can be read
    pod.delete()


@requirement("ENV-PER-CONTAINER", case="environment", control=controls.RIGHT_WITH_THE_LEFTS)
def test_a_container_has_its_own_variables_and_none_of_a_neighbours(own_settings: Record) -> list[Violation]:
    _needs_room_for_the_probe(own_settings)
    given = {name: stored.environment(own_settings.pods[0].got, name) for name in EVERYONE}
    expected = {name: {variable: own.get(variable) for variable in VARIABLES} for name, own in given.items()}
    return judges.variables_leaked(own_settings, expected)


@requirement("ENV-PER-CONTAINER", case="limits", control=controls.RIGHT_WITH_THE_LEFTS_LIMITS)
def test_a_container_has_its_own_limits(own_settings: Record) -> list[Violation]:
    _needs_room_for_the_probe(own_settings)
    needs_own_limits(own_settings)
    needs_cpu_limits(own_settings)
    return judges.limits_differ(
        own_settings, {name: stored.limits(own_settings.pods[0].got, name) for name in EVERYONE}
    )


@requirement("ENV-PER-CONTAINER", case="security-context", control=controls.RIGHT_WITH_THE_LEFTS_CONTEXT)
def test_a_container_has_its_own_security_context(own_settings: Record) -> list[Violation]:
    _needs_room_for_the_probe(own_settings)
    return judges.context_leaked(
        own_settings, {name: stored.context(own_settings.pods[0].got, name) for name in EVERYONE}
    )


def _needs_room_for_the_probe(record: Record) -> None:
    needs_as_stored(needed.void(record, *(needed.limit(name, "memory", above=needed.PROBE) for name in LIMITED)))


@requirement("OOM-ALONE", case="container", control=controls.AMPLE_MEMORY)
def test_a_container_that_takes_more_memory_than_its_limit_is_ended(oom: Record) -> list[Violation]:
    _needs_too_little(oom, "hungry")
    return judges.not_ended_for_memory(oom, "hungry")


@requirement("OOM-ALONE", case="neighbour", control=(controls.NEIGHBOUR_ENDS, controls.SIDECAR_RESTARTED))
def test_a_container_that_is_ended_for_memory_leaves_its_neighbours_alone(oom: Record) -> list[Violation]:
    _needs_too_little(oom, "hungry")
    needs_as_stored(needed.void(oom, needed.limit("neighbour", "memory", above=TOO_MUCH + needed.PROBE)))
    return judges.neighbour_ended(oom, "hungry", *NEIGHBOURS)


@requirement("OOM-ALONE", case="reason", control=controls.ENDS_OTHERWISE)
def test_a_container_that_is_ended_for_memory_has_that_reason_and_the_code_of_kill(oom: Record) -> list[Violation]:
    _needs_too_little(oom, "hungry")
    return judges.other_end(oom, "hungry")


@requirement("OOM-ALONE", case="group", control=controls.AMPLE_MEMORY_BELOW)
def test_a_process_below_the_first_one_does_not_end_alone_for_memory(oom: Record) -> list[Violation]:
    needs_own_limits(oom)
    needs_group_kill(oom, "parent")
    _needs_too_little(oom, "parent")
    return judges.ended_alone(oom, "parent")


def _needs_too_little(record: Record, name: str) -> None:
    needs_as_stored(needed.void(record, needed.limit(name, "memory", above=needed.PROBE, below=TOO_MUCH)))
