"""Controls: each changes the stimuli of the tests that name it as it says, and nothing that a cluster would refuse."""

import copy
import importlib
import pkgutil
from typing import Any

import pytest

from fixtures.scenario import case_of
from suite import controls
from suite.controls import Control, api, init_order, ipc, network, patterns, volumes
from tests.pod_security import breaches, containers_of

Json = dict[str, Any]
Change = tuple[list[Json], list[Json]]

MODULES = [importlib.import_module(f"suite.controls.{each.name}") for each in pkgutil.iter_modules(controls.__path__)]
ALL = {name: value for module in MODULES for name, value in vars(module).items() if isinstance(value, Control)}


@pytest.fixture
def changes(request: pytest.FixtureRequest, suite_items: list[pytest.Item]) -> list[Change]:
    """Before and after, for every case of the requirements that the control belongs to."""
    found = []
    for item in suite_items:
        mark, case = item.get_closest_marker("requirement"), case_of(item)
        assert mark is not None
        assert case is not None
        if mark.kwargs["control"] is request.param:
            given = case.stimulus()
            before = copy.deepcopy(given)
            after = request.param.apply(given)
            assert given == before
            found.append((before, after))
    assert found
    return found


def deployed(objects: list[Json]) -> list[Json]:
    """The Pods; a document that has only ephemeral containers is for one of them, later."""
    return [item for item in objects if item["kind"] == "Pod" and "containers" in item["spec"]]


def of(control: Control) -> pytest.MarkDecorator:
    """Give the test what that control changes."""
    return pytest.mark.parametrize("changes", [control], indirect=True, ids=[control.name])


def names(pod: Json, group: str = "containers") -> list[str]:
    return [container["name"] for container in pod["spec"].get(group, [])]


def by_name(pods: list[Json]) -> dict[str, Json]:
    return {container["name"]: container for pod in pods for container in containers_of(pod)}


@pytest.mark.parametrize("changes", ALL.values(), indirect=True, ids=ALL)
def test_a_control_changes_something_and_every_pod_stays_admissible(changes: list[Change]) -> None:
    for before, after in changes:
        assert after != before
        pods = deployed(after)
        assert pods
        admitted = [breach for pod in deployed(before) for breach in breaches(pod)]
        # A namespace that admits the one admits the other, where its level is "privileged".
        assert admitted or [breach for pod in pods for breach in breaches(pod)] == []
        for pod in pods:
            assert pod["spec"]["containers"]
            assert len({container["name"] for container in containers_of(pod)}) == len(containers_of(pod))
        created = [*pods, *(item for item in after if item["kind"] != "Pod")]
        assert len({(item["kind"], item["metadata"]["name"]) for item in created}) == len(created)


@pytest.mark.parametrize("changes", ALL.values(), indirect=True, ids=ALL)
def test_what_a_container_mounts_is_a_volume_of_its_pod(changes: list[Change]) -> None:
    for _, after in changes:
        for pod in deployed(after):
            volumes = [volume["name"] for volume in pod["spec"].get("volumes", [])]
            mounted = {mount["name"] for c in containers_of(pod) for mount in c.get("volumeMounts", [])}
            assert mounted <= set(volumes)
            assert len(set(volumes)) == len(volumes)


def test_a_controls_name_is_its_own_and_it_breaks_a_rule() -> None:
    assert len({control.name for control in ALL.values()}) == len(ALL)
    assert all(control.breaks for control in ALL.values())
    assert all(name == control.name.upper().replace("-", "_") for name, control in ALL.items())


@of(ipc.CONSUMER_IN_ANOTHER_POD)
def test_the_consumer_runs_in_a_pod_of_its_own(changes: list[Change]) -> None:
    for before, after in changes:
        assert [names(pod) for pod in after] == [["producer"], ["consumer"]]
        assert by_name(after) == by_name(before)


@of(ipc.OBSERVER_IN_THE_SAME_POD)
def test_the_observer_runs_beside_the_owner(changes: list[Change]) -> None:
    for before, after in changes:
        assert [names(pod) for pod in after] == [["owner", "observer"]]
        assert by_name(after) == by_name(before)


