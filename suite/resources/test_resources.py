"""What is a container's own: its variables, its limits, its security context.

https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import ended
from fixtures.session.features import needs_as_stored, needs_cpu_limits, needs_own_limits
from fixtures.session.marks import requirement, scenario
from suite import needed, stored
from suite.resources import controls, judges

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation

EVERYONE = ("before", "beside", "left", "right")  # an init container, a sidecar, two apps
LIMITED = ("before", "left", "right")
VARIABLES = ("WHO", "BEFORE", "BESIDE", "LEFT", "RIGHT")


@scenario("resources/own-settings.yaml")
def own_settings(deploy: Stage) -> None:
    """Print variables, limits and security context in an init container, a sidecar and two apps that differ in them."""
    pod = deploy().observe(ended())
    pod.kubelet("cpuCFSQuota", default=True)


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
