"""What is sent is the manifest with the announced changes and no others; what comes back is held against it."""

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest

from fixtures.announced import (
    NAME_LENGTH,
    NGINX_IMAGE,
    STOCK_IMAGE,
    Surroundings,
    announced,
    case_label,
    cluster_name,
    differences,
)
from fixtures.scenario import case_of

Json = dict[str, Any]

HERE = Surroundings("podproof-1", "1")
FROM_FIELD = {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
POD: Json = {
    "kind": "Pod",
    "metadata": {"name": "shared", "labels": {"kept": "yes"}},
    "spec": {
        "initContainers": [{"name": "first", "image": STOCK_IMAGE, "env": [{"name": "SERVER", "value": "192.0.2.1"}]}],
        "containers": [
            {"name": "left", "image": STOCK_IMAGE, "env": [FROM_FIELD, {"name": "SERVER", "value": "192.0.2.1"}]},
            {"name": "right", "image": "example.com/other", "env": [{"name": "SERVER_PORT", "value": "7000"}]},
        ],
        "volumes": [
            {"name": "probe", "configMap": {"name": "podproof-probe"}},
            {"name": "data", "emptyDir": {"sizeLimit": "1Mi"}},
            {"name": "claimed", "persistentVolumeClaim": {"claimName": "data"}},
        ],
    },
}
CLAIM: Json = {"kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": {"resources": {}}}
NAMED = {
    "metadata.name": "given",
    "metadata.namespace": "podproof-1",
    "metadata.labels": {"kept": "yes", "podproof.dev/run": "1"},
}


def changes(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Path and new value of all that is not as it was."""
    if isinstance(before, dict) and isinstance(after, dict) and path != "metadata.labels":
        for key in before.keys() | after.keys():
            yield from changes(before.get(key), after.get(key), f"{path}.{key}" if path else key)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, pair in enumerate(zip(before, after, strict=True)):
            yield from changes(*pair, f"{path}[{index}]")
    elif before != after:
        yield path, after


def changed(item: Json, around: Surroundings = HERE, **options: Any) -> Json:
    """What the announced changes change, beyond what names the object; the given one must stay as it is."""
    given = copy.deepcopy(item)
    result = dict(changes(item, announced(item, "given", around, **options)))
    assert item == given
    assert all(result.pop(path) == value for path, value in NAMED.items() if path != "metadata.labels")
    assert result.pop("metadata.labels")["podproof.dev/run"] == "1"
    return result


def test_name_namespace_and_the_runs_label_are_all_that_changes_by_itself() -> None:
    assert changed(POD) == {}
    assert announced(POD, "given", HERE)["metadata"]["labels"] == NAMED["metadata.labels"]


def test_other_objects_are_named_and_labelled_and_stay_as_they_are() -> None:
    around = Surroundings("podproof-1", "1", images={STOCK_IMAGE: "other"}, runtime_class="gvisor")
    assert changed(CLAIM, around, node="node-1", restart_policy="Never", medium="Memory") == {}


def test_an_image_stands_in_for_the_stock_image_alone() -> None:
    assert changed(POD, Surroundings("podproof-1", "1", images={STOCK_IMAGE: "mine:1"})) == {
        "spec.initContainers[0].image": "mine:1",
        "spec.containers[0].image": "mine:1",
    }


def test_the_probes_own_waits_are_stretched_with_the_suites() -> None:
    waits = ["read", "/data/x", "--within", "30", "then", "look-queue", "30", "--within", "0.5", "then", "expect-term"]
    pod = {"kind": "Pod", "metadata": {}, "spec": {"containers": [{"image": "x", "args": waits}, {"image": "y"}]}}
    [sent, other] = announced(pod, "pod", Surroundings("podproof-1", "1", timeout_scale=3))["spec"]["containers"]
    assert " ".join(sent["args"]) == "read /data/x --within 90 then look-queue 30 --within 1.5 then expect-term"
    assert "args" not in other


def test_a_runtime_class_is_the_pods() -> None:
    around = Surroundings("podproof-1", "1", runtime_class="gvisor")
    assert changed(POD, around) == {"spec.runtimeClassName": "gvisor"}


def test_a_restart_policy_is_the_pods() -> None:
    assert changed(POD, restart_policy="OnFailure") == {"spec.restartPolicy": "OnFailure"}


def test_memory_is_the_medium_of_every_empty_dir_and_the_default_is_left_out() -> None:
    assert changed(POD, medium="Memory") == {"spec.volumes[1].emptyDir.medium": "Memory"}
    assert changed(POD, medium="default") == {}


def test_a_value_replaces_those_of_the_variables_of_that_very_name() -> None:
    assert changed(POD, environment={"SERVER": "10.0.0.7", "OTHER": "no"}) == {
        "spec.initContainers[0].env[0].value": "10.0.0.7",
        "spec.containers[0].env[1].value": "10.0.0.7",
    }


def test_a_claim_goes_by_the_name_that_it_has_in_the_cluster() -> None:
    renamed = {("PersistentVolumeClaim", "data"): "recreated-data", ("ConfigMap", "left"): "no"}
    assert changed(POD, renamed=renamed) == {"spec.volumes[2].persistentVolumeClaim.claimName": "recreated-data"}
    assert changed(POD, renamed={("PersistentVolumeClaim", "other"): "no"}) == {}


def test_a_node_is_named_to_the_scheduler_which_still_decides() -> None:
    fields = [{"key": "metadata.name", "operator": "In", "values": ["node-1"]}]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchFields": fields}]}}
    assert changed(POD, node="node-1") == {"spec.affinity": {"nodeAffinity": required}}


def test_an_object_without_labels_gets_the_runs_label() -> None:
    bare = {"kind": "ConfigMap", "metadata": {"name": "x"}}
    assert announced(bare, "given", HERE)["metadata"]["labels"] == {"podproof.dev/run": "1"}


def test_a_name_tells_scenario_object_case_and_control() -> None:
    assert cluster_name("ipc.private", "sysv-queue", "owner") == "private-owner-sysv-queue"
    assert cluster_name("ipc.private", "sysv-queue", "owner", "same-pod") == "private-owner-sysv-queue-same-pod"
    assert cluster_name("init.sequential", "Never", "sequential") == "sequential-never"


def test_a_long_name_is_cut_and_still_its_own() -> None:
    names = {cluster_name("behaviour.act", case, "object", "control" * 9) for case in ("one", "two", "One")}
    assert len(names) == 3
    assert all(len(name) == NAME_LENGTH and name.startswith("act-object-") for name in names)


def test_every_object_of_the_suite_has_a_name_of_its_own_that_is_a_dns_label(suite_items: list[pytest.Item]) -> None:
    owners: dict[str, tuple[str, ...]] = {}
    for item in suite_items:
        mark, case = item.get_closest_marker("requirement"), case_of(item)
        assert mark is not None
        assert case is not None
        for control in (None, mark.kwargs["control"]):
            for thing in case.stimulus(control):
                owner = (case.scenario.name, case.id, control.name if control else "", thing["metadata"]["name"])
                name = cluster_name(case.scenario.name, case.id, owner[-1], control.name if control else None)
                assert re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", name)
                assert owners.setdefault(name, owner) == owner
    assert len(owners) > len(suite_items)


def test_the_same_and_what_was_only_added_are_no_difference() -> None:
    got = announced(POD, "given", HERE) | {"status": {"phase": "Pending"}}
    got["spec"]["containers"].insert(0, {"name": "mesh", "image": "mesh:1"})
    got["spec"]["containers"][1]["resources"] = {}
    got["spec"]["volumes"].append({"name": "token", "projected": {}})
    assert differences(announced(POD, "given", HERE), got) == []


@pytest.mark.parametrize(
    ("sent", "got", "told"),
    [
        ({"a": 1}, {"a": 2}, "a: sent 1, got 2"),
        ({"a": {"b": "x"}}, {"a": {"b": "y"}}, "a.b: sent 'x', got 'y'"),
        ({"a": {"b": "x"}}, {"a": "x"}, "a: sent {'b': 'x'}, got 'x'"),
        ({"a": "x"}, {}, "a: sent 'x', got nothing"),
        ({"a": ["x", "y"]}, {"a": ["x"]}, "a[1]: sent 'y', got nothing"),
        ({"a": ["x", "y"]}, {"a": ["y", "x"]}, "a[0]: sent 'x', got 'y'"),
        (
            {"a": [{"name": "n", "v": 1}]},
            {"a": [{"name": "m", "v": 1}]},
            "a[n]: sent {'name': 'n', 'v': 1}, got nothing",
        ),
        ({"a": [{"name": "n", "v": 1}]}, {"a": [{"name": "m"}, {"name": "n", "v": 2}]}, "a[n].v: sent 1, got 2"),
        ({"a": [{"k": 1}]}, {"a": [{"k": 2}]}, "a[0].k: sent 1, got 2"),
        ({"a": True}, {"a": False}, "a: sent True, got False"),
        ({"a": True}, {"a": "True"}, "a: sent True, got 'True'"),
        ({"a": 1}, {"a": "2"}, "a: sent 1, got '2'"),
    ],
)
def test_what_came_back_changed_or_not_at_all_is_told_with_its_path(sent: Json, got: Json, told: str) -> None:
    assert differences(sent, got)[0] == told


def test_a_volume_that_is_mounted_twice_is_found_by_its_path() -> None:
    first, second = {"name": "data", "mountPath": "/a"}, {"name": "data", "mountPath": "/b", "readOnly": True}
    assert differences([first, second], [second, first]) == []
    assert differences([first], [{"name": "data", "mountPath": "/c"}]) == ["[data].mountPath: sent '/a', got '/c'"]


def test_a_number_that_came_back_as_text_is_the_same_quantity() -> None:
    assert differences({"cpu": 1, "memory": 0.5}, {"cpu": "1", "memory": "0.5"}) == []


@pytest.mark.parametrize("empty", [{}, [], "", None])
def test_an_empty_value_that_was_dropped_is_no_difference(empty: object) -> None:
    assert differences({"a": empty}, {}) == []
    assert differences([empty], []) == []


@pytest.mark.parametrize("value", [False, 0])
def test_a_false_or_a_zero_that_was_dropped_is_a_difference_for_its_default_may_be_another(value: object) -> None:
    assert differences({"a": value}, {}) == [f"a: sent {value!r}, got nothing"]


WEB: Json = {
    "kind": "Service",
    "metadata": {"name": "web"},
    "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http"}]},
}


def test_a_service_selects_the_pods_of_its_own_case_alone() -> None:
    selector = announced(WEB, "web", HERE, case="c1")["spec"]["selector"]
    assert selector == {"app": "web", "podproof.dev/case": "c1"}
    pod = announced(POD | {"metadata": {"name": "shared", "labels": {"app": "web"}}}, "pod", HERE, case="c1")
    assert selector.items() <= pod["metadata"]["labels"].items()
    other = announced(POD, "pod", HERE, case="c2")
    assert not selector.items() <= other["metadata"]["labels"].items()


def test_a_label_of_a_case_is_its_own() -> None:
    labels = {case_label("a.b", "c"), case_label("a.b", "d"), case_label("a.b", "c", "control"), case_label("a.c", "c")}
    assert len(labels) == 4
    assert all(re.fullmatch("[0-9a-f]{16}", label) for label in labels)


def test_whatever_names_another_object_of_the_stimulus_is_renamed_with_it() -> None:
    pod: Json = {
        "kind": "Pod",
        "metadata": {"name": "shared"},
        "spec": {
            "subdomain": "web",
            "containers": [
                {
                    "name": "main",
                    "image": "x",
                    "env": [
                        {"name": "A", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "k"}}},
                        {"name": "B", "valueFrom": {"secretKeyRef": {"name": "settings", "key": "k"}}},
                    ],
                    "envFrom": [{"configMapRef": {"name": "settings"}}, {"secretRef": {"name": "settings"}}],
                }
            ],
            "volumes": [
                {"name": "probe", "configMap": {"name": "podproof-probe"}},
                {"name": "a", "configMap": {"name": "settings"}},
                {"name": "b", "secret": {"secretName": "settings"}},
                {
                    "name": "c",
                    "projected": {"sources": [{"configMap": {"name": "settings"}}, {"secret": {"name": "settings"}}]},
                },
                {"name": "d", "persistentVolumeClaim": {"claimName": "settings"}},
            ],
        },
    }
    kinds = ("ConfigMap", "Secret", "PersistentVolumeClaim")
    renamed = {(kind, "settings"): f"the-{kind.lower()}" for kind in kinds} | {("Service", "web"): "the-web"}
    place = "spec.containers[0]"
    assert changed(pod, renamed=renamed) == {
        "spec.subdomain": "the-web",
        f"{place}.env[0].valueFrom.configMapKeyRef.name": "the-configmap",
        f"{place}.env[1].valueFrom.secretKeyRef.name": "the-secret",
        f"{place}.envFrom[0].configMapRef.name": "the-configmap",
        f"{place}.envFrom[1].secretRef.name": "the-secret",
        "spec.volumes[1].configMap.name": "the-configmap",
        "spec.volumes[2].secret.secretName": "the-secret",
        "spec.volumes[3].projected.sources[0].configMap.name": "the-configmap",
        "spec.volumes[3].projected.sources[1].secret.name": "the-secret",
        "spec.volumes[4].persistentVolumeClaim.claimName": "the-persistentvolumeclaim",
    }


def test_an_image_stands_in_for_a_volumes_too_and_for_nginx_another() -> None:
    pod: Json = {
        "kind": "Pod",
        "metadata": {"name": "shared"},
        "spec": {
            "containers": [{"name": "web", "image": NGINX_IMAGE}],
            "volumes": [{"name": "image", "image": {"reference": STOCK_IMAGE}}],
        },
    }
    around = Surroundings("podproof-1", "1", images={STOCK_IMAGE: "mine:1", NGINX_IMAGE: "web:1"})
    assert changed(pod, around) == {"spec.containers[0].image": "web:1", "spec.volumes[0].image.reference": "mine:1"}
