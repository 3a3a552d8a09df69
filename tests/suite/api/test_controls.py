"""Controls of api: each changes what it says, and nothing else."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from suite.api import controls
from tests.helpers.controls import Change, by_name, of

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
GROUPS = ("initContainers", "containers", "ephemeralContainers")


def containers(pod: Json, *groups: str) -> list[Json]:
    """Return the containers of a Pod, of all groups by default."""
    return [each for group in groups or GROUPS for each in pod["spec"].get(group, [])]


def both(changes: list[Change], *groups: str) -> Iterator[tuple[Json, Json]]:
    """Yield each container before and after, pairwise."""
    for before, after in changes:
        for old, new in zip(before, after, strict=True):
            yield from zip(containers(old, *groups), containers(new, *groups), strict=True)


def ports(pod: Json) -> list[Json]:
    """Return the ports of all containers of a Pod."""
    return [port for container in containers(pod) for port in container.get("ports", [])]


@of(controls.LEGAL_NAME)
def test_the_name_is_a_dns_subdomain_and_nothing_else_changed(changes: list[Change]) -> None:
    check_labels(changes)


@of(controls.AS_A_LABEL)
def test_the_first_name_is_a_dns_label_as_its_twins_is(changes: list[Change]) -> None:
    check_labels(changes)
    for before, after in changes:
        assert before[1] == after[1]


def check_labels(changes: list[Change]) -> None:
    """Check that every name is a DNS label, and that nothing but names changed."""
    for before, after in changes:
        for old, new in zip(before, after, strict=True):
            name = new["metadata"].pop("name")
            assert name.replace("-", "").isalnum()
            assert name == name.lower().strip("-")
            assert len(name) <= 63
            del old["metadata"]["name"]
        assert after == before


@of(controls.ILLEGAL_NAME)
def test_the_first_name_has_an_underscore_and_nothing_else_changed(changes: list[Change]) -> None:
    for [before, twin], [after, same] in changes:
        assert "_" in after["metadata"].pop("name")
        del before["metadata"]["name"]
        assert (after, same) == (before, twin)


@of(controls.LEGAL_CONTAINER_NAMES)
def test_every_container_has_a_dns_label_of_its_own_for_a_name(changes: list[Change]) -> None:
    for before, after in changes:
        for pod in after:
            names = [container.pop("name") for container in containers(pod)]
            assert len(set(names)) == len(names)
            assert all(name.replace("-", "").isalnum() and len(name) <= 63 for name in names)
        for container in (each for pod in before for each in containers(pod)):
            del container["name"]
        assert after == before


@of(controls.ILLEGAL_CONTAINER_NAMES)
def test_every_container_has_a_name_with_an_underscore(changes: list[Change]) -> None:
    for old, new in both(changes):
        assert "_" in new.pop("name")
        del old["name"]
        assert new == old


@of(controls.PORTS_APART)
def test_no_two_ports_of_a_pod_have_a_number_or_a_name_in_common(changes: list[Change]) -> None:
    check_ports(changes)


@of(controls.NO_PORT_TWICE)
def test_no_two_ports_of_a_pod_are_the_same(changes: list[Change]) -> None:
    check_ports(changes)
    for before, after in changes:
        assert before[-1] == after[-1]


def check_ports(changes: list[Change]) -> None:
    """Check that no two ports of a Pod have a number, or a name, in common, and that nothing else changed."""
    for before, after in changes:
        for pod in after:
            for field in ("name", "containerPort", "hostPort"):
                values = [port.pop(field) for port in ports(pod) if field in port]
                assert len(set(values)) == len(values)
                assert field != "name" or all(len(value) <= 15 and value.replace("-", "").isalnum() for value in values)
        for port in (port for pod in before for port in ports(pod)):
            for field in {"name", "containerPort", "hostPort"} & port.keys():
                del port[field]
        assert after == before


@of(controls.HOST_PORT_TWICE)
def test_all_containers_ask_for_the_first_ones_port_of_the_node(changes: list[Change]) -> None:
    for _, after in changes:
        for pod in after:
            asked = [{field: value for field, value in port.items() if field != "containerPort"} for port in ports(pod)]
            assert asked
            assert len(containers(pod)) == 1 or all(each == asked[0] for each in asked)


@of(controls.MOUNTS_AS_MAY_BE)
def test_every_mount_is_of_the_volume_at_a_path_of_its_own_and_of_a_part_below_it(changes: list[Change]) -> None:
    for old, new in both(changes):
        mounts = new.pop("volumeMounts", [])
        assert len({mount["mountPath"] for mount in mounts}) == len(mounts) == len(old.pop("volumeMounts", []))
        assert {(mount["name"], mount["subPath"], "subPathExpr" in mount) for mount in mounts} <= {
            ("data", "part", False)
        }
        assert new == old


@of(controls.AS_SIDECARS)
def test_init_containers_are_always_restarted(changes: list[Change]) -> None:
    for old, new in both(changes, "initContainers"):
        assert new.pop("restartPolicy") == "Always"
        assert new == old


@of(controls.AS_INIT_CONTAINERS)
def test_sidecars_have_no_restart_policy(changes: list[Change]) -> None:
    for old, new in both(changes, "initContainers"):
        assert old.pop("restartPolicy") == "Always"
        assert new == old


@of(controls.AN_IMAGE_ALONE)
def test_the_containers_are_those_that_are_stored_but_for_the_images_of_apps(changes: list[Change]) -> None:
    for [stored, *_], [same, *wanted] in changes:
        assert same == stored
        for pod in wanted:
            assert pod["spec"]["initContainers"] == stored["spec"]["initContainers"]
            apps = copy.deepcopy(pod["spec"]["containers"])
            for old, new in zip(stored["spec"]["containers"], apps, strict=True):
                assert new.pop("image") != old["image"]
                assert new == {field: value for field, value in old.items() if field != "image"}


@of(controls.RENAMED_TOO)
def test_no_container_has_the_name_that_is_stored(changes: list[Change]) -> None:
    for [stored, *_], [same, *wanted] in changes:
        assert same == stored
        for pod in wanted:
            assert not {each["name"] for each in containers(pod)} & {each["name"] for each in containers(stored)}


@of(controls.RULES_WITHIN_LIMITS)
def test_a_rule_has_an_operator_that_there_is_and_255_exit_codes_at_most(changes: list[Change]) -> None:
    for old, new in both(changes):
        for before, after in zip(old["restartPolicyRules"], new["restartPolicyRules"], strict=True):
            assert after["exitCodes"]["operator"] == "In"
            assert after["exitCodes"]["values"] == before["exitCodes"]["values"][:255]


@of(controls.ONE_MORE)
def test_what_there_is_most_of_there_is_one_more_of(changes: list[Change]) -> None:
    for old, new in both(changes):
        rules = (old["restartPolicyRules"], new["restartPolicyRules"])
        before, after = ([len(each), *(len(rule["exitCodes"]["values"]) for rule in each[:1])] for each in rules)
        assert after == [each + 1 if each == most else each for each, most in zip(before, (20, 255), strict=True)]


@of(controls.NONE_EPHEMERAL)
def test_a_pod_is_created_without_an_ephemeral_container(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert before["spec"].pop("ephemeralContainers")
        assert after == before


@of(controls.EPHEMERAL_UNTOUCHED)
def test_every_pod_is_to_have_the_ephemeral_container_that_is_stored(changes: list[Change]) -> None:
    for [stored, injected, *_], [same, as_before, *wanted] in changes:
        assert [same, as_before] == [stored, injected]
        for pod in wanted:
            assert pod["spec"]["ephemeralContainers"] == injected["spec"]["ephemeralContainers"]


@of(controls.ONE_MORE_EPHEMERAL)
def test_every_pod_is_to_have_one_more_that_is_as_it_may_be(changes: list[Change]) -> None:
    for [stored, injected, *_], [same, as_before, *wanted] in changes:
        assert [same, as_before] == [stored, injected]
        for pod in wanted:
            *first, last = pod["spec"]["ephemeralContainers"]
            assert first == injected["spec"]["ephemeralContainers"]
            assert last["targetContainerName"] in {each["name"] for each in containers(stored)}
            assert last["name"] not in {each["name"] for each in (*containers(stored), *first)}


@of(controls.WITH_THE_HOSTS_PROCESSES)
def test_every_pod_asks_for_the_nodes_processes(changes: list[Change]) -> None:
    for before, after in changes:
        for old, new in zip(before, after, strict=True):
            assert new["spec"].pop("hostPID") is True
            old["spec"].pop("hostPID", None)
            assert new == old


@of(controls.ANOTHER_FAULT)
def test_what_is_asked_about_has_a_policy_for_images_that_there_is_not(changes: list[Change]) -> None:
    for before, after in changes:
        check_fault(before, after)


@of(controls.A_FAULT)
def test_each_of_two_twins_has_a_policy_for_images_that_there_is_not(changes: list[Change]) -> None:
    for before, after in changes:
        check_fault(before, after)
        assert all("imagePullPolicy" in each for pod in after for each in containers(pod))


def check_fault(before: list[Json], after: list[Json]) -> None:
    """Check that all but what is deployed has the fault, and nothing else changed."""
    deployed = [before[0]] if len({each["metadata"]["name"] for each in before}) < len(before) else []
    if "schedulingGates" in before[0]["spec"]:
        deployed = [pod for pod in before if pod["metadata"]["name"] == before[0]["metadata"]["name"]]
    assert len(deployed) < len(before)
    for old, new in zip(before, copy.deepcopy(after), strict=True):
        if old not in deployed:
            assert {each.pop("imagePullPolicy") for each in containers(new)} == {"Whenever"}
        assert new == old


@of(controls.ENDED_BEFORE)
def test_the_sidecar_is_an_init_container_that_ends_and_the_left_app_ends(changes: list[Change]) -> None:
    for before, after in changes:
        old, new = by_name(before), by_name(after)
        assert new["beside"]["args"] == new["left"]["args"] == ["exit", "0"]
        assert "restartPolicy" not in new["beside"]
        assert new["right"] == old["right"]


@of(controls.THE_RIGHT_ENDS)
def test_the_right_app_ends_and_nothing_else_changed(changes: list[Change]) -> None:
    for before, after in changes:
        old, new = by_name(before), by_name(after)
        assert new["right"].pop("args") == ["exit", "0"]
        del old["right"]["args"]
        assert after == before


@of(controls.THE_SIDECAR_FAILS_ONCE)
def test_the_sidecar_fails_in_its_first_run_and_no_app_changed(changes: list[Change]) -> None:
    for before, after in changes:
        old, new = by_name(before), by_name(after)
        assert new["beside"]["args"] == ["attempt", "/turn/runs", "1", "then", *old["beside"]["args"]]
        assert (new["left"], new["right"]) == (old["left"], old["right"])
