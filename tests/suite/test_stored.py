"""What a stored Pod promises."""

from fractions import Fraction
from typing import Any

import pytest

from fixtures.play.scenario import objects_in
from records import Act
from suite import stored
from tests.helpers.histories import record
from tests.helpers.paths import ROOT

Json = dict[str, Any]
MIB = stored.MEBIBYTE


def of(resource: str, *apps: str | None, init: tuple[tuple[str | None, bool], ...] = (), **spec: Any) -> Json:
    """Return a Pod whose apps, and init containers (a sidecar is true), have these limits of a resource."""

    def container(name: str, limit: str | None) -> Json:
        return {"name": name, "resources": {"limits": {resource: limit}} if limit else {}}

    early = [
        container(f"init-{i}", limit) | ({"restartPolicy": "Always"} if beside else {})
        for i, (limit, beside) in enumerate(init)
    ]
    return {
        "spec": {"initContainers": early, "containers": [container(f"app-{i}", a) for i, a in enumerate(apps)]} | spec
    }


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("500m", Fraction(1, 2)),
        ("1Ki", 1024),
        ("2M", 2_000_000),
        (3, 3),
        ("1.5Gi", 3 * 2**29),
        ("2e3", 2000),
        ("10u", Fraction(1, 10**5)),
    ],
)
def test_a_quantity_is_a_number(text: object, number: Fraction | int) -> None:
    assert stored.quantity(text) == number


def test_memory_limits_have_a_sum_where_every_container_has_one() -> None:
    assert stored.sum_of_limits(of("memory", "1Mi", "2Mi"), "memory") == 3 * MIB
    assert stored.sum_of_limits(of("memory", "1Mi", None), "memory") is None
    assert stored.sum_of_limits(of("memory", "1Mi", init=((None, False),)), "memory") is None
    assert stored.sum_of_limits(of("memory", "1Mi", overhead={"memory": "1Mi"}), "memory") == 2 * MIB


def test_a_sidecar_counts_beside_the_apps_and_an_init_container_before_them() -> None:
    assert stored.sum_of_limits(of("memory", "1Mi", init=(("2Mi", True),)), "memory") == 3 * MIB
    assert stored.sum_of_limits(of("memory", "1Mi", init=(("2Mi", False),)), "memory") == 2 * MIB
    assert stored.sum_of_limits(of("memory", "1Mi", init=(("2Mi", True), ("2Mi", False))), "memory") == 4 * MIB


def test_who_asks_for_nothing_adds_nothing_to_what_a_pod_asks_for() -> None:
    pod = of("memory", "1Mi", None, init=(("2Mi", True), (None, False), ("3Mi", False)), overhead={"memory": "1Mi"})
    assert stored.effective(pod, "memory", "limits") == 6 * MIB
    assert stored.effective(pod, "memory") == MIB


@pytest.mark.parametrize(("order", "amount"), [("init-only", 200), ("sidecar-before", 300), ("sidecar-after", 200)])
def test_what_the_pods_ask_for_that_a_quota_counts(order: str, amount: int) -> None:
    [_, pod] = objects_in(ROOT / "manifests" / "init" / f"resources-{order}.yaml")
    assert stored.effective(pod, f"podproof.dev/{order}") == amount


def test_limits_of_storage_have_a_sum_without_those_that_have_none() -> None:
    assert stored.sum_of_storage(of("ephemeral-storage", "1Mi", None)) == MIB
    assert stored.sum_of_storage(of("ephemeral-storage", None)) is None


