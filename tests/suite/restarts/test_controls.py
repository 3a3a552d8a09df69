"""Controls of restarts: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.restarts import controls
from tests.helpers.controls import Change, by_name, of


def with_arguments(before: list[dict[str, object]], *arguments: list[str]) -> list[dict[str, object]]:
    """Return the manifest's only Pod with other arguments of its apps, in their order."""
    [pod] = before
    for container, given in zip(by_name([pod]).values(), arguments, strict=True):
        container["args"] = given
    return before


@of(controls.APPS_LIVE_ON)
def test_every_app_lives_on(changes: list[Change]) -> None:
    for before, after in changes:
        assert with_arguments(before, ["expect-term"], ["expect-term"]) == after


@of(controls.APPS_SUCCEED)
def test_every_app_ends_with_0(changes: list[Change]) -> None:
    for before, after in changes:
        assert with_arguments(before, ["attempt", "/data/left", "0"], ["attempt", "/data/right", "0"]) == after


@of(controls.APPS_FAIL_ONCE)
def test_every_app_fails_in_its_first_run(changes: list[Change]) -> None:
    for before, after in changes:
        assert with_arguments(before, ["attempt", "/data/left", "1"], ["attempt", "/data/right", "1"]) == after


@of(controls.ALWAYS_RESTARTED)
def test_the_pod_restarts_whatever_ends(changes: list[Change]) -> None:
    for [before], [after] in changes:
        before["spec"]["restartPolicy"] = "Always"
        assert after == before


@of(controls.FAILS_ONCE)
def test_the_app_that_fails_again_and_again_fails_once(changes: list[Change]) -> None:
    for before, after in changes:
        assert with_arguments(before, ["attempt", "/data/runs", "1", "then", "expect-term"]) == after


def check_without_own_policy(changes: list[Change]) -> None:
    for [before], [after] in changes:
        old, new = by_name([before]), by_name([after])
        assert any("restartPolicy" in container for container in old.values())
        for name, container in old.items():
            container.pop("restartPolicy", None)
            container.pop("restartPolicyRules", None)
            assert new[name] == container


@of(controls.NOT_BY_RULES)
def test_no_app_of_several_has_a_policy_or_rules(changes: list[Change]) -> None:
    check_without_own_policy(changes)


@of(controls.AGAIN_BY_THE_PODS_POLICY)
def test_what_is_never_restarted_has_no_policy_of_its_own(changes: list[Change]) -> None:
    check_without_own_policy(changes)


@of(controls.ONCE_BY_THE_PODS_POLICY)
def test_what_is_always_restarted_has_no_policy_of_its_own(changes: list[Change]) -> None:
    check_without_own_policy(changes)


@of(controls.RETRIED_BY_THE_PODS_POLICY)
def test_the_init_container_has_no_policy_of_its_own(changes: list[Change]) -> None:
    check_without_own_policy(changes)


@of(controls.RULES_AS_MAY_BE)
def test_there_are_twenty_rules_at_most_and_a_policy(changes: list[Change]) -> None:
    for [before], [after] in changes:
        [old], [new] = before["spec"]["containers"], after["spec"]["containers"]
        assert len(old["restartPolicyRules"]) > 20 or "restartPolicy" not in old
        assert len(new["restartPolicyRules"]) <= 20
        assert new["restartPolicy"] == "Never"
