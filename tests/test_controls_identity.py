"""Controls of who the containers of a Pod are."""

from suite.controls import identity
from tests.test_controls import Change, by_name, changes, names, of

assert changes  # the fixture of the tests below


@of(identity.OVERRIDE_FOR_ALL)
def test_what_one_container_overrides_is_the_pods(changes: list[Change]) -> None:
    for [before], [after] in changes:
        right = by_name([after])["right"]["securityContext"]
        context = after["spec"]["securityContext"]
        assert (context["runAsUser"], context["runAsGroup"]) == (right["runAsUser"], right["runAsGroup"])
        assert "supplementalGroups" not in context
        assert by_name([after]) == by_name([before])


@of(identity.AUTOMOUNT_OFF)
def test_no_token_is_mounted(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert before["spec"].pop("automountServiceAccountToken") is True
        assert after["spec"].pop("automountServiceAccountToken") is False
        assert after == before


@of(identity.AUTOMOUNT_ON)
def test_a_token_is_mounted(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert before["spec"].pop("automountServiceAccountToken") is False
        assert after["spec"].pop("automountServiceAccountToken") is True
        assert after == before


@of(identity.ANOTHER_USER_ON_THE_RIGHT)
def test_one_container_alone_runs_as_another_user(changes: list[Change]) -> None:
    for [before], [after] in changes:
        user = by_name([after])["right"]["securityContext"].pop("runAsUser")
        assert user not in {0, before["spec"]["securityContext"]["runAsUser"]}
        assert after == before


@of(identity.RIGHT_AS_ANOTHER_POD)
def test_one_container_is_of_another_pod(changes: list[Change]) -> None:
    for before, after in changes:
        assert [names(pod) for pod in after] == [["left"], ["right"]]
        assert by_name(after) == by_name(before)


@of(identity.LIMITS_OF_THE_LEFT)
def test_both_apps_have_the_same_resources(changes: list[Change]) -> None:
    for [before], [after] in changes:
        was, now = by_name([before]), by_name([after])
        assert now["right"].pop("resources") == was["left"]["resources"] != was["right"].pop("resources")
        assert now == was