def test_a_containers_own_context_comes_before_the_pods() -> None:
    context = {"runAsUser": 1, "runAsGroup": 2, "supplementalGroups": [3], "fsGroup": 4}
    pod: Json = {"spec": {"securityContext": context, "containers": [{"name": "a"}, {"name": "b"}]}}
    pod["spec"]["containers"][1]["securityContext"] = {"runAsUser": 9, "allowPrivilegeEscalation": False}
    assert stored.identity(pod, "a") == {"uid": 1, "gid": 2, "groups": (3, 4)}
    assert stored.identity(pod, "b") == {"uid": 9, "gid": 2, "groups": (3, 4)}
    assert stored.identity({"spec": {}}, "a") == {"groups": ()}
    assert stored.confinement(pod, "a") == {"no_new_privs": 0}
    context["seccompProfile"] = {"type": "RuntimeDefault"}
    assert stored.confinement(pod, "b") == {"no_new_privs": 1, "seccomp": 2}
    pod["spec"]["containers"][0]["securityContext"] = {"seccompProfile": {"type": "Unconfined"}}
    assert stored.confinement(pod, "a") == {"no_new_privs": 0, "seccomp": 0}


def test_a_container_is_told_its_amounts_rounded_up() -> None:
    resources = {"limits": {"cpu": "1", "memory": "1025Ki"}, "requests": {"cpu": "0.5m"}}
    pod = {"spec": {"containers": [{"name": "a", "resources": resources}]}}
    assert stored.told(pod, "a") == {"CPU_LIMIT": "1000", "MEMORY_LIMIT": "2", "CPU_REQUEST": "1"}


def test_a_container_has_its_own_limits_or_none() -> None:
    pod = of("memory", "1Mi", None)
    assert stored.limits(pod, "app-0") == {"memory": MIB, "cpu": None}
    assert stored.limits(pod, "app-1") == {"memory": None, "cpu": None}


def test_a_context_is_the_containers_own_but_for_the_user_that_its_pod_may_give() -> None:
    added = {"runAsUser": 7, "readOnlyRootFilesystem": True, "capabilities": {"add": ["NET_BIND_SERVICE"]}}
    containers = [{"name": "own", "securityContext": added}, {"name": "plain"}]
    pod = {"spec": {"securityContext": {"runAsUser": 5}, "containers": containers}}
    assert stored.context(pod, "own") == {"user": 7, "root": True, "capability": True}
    assert stored.context(pod, "plain") == {"user": 5, "root": False, "capability": False}
    assert "user" not in stored.context({"spec": {"containers": containers}}, "plain")


def asking(*containers: tuple[dict[str, str], dict[str, str]], **spec: Any) -> Json:
    """Return a Pod with a sidecar and apps of these limits and requests."""
    made = [
        {"name": f"{number}", "resources": {"limits": limits, "requests": requests}}
        for number, (limits, requests) in enumerate(containers)
    ]
    return {"spec": {"initContainers": made[:1], "containers": made[1:]} | spec}


ALL, ZERO = {"cpu": "1", "memory": "1Gi"}, {"cpu": "0", "memory": "0"}


@pytest.mark.parametrize(
    ("pod", "given"),
    [
        (asking((ALL, ALL), (ALL, ALL)), "Guaranteed"),
        (asking((ALL, ALL), ({"cpu": "1000m", "memory": "1024Mi"}, ALL)), "Guaranteed"),
        (asking((ALL, {"cpu": "1"}), (ALL, ALL)), "Burstable"),
        (asking((ALL, ALL), ({}, {})), "Burstable"),
        (asking(({}, {}), ({}, {"cpu": "1m"})), "Burstable"),
        (asking((ALL, ALL), (ALL, ALL | {"memory": "2Gi"})), "Burstable"),
        (asking(({}, {}), (ZERO, ZERO)), "BestEffort"),
        (asking(({"ephemeral-storage": "1Gi"}, {}), ({}, {})), "BestEffort"),
        (asking((ALL, ALL), resources={"limits": ALL}), None),
    ],
)
def test_all_containers_together_give_a_pod_its_class(pod: Json, given: str | None) -> None:
    assert stored.qos_class(pod) == given


def test_the_last_look_at_the_nodes_tells_of_their_cpus() -> None:
    looks = [Act(0.0, "cpus", "nodes", {"one": 1.0}), Act(1.0, "cpus", "nodes", {"one": 1.93, "two": 2.0})]
    assert stored.cpus(record(acts=looks)) == {"one": Fraction(193, 100), "two": 2}
    assert stored.cpus(record()) == {}