@of(patterns.WITHOUT_INIT_CONTAINERS)
def test_nothing_prepares_anything(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert names(before, "initContainers")
        assert "initContainers" not in after["spec"]
        del before["spec"]["initContainers"]
        assert after == before


@of(api.LEGAL_NAME)
def test_the_name_is_a_dns_subdomain_and_nothing_else_changed(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert after["metadata"].pop("name").replace("-", "").isalnum()
        del before["metadata"]["name"]
        assert after == before


@of(init_order.INITS_AS_APPS)
def test_the_init_containers_run_as_apps_long_enough_to_meet(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert "initContainers" not in after["spec"]
        assert names(after) == [*names(before, "initContainers"), *names(before)]
        inits = after["spec"]["containers"][: len(before["spec"]["initContainers"])]
        for container in inits:
            verb, seconds = container["args"][-2:]
            assert verb == "work"
            assert float(seconds) >= 10


@of(init_order.RETRIED_AS_APPS)
def test_the_init_containers_that_were_to_be_retried_run_as_apps(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert "initContainers" not in after["spec"]
        assert names(after) == [*names(before, "initContainers"), *names(before)]
        assert by_name([after])["init-1"] == by_name([before])["init-1"]
        assert by_name([after])["init-2"]["args"][-2:] == ["work", "10"]


@of(init_order.INIT_SUCCEEDS)
def test_the_init_container_that_was_to_fail_exits_with_0(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert before["spec"]["initContainers"][0]["args"] != ["exit", "0"]
        before["spec"]["initContainers"][0]["args"] = ["exit", "0"]
        assert after == before


@of(init_order.INITS_IN_ANOTHER_POD)
def test_the_init_containers_run_in_a_pod_of_their_own_with_volumes_of_its_own(changes: list[Change]) -> None:
    for [before], after in changes:
        assert [names(pod, "initContainers") for pod in after] == [[], []]
        assert [names(pod) for pod in after] == [names(before), names(before, "initContainers")]
        assert by_name(after) == by_name([before])
        assert all("persistentVolumeClaim" not in volume for pod in after for volume in pod["spec"]["volumes"])


@of(volumes.WRITTEN_BEFORE)
def test_another_init_container_writes_into_the_volume_before_the_first(changes: list[Change]) -> None:
    for [before], [after] in changes:
        early, *others = after["spec"]["initContainers"]
        assert early["args"] == ["write", "/data/early"]
        assert {"name": "data", "mountPath": "/data"} in early["volumeMounts"]
        after["spec"]["initContainers"] = others
        assert after == before


@of(volumes.A_VOLUME_OF_ITS_OWN)
def test_the_last_app_has_an_empty_dir_of_its_own_at_the_same_path(changes: list[Change]) -> None:
    for [before], [after] in changes:
        *others, last = containers_of(after)
        assert others == containers_of(before)[:-1]
        mounted = {mount["name"]: mount["mountPath"] for mount in last["volumeMounts"]}
        data = next(m["mountPath"] for m in containers_of(before)[-1]["volumeMounts"] if m["name"] == "data")
        assert mounted == {"probe": "/probe", "own": data}
        assert after["spec"]["volumes"] == [*before["spec"]["volumes"], {"name": "own", "emptyDir": {}}]


@of(volumes.NEIGHBOUR_REMOVES)
def test_the_neighbour_removes_the_file_once_it_has_read_it(changes: list[Change]) -> None:
    for [before], [after] in changes:
        arguments = by_name([after])["neighbour"]["args"]
        assert arguments[:8] == ["read", "/data/file", "--within", "30", "then", "remove", "/data/file", "then"]
        del arguments[5:8]
        assert after == before


@of(network.CLIENT_IN_ANOTHER_POD)
def test_the_client_runs_in_a_pod_of_its_own(changes: list[Change]) -> None:
    for before, after in changes:
        assert [names(pod) for pod in after] == [["server"], ["client"]]
        assert by_name(after) == by_name(before)


@of(network.RIGHT_IN_ANOTHER_POD)
def test_one_app_runs_in_a_pod_of_its_own_and_the_others_stay(changes: list[Change]) -> None:
    for before, after in changes:
        assert [names(pod) for pod in after] == [["left"], ["right"]]
        assert [names(pod, "initContainers") for pod in after] == [["before", "beside"], []]
        assert by_name(after) == by_name(before)


@of(network.REUSED_PORT)
def test_every_bind_shares_its_port_and_nothing_else_changed(changes: list[Change]) -> None:
    for [before], [after] in changes:
        for old, new in zip(containers_of(before), containers_of(after), strict=True):
            places = [place for place, argument in enumerate(new["args"]) if argument == "bind"]
            assert places
            assert all(new["args"][place + 1] == "--reuse-port" for place in places)
            assert [argument for argument in new["args"] if argument != "--reuse-port"] == old["args"]


@of(network.SECOND_ON_LOOPBACK)
def test_the_second_container_alone_listens_on_loopback(changes: list[Change]) -> None:
    for before, after in changes:
        old, new = by_name(before), by_name(after)
        assert new.pop("second")["args"][:4] == ["serve", "tcp", "127.0.0.1", "7002"]
        assert old.pop("second")["args"][:4] == ["serve", "tcp", "$(ANY)", "7002"]
        assert new == old


@of(network.LISTENER_ON_EVERY_ADDRESS)
def test_the_listener_listens_on_all_addresses_at_its_private_port_too(changes: list[Change]) -> None:
    for before, after in changes:
        old, new = by_name(before), by_name(after)
        assert new.pop("listener")["args"][:4] == ["serve", "tcp", "0.0.0.0", "7001"]  # noqa: S104 # in a Pod
        assert old.pop("listener")["args"][:4] == ["serve", "tcp", "127.0.0.1", "7001"]
        assert new == old


@of(volumes.PERSISTENT_VOLUME)
def test_the_volume_is_claimed_beside_the_pod(changes: list[Change]) -> None:
    for [before], [claim, after] in changes:
        assert claim["kind"] == "PersistentVolumeClaim"
        assert "storageClassName" not in claim["spec"]  # the cluster's default
        [data] = [volume for volume in after["spec"]["volumes"] if volume["name"] == "data"]
        assert data == {"name": "data", "persistentVolumeClaim": {"claimName": claim["metadata"]["name"]}}
        assert containers_of(after) == containers_of(before)
