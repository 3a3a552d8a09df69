"""What is a container's own: its variables, its limits, its security context.

https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, any_of, condition, enacted, ended, event, in_runs, printed
from fixtures.session.features import (
    needs_as_stored,
    needs_cpu_limits,
    needs_group_kill,
    needs_own_limits,
    needs_resize_taken,
)
from fixtures.session.marks import requirement, scenario
from records.record import RESIZE_PENDING
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
OTHERS = ("right", "beside")
REQUESTS = {"cpu": "10m", "memory": "16Mi"}  # as in the manifest
LATER = ({"cpu": "700m", "memory": "64Mi"}, {"cpu": "700m", "memory": "112Mi"})  # the left one's limits, in turn
EQUAL = {"cpu": "100m", "memory": "128Mi"}  # as limits and as requests of all it would make the Pod Guaranteed
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


@scenario("resources/resize.yaml", seconds=12)
def resize(deploy: Stage) -> None:
    """Give a running container another limit of CPU, and then one of memory; before, ask for another class of the Pod.

    The second change waits until the status tells of the first, and the container has seen it.
    """
    pod = deploy().observe(all_of(*(event(name, "limits", "no-limits") for name in ("left", *OTHERS))))
    pod.resize({name: {"limits": EQUAL, "requests": EQUAL} for name in ("left", *OTHERS)}, dry_run=True)
    for number, limits in enumerate(LATER, 1):
        if pod.resize({"left": {"limits": limits, "requests": REQUESTS}}):
            seen = any_of(
                *(printed("left", name, times=number) for name in ("limits-changed", "waiting")),
                in_runs(2, "left", "limits", "no-limits"),
            )
            pod.observe(any_of(condition(RESIZE_PENDING), all_of(enacted("left", **limits), seen)))
    pod.kubelet("cpuCFSQuota", default=True)
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


@requirement("RESIZE", case="values", control=controls.LOOKS_ONCE)
def test_a_resized_container_has_its_new_limits(resize: Record) -> list[Violation]:
    _needs_resized(resize)
    return judges.not_enacted(resize, "left")


@requirement("RESIZE", case="not-required", control=controls.RESTARTED_FOR_CPU)
def test_a_container_is_not_restarted_for_a_resource_that_does_not_require_it(resize: Record) -> list[Violation]:
    _needs_resized(resize)
    return judges.restarted_for_cpu(resize, "left")


@requirement("RESIZE", case="restart-container", control=controls.NOT_RESTARTED_FOR_MEMORY)
def test_a_container_is_restarted_for_a_resource_that_says_so(resize: Record) -> list[Violation]:
    _needs_resized(resize)
    return judges.not_restarted_for_memory(resize, "left")


@requirement("RESIZE", case="neighbours", control=controls.RIGHT_FAILS_ONCE)
def test_the_neighbours_of_a_resized_container_keep_their_limits_and_live(resize: Record) -> list[Violation]:
    _needs_resized(resize)
    return judges.neighbour_resized(resize, "left", *OTHERS)


@requirement("POD-QOS", case="resized", control=controls.GUARANTEED)
def test_a_resize_that_would_change_the_class_of_its_pod_is_refused(resize: Record) -> list[Violation]:
    needs_as_stored(needed.void(resize, needed.of_class("Burstable")))
    return judges.class_changed(resize)


def _needs_resized(record: Record) -> None:
    needs_own_limits(record)
    needs_cpu_limits(record)
    needs_resize_taken(record)
    needs_as_stored(
        needed.void(record, *(needed.limit(name, "memory", above=needed.PROBE) for name in ("left", *OTHERS)))
    )
