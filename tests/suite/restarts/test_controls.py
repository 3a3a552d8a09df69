"""Controls of restarts: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.restarts import controls
from tests.helpers.controls import Change, by_name, names, of


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


@of(controls.RULES_AS_MAY_BE)
def test_there_are_twenty_rules_at_most_and_a_policy(changes: list[Change]) -> None:
    for [before], [after] in changes:
        [old], [new] = before["spec"]["containers"], after["spec"]["containers"]
        assert len(old["restartPolicyRules"]) > 20 or "restartPolicy" not in old
        assert len(new["restartPolicyRules"]) <= 20
        assert new["restartPolicy"] == "Never"


@of(controls.RULES_IN_ANOTHER_ORDER)
def test_the_last_rule_comes_first(changes: list[Change]) -> None:
    for [before], [after] in changes:
        for container in by_name([before]).values():
            container.get("restartPolicyRules", []).reverse()
        assert after == before


@of(controls.NONE_CRASHES)
def test_the_app_that_is_to_crash_goes_on(changes: list[Change]) -> None:
    for [before], [after] in changes:
        by_name([before])["crashing"]["args"].remove("crash")
        assert after == before


@of(controls.THE_SERVER_TOO)
def test_the_server_crashes_once_it_was_asked(changes: list[Change]) -> None:
    check_server_crashes(changes)


@of(controls.CLOSED_BY_A_CRASH)
def test_the_servers_crash_closes_its_connections(changes: list[Change]) -> None:
    check_server_crashes(changes)


def check_server_crashes(changes: list[Change]) -> None:
    for [before], [after] in changes:
        args = by_name([after])["server"]["args"]
        assert " ".join(args[3:11]) == "then read /data/asked --within 30 then attempt /data/ends"
        assert args[11] == "crash"
        del args[3:12]
        assert after == before


@of(controls.SERVES_NOBODY)
def test_the_server_does_nothing(changes: list[Change]) -> None:
    for [before], [after] in changes:
        by_name([before])["server"]["args"] = ["expect-term"]
        assert after == before


@of(controls.FILE_OF_ITS_OWN)
def test_the_app_leaves_its_file_outside_the_volume(changes: list[Change]) -> None:
    for [before], [after] in changes:
        old, new = by_name([before])["crashing"], by_name([after])["crashing"]
        assert new["securityContext"].pop("readOnlyRootFilesystem") is False
        assert new["args"][1] == "/tmp/file"  # noqa: S108
        new["args"][1] = old["args"][1]
        assert after == before


@of(controls.ENVIRONMENT_OF_ITS_OWN)
def test_the_app_with_a_variable_sets_it_anew(changes: list[Change]) -> None:
    for [before], [after] in changes:
        old = by_name([before])["crashing"]
        assert [variable["name"] for variable in old["env"]] == ["SETTING"]
        old["command"] = ["env", "SETTING=of-its-own", *old["command"]]
        assert after == before


@of(controls.CONNECTED_ANEW)
def test_the_client_connects_anew_before_it_asks_again(changes: list[Change]) -> None:
    for [before], [after] in changes:
        args = by_name([after])["client"]["args"]
        assert args[-7:] == ["connect", "127.0.0.1", "7070", "then", "ask-connected", "then", "expect-term"]
        del args[-7:-3]
        assert after == before


@of(controls.TRIGGER_ALONE)
def test_the_rule_that_restarts_one_app_alone_comes_first(changes: list[Change]) -> None:
    for [before], [after] in changes:
        rules = by_name([after])["trigger"]["restartPolicyRules"]
        assert [rule["action"] for rule in rules] == ["Restart", "RestartAllContainers"]
        rules.reverse()
        assert after == before


@of(controls.INITS_AS_LASTING_APPS)
def test_the_init_containers_of_two_rounds_run_as_apps(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert "initContainers" not in after["spec"]
        assert names(after) == [*names(before, "initContainers"), *names(before)]
        assert [by_name([after])[name]["args"][-2:] for name in ("first", "second")] == [["work", "10"]] * 2


@of(controls.A_FILE_LIKE_THE_HOOKS)
def test_the_app_with_a_hook_does_what_its_hook_would_do(changes: list[Change]) -> None:
    for [before], [after] in changes:
        container = by_name([after])["lasting"]
        assert container["args"][:3] == ["write", "/data/stopped", "then"]
        assert container["lifecycle"]["preStop"]["exec"]["command"] == ["python3", "/probe", "write", "/data/stopped"]
        del container["args"][:3]
        assert after == before


@of(controls.FILE_OF_ITS_OWN_FOR_ALL)
def test_the_app_that_lives_leaves_its_file_outside_the_volume(changes: list[Change]) -> None:
    for [before], [after] in changes:
        old, new = by_name([before])["lasting"], by_name([after])["lasting"]
        assert new["securityContext"].pop("readOnlyRootFilesystem") is False
        new["args"] = ["/data/file" if argument == "/tmp/file" else argument for argument in new["args"]]  # noqa: S108
        assert new["args"] == old["args"]
        assert after == before


@of(controls.A_SIDECAR_WITHOUT_A_LOCK)
def test_the_sidecar_says_that_it_is_there_and_holds_nothing(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert by_name([after])["beside"]["args"] == ["write", "/data/there", "then", "expect-term"]
        by_name([before])["beside"]["args"] = by_name([after])["beside"]["args"]
        assert after == before
