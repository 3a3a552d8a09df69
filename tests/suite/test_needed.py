"""What a case rests on: a policy that took it away is told, and nothing else is."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from records import Answer
from suite import needed
from tests.helpers.histories import exited, pod, ran, record

if TYPE_CHECKING:
    from records import Record
    from suite.needed import Needed

Json = dict[str, Any]
SENT: Json = {
    "terminationGracePeriodSeconds": 300,
    "securityContext": {"runAsUser": 1, "fsGroup": 5, "sysctls": [{"name": "s", "value": "1"}]},
    "containers": [
        {
            "name": "one",
            "livenessProbe": {"terminationGracePeriodSeconds": 4},
            "lifecycle": {"stopSignal": "SIGUSR1"},
            "resources": {
                "limits": {"memory": "48Mi", "cpu": "1", "ephemeral-storage": "16Mi"},
                "requests": {"memory": "4Mi", "cpu": "1m"},
            },
        },
        {"name": "two", "securityContext": {"runAsUser": 2}},
    ],
    "volumes": [{"name": "data", "emptyDir": {"medium": "Memory", "sizeLimit": "16Mi"}}],
}


def stored(*path: str | int, value: object) -> Record:
    """Return a record whose Pod was sent like SENT, and stored with another value at a path; None removes it."""
    got = copy.deepcopy(SENT)
    at: Any = got
    for key in path[:-1]:
        at = at[key]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    only = pod(ran("one", 0.0, exited(1.0)))
    return record(replace(only, sent={"spec": SENT}, got={"spec": got}))


LIMITS = ("containers", 0, "resources", "limits")
CONTEXT = ("securityContext",)
LIVENESS = ("containers", 0, "livenessProbe", "terminationGracePeriodSeconds")
STOP = ("containers", 0, "lifecycle", "stopSignal")
SIZE = ("volumes", 0, "emptyDir", "sizeLimit")


@pytest.mark.parametrize(
    ("need", "path", "taken", "left"),
    [
        (needed.limit("one", "memory", below=96), (*LIMITS, "memory"), "96Mi", "95Mi"),
        (needed.limit("one", "memory", below=96), (*LIMITS, "memory"), None, "1Mi"),
        (needed.limit("one", "memory", above=24), (*LIMITS, "memory"), "24Mi", None),
        (needed.sum_of("ephemeral-storage", below=36), (*LIMITS, "ephemeral-storage"), "36Mi", "35Mi"),
        (needed.size("data", below=24), SIZE, "24Mi", "8Mi"),
        (needed.size("data", below=24), SIZE, None, "23Mi"),
        (needed.of_known_size("data"), SIZE, None, "1Mi"),
        (needed.as_user("one", 1), (*CONTEXT, "runAsUser"), 3, 1),
        (needed.several_users("one", "two"), (*CONTEXT, "runAsUser"), 2, 3),
        (needed.grouped("one"), (*CONTEXT, "fsGroup"), None, 6),
        (needed.with_sysctl("s"), (*CONTEXT, "sysctls"), None, [{"name": "s", "value": "2"}]),
        (
            needed.same_sysctl("s", "1"),
            (*CONTEXT, "sysctls"),
            [{"name": "s", "value": "2"}],
            SENT["securityContext"]["sysctls"],
        ),
        (needed.told_of("one"), (*LIMITS, "cpu"), None, "2"),
        (needed.grace_periods("one", "livenessProbe", pod=300), LIVENESS, 2, 3),
        (needed.same_stop_signal("one", "SIGUSR1"), STOP, "SIGTERM", "SIGUSR1"),
        (needed.same_stop_signal("one", "SIGUSR1"), STOP, None, "SIGUSR1"),
        (needed.grace_period(300), ("terminationGracePeriodSeconds",), 30, 400),
        (needed.same_grace_period(300), ("terminationGracePeriodSeconds",), 400, 300),
    ],
)
def test_what_was_taken_away_voids_a_case_and_what_was_left_does_not(
    need: Needed, path: tuple[str | int, ...], taken: object, left: object
) -> None:
    [line] = needed.void(stored(*path, value=taken), need)
    assert line.startswith(f"{need.path}: sent ")
    assert line.endswith(f" ({need.why})")
    assert needed.void(stored(*path, value=left), need) == []


def test_what_was_stored_as_sent_voids_a_case_unless_a_control_may_have_set_it() -> None:
    as_sent = stored(*SIZE, value="16Mi")
    unfit = needed.size("data", below=8), needed.as_user("one", 7)
    assert needed.void(replace(as_sent, control="larger"), *unfit) == []
    assert needed.void(as_sent, *unfit) == [
        "spec.volumes[data].emptyDir.sizeLimit: sent 16 MiB, got 16 MiB (it must be below 8 MiB)",
        "spec.containers[one].securityContext.runAsUser: sent 1, got 1 (it must be 7)",
    ]
    assert needed.void(record(), needed.size("data", below=8)) == []


def test_a_container_that_others_added_may_void_what_must_be_of_one_user() -> None:
    added = [*SENT["containers"][:1], {"name": "mesh", "securityContext": {"runAsUser": 20001}}]
    sent = SENT | {"containers": SENT["containers"][:1]}
    only = pod(ran("one", 0.0, exited(1.0)))
    history = record(replace(only, sent={"spec": sent}, got={"spec": sent | {"containers": added}}))
    assert needed.void(history, needed.one_user()) == [
        "spec.containers[*].securityContext.runAsUser: sent [1], got [1, 20001] (all must run as one user)"
    ]


def test_a_value_is_told_in_mebibytes() -> None:
    assert needed.void(stored(*LIMITS, "memory", value="128Mi"), needed.limit("one", "memory", below=96)) == [
        "spec.containers[one].resources.limits.memory: sent 48 MiB, got 128 MiB (it must be below 96 MiB)"
    ]


def test_a_class_that_a_policy_changed_is_told_of_a_pod_that_was_sent_as_a_dry_run() -> None:
    asks = {"limits": {"memory": "64Mi", "cpu": "1"}, "requests": {"memory": "64Mi", "cpu": "1"}}
    plain, asking = ({"spec": {"containers": [{"name": "one", "resources": own}]}} for own in ({}, asks))
    given = Answer("pod", plain, 201, asking)
    assert needed.void(record(answers=[given]), needed.of_class("Guaranteed")) == []
    [told] = needed.void(record(answers=[given]), needed.of_class("BestEffort"))
    assert told.startswith("spec.containers[*].resources, spec.initContainers[*].resources: sent BestEffort, got Guar")
    assert told.endswith("(they must give the Pod the class BestEffort)")
    refused = Answer("pod", plain, 422, {"kind": "Status"})
    assert needed.void(record(answers=[refused]), needed.of_class("BestEffort")) == []
    assert needed.void(replace(record(answers=[given]), control="other"), needed.of_class("BestEffort")) != []


def test_cpus_that_a_policy_took_are_told_where_the_rest_fits_on_a_node() -> None:
    def asking(*cpus: str) -> Json:
        return {"spec": {"containers": [{"name": c, "resources": {"requests": {"cpu": c}}} for c in cpus]}}

    sent = asking("1100m", "1100m")
    need = needed.more_cpu_than(2)
    for got, fits in ((sent, True), (asking("1", "1"), False), (asking("2", "1"), False)):
        only = replace(pod(ran("one", 0.0, exited(1.0))), sent=sent, got=got)
        assert (needed.void(record(only), need) == []) is fits
