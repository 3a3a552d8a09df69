"""Controls of network sysctls: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.network.sysctls import controls
from tests.helpers.controls import Change, Json, by_name, of


def sysctls_of(pods: list[Json]) -> list[list[Json]]:
    return [pod["spec"]["securityContext"].get("sysctls", []) for pod in pods]


@of(controls.WITHOUT_SYSCTLS)
def test_no_pod_is_given_a_sysctl(changes: list[Change]) -> None:
    for before, after in changes:
        assert sysctls_of(after) == [[], []]
        assert sysctls_of(before)[0]
        assert by_name(after) == by_name(before)


@of(controls.THE_STRANGER_TOO)
def test_both_pods_are_given_the_same_sysctls(changes: list[Change]) -> None:
    for before, after in changes:
        given, nothing = sysctls_of(before)
        assert (given != nothing, nothing) == (True, [])
        assert sysctls_of(after) == [given, given]
        assert by_name(after) == by_name(before)
