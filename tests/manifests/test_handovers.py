"""Every hand-over in every manifest holds wherever a container is stopped: who may end when (CONTRIBUTING.md)."""

from __future__ import annotations

import copy
import shlex
from typing import TYPE_CHECKING, Any

import pytest

from tests.manifests.handovers import faults_of
from tests.manifests.test_manifests import PODS, expanded

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]

WRITTEN_FROM_OUTSIDE = ("processes/ephemeral",)  # by an ephemeral container that the scenario adds


def verbs_of(container: Json) -> list[list[str]]:
    """Return the verbs of a container with their arguments."""
    verbs: list[list[str]] = [[]]
    for argument in expanded(container):
        if argument == "then":
            verbs.append([])
        else:
            verbs[-1].append(argument)
    return verbs


RUNNING = {name: pod for name, pod in PODS.items() if all("image" in each for each in pod["spec"]["containers"])}


@pytest.mark.parametrize("name", RUNNING)
def test_who_is_looked_at_lives_until_its_neighbour_has_looked(name: str) -> None:
    pod = RUNNING[name]
    if not all("args" in each or each.get("image", "").find("python") < 0 for each in pod["spec"]["containers"]):
        return  # only sent as a dry run
    faults = faults_of(pod, verbs_of)
    assert [fault for fault in faults if not ("waits for" in fault and name.startswith(WRITTEN_FROM_OUTSIDE))] == []


def changed(name: str, container: str, change: Callable[[str], str]) -> Json:
    """Return a manifest's Pod in which the arguments of one container are changed."""
    pod: Json = copy.deepcopy(next(pod for other, pod in PODS.items() if other.startswith(f"{name}:")))
    for each in (*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]):
        if each["name"] == container:
            before = shlex.join(each["args"])
            each["args"] = shlex.split(change(before))
            assert shlex.join(each["args"]) != before
    return pod


@pytest.mark.parametrize(
    ("name", "container", "cut", "fault"),
    [
        (
            "processes/shared.yaml",
            "left",
            " then read /turn/right-done --within 5",
            "left may end its mark before right",
        ),
        (
            "volumes/propagation/recursive-read-only.yaml",
            "mounter",
            " then write /turn/written",
            "mounter may get TERM, which ends it",
        ),
        ("ipc/namespaces.yaml", "beside", " then write /turn/beside", "no app waits for a word of it"),
        ("network/localhost/localhost.yaml", "server", " then expect-term", "server may end its serve"),
        ("volumes/coherence/lock.yaml", "holder", " then read /turn/tried --within 30", "holder may end its take-lock"),
        (
            "network/localhost/port-space.yaml",
            "holder",
            " then read /turn/tried --within 30",
            "holder may end its bind",
        ),
        ("network/abstract_sockets/reached.yaml", "listener", " then read /turn/over --within 20", "serve-abstract"),
        ("volumes/propagation/propagation.yaml", "one", " then read /turn/looked --within 24", "one may end its mount"),
        (
            "volumes/propagation/propagation.yaml",
            "receiver",
            " then read /turn/unmounted --within 8",
            "receiver may end its mount",
        ),
        ("processes/private.yaml", "left", " then read /turn/right-looked --within 10", "left may end its mark"),
        ("volumes/mounts/read-only.yaml", "reader", " then write /turn/tried", "which no neighbour writes"),
    ],
)
def test_a_hand_over_that_was_cut_is_found(name: str, container: str, cut: str, fault: str) -> None:
    pod = changed(name, container, lambda text: text.replace(cut, ""))
    assert any(fault in each for each in faults_of(pod, verbs_of))
