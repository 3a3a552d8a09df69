"""Controls of stop: each changes what it says, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from suite.stop import controls
from tests.helpers.controls import Change, by_name, deployed, names, of

if TYPE_CHECKING:
    from tests.helpers.controls import Json


def stopped(objects: list[Json]) -> Json:
    """Return the Pod that is stopped."""
    [pod] = [pod for pod in deployed(objects) if pod["metadata"]["name"] == "stopped"]
    return pod


def service(objects: list[Json]) -> Json:
    """Return the Service."""
    [found] = [each for each in objects if each["kind"] == "Service"]
    return found


@pytest.mark.parametrize(
    "changes",
    [
        controls.A_SHORTER_PERIOD,
        controls.A_LONGER_PERIOD,
        controls.A_LONGER_PERIOD_BEFORE_SIDECARS,
        controls.NO_PERIOD,
    ],
    indirect=True,
)
def test_the_stopped_pod_has_another_grace_period(changes: list[Change]) -> None:
    for before, after in changes:
        period = stopped(before)["spec"].pop(controls.PERIOD, 30)
        assert stopped(after)["spec"].pop(controls.PERIOD) in {0, controls.SHORT, controls.LONG} - {period}
        assert after == before


@pytest.mark.parametrize("changes", [controls.A_LATER_DEADLINE, controls.AN_EARLIER_DEADLINE], indirect=True)
def test_the_stopped_pod_has_another_deadline(changes: list[Change]) -> None:
    for before, after in changes:
        deadline = stopped(before)["spec"].pop(controls.DEADLINE)
        assert stopped(after)["spec"].pop(controls.DEADLINE) in {controls.SOON, controls.LATE} - {deadline}
        assert after == before


@pytest.mark.parametrize(
    "changes",
    [controls.BELOW_A_PROGRAM, controls.SUCCESS_TOLD_AS_FAILURE, controls.FAILURE_TOLD_AS_SUCCESS],
    indirect=True,
)
def test_every_stopped_container_runs_below_a_program(changes: list[Change]) -> None:
    for before, after in changes:
        old, new = by_name([stopped(before)]), by_name([stopped(after)])
        assert {tuple(each.pop("command")) for each in old.values()} == {("python3", "/probe")}
        [command] = {tuple(each.pop("command")) for each in new.values()}
        assert (command[:2], command[3:]) == (("python3", "-c"), ("/probe",))
        compile(command[2], "program", "exec")
        assert after == before


@of(controls.RIGHT_IN_ANOTHER_POD)
def test_an_app_is_in_a_pod_of_its_own_beside_the_witness(changes: list[Change]) -> None:
    for before, after in changes:
        roles = [pod["metadata"]["name"] for pod in deployed(after)]
        assert roles == ["stopped", "right", "witness"]
        assert [names(pod) for pod in deployed(after)] == [["left"], ["right"], ["witness"]]
        assert by_name(deployed(after)) == by_name(deployed(before))


@of(controls.SIGNALS_IN_TURN)
def test_each_container_has_the_stop_signal_of_the_next_one(changes: list[Change]) -> None:
    for before, after in changes:
        old, new = by_name(deployed(before)), by_name(deployed(after))
        signals = [
            [each.pop("lifecycle", {}).get("stopSignal") for each in containers.values()] for containers in (old, new)
        ]
        assert signals == [["SIGUSR2", "SIGUSR1", None], ["SIGUSR1", None, "SIGUSR2"]]
        assert after == before


@of(controls.HOOK_ENDS_AT_ONCE)
def test_the_hook_takes_no_time(changes: list[Change]) -> None:
    for before, after in changes:
        old, new = (by_name(deployed(each))["hooked"]["lifecycle"]["preStop"]["httpGet"] for each in (before, after))
        assert (old.pop("path"), new.pop("path")) == ("/?work=120", "/")
        assert after == before


@of(controls.THE_NEIGHBOURS_HOOK)
def test_the_hook_is_the_neighbours_at_its_own_port(changes: list[Change]) -> None:
    for before, after in changes:
        old, new = by_name(deployed(before)), by_name(deployed(after))
        hook, moved = old["hooked"].pop("lifecycle"), new["neighbour"].pop("lifecycle")
        assert str(moved["preStop"]["httpGet"]["port"]) in new["neighbour"]["args"]
        assert hook["preStop"]["httpGet"].pop("port") != moved["preStop"]["httpGet"].pop("port")
        assert moved == hook
        assert after == before


@of(controls.PUBLISHED_NOT_READY)
def test_the_service_publishes_who_is_not_ready(changes: list[Change]) -> None:
    for before, after in changes:
        assert service(after)["spec"].pop("publishNotReadyAddresses") is True
        assert after == before


def probed(objects: list[Json]) -> str:
    """Return the program of the readiness probe, and take it away."""
    program: str = by_name(deployed(objects))["server"]["readinessProbe"]["exec"]["command"].pop()
    return program


@of(controls.EVER_READY)
def test_the_probe_looks_for_a_file_that_is_never_there(changes: list[Change]) -> None:
    for before, after in changes:
        assert probed(after) == probed(before).replace("/turn/unready", "/turn/elsewhere")
        assert after == before


@of(controls.NEVER_READY)
def test_the_probe_always_fails_and_the_service_publishes_all_the_same(changes: list[Change]) -> None:
    for before, after in changes:
        assert service(after)["spec"].pop("publishNotReadyAddresses") is True
        assert probed(after) == probed(before).replace("/turn/unready", "/probe")
        assert after == before


@of(controls.LEFT_BEHIND)
def test_an_init_container_makes_the_objects_first(changes: list[Change]) -> None:
    for before, after in changes:
        [init] = stopped(after)["spec"].pop("initContainers")
        [app] = stopped(before)["spec"]["containers"]
        assert init == app | {"name": "before", "args": ["make-objects", "all", "kept"]}
        assert after == before


@pytest.mark.parametrize(
    "changes",
    [controls.SIDECARS_AS_APPS, controls.SIDECARS_THAT_STAY, controls.A_SIDECAR_AS_AN_APP],
    indirect=True,
)
def test_the_sidecars_are_apps(changes: list[Change]) -> None:
    for before, after in changes:
        sidecars = names(stopped(before), "initContainers")
        assert names(stopped(after)) == [*names(stopped(before)), *sidecars]
        for container in stopped(before)["spec"]["initContainers"]:
            assert container.pop("restartPolicy") == "Always"
        assert by_name(deployed(after)) == by_name(deployed(before))


@pytest.mark.parametrize("changes", [controls.SIDECARS_SWAPPED, controls.SIDECARS_TOLD_TOO_SOON], indirect=True)
def test_the_sidecars_are_named_the_other_way_round(changes: list[Change]) -> None:
    for before, after in changes:
        stopped(after)["spec"]["initContainers"].reverse()
        assert after == before


@pytest.mark.parametrize(
    ("changes", "name", "verbs"),
    [
        (controls.ENDS_BY_ITSELF, "obeys", ["work", "1"]),
        (controls.SUCCEEDS_BY_ITSELF, "deaf", ["work", "1"]),
        (controls.FAILS_BY_ITSELF, "deaf", ["exit", "1"]),
    ],
    indirect=["changes"],
)
def test_a_container_ends_by_itself_once_it_has_spoken(changes: list[Change], name: str, verbs: list[str]) -> None:
    for before, after in changes:
        old, new = by_name(deployed(before))[name]["args"], by_name(deployed(after))[name]["args"]
        assert old[:-1] == new[: -len(verbs)]
        assert new[-len(verbs) :] == verbs
        old.clear()
        new.clear()
        assert after == before


@pytest.mark.parametrize(
    ("changes", "verbs"),
    [
        (controls.REMOVED_WHEN_TOLD, ["remove", "/scratch/kept"]),
        (controls.CHANGED_WHEN_TOLD, ["write", "/scratch/kept"]),
        (controls.ENDS_WHEN_TOLD, ["exit", "0"]),
    ],
    indirect=["changes"],
)
def test_a_container_does_something_more_when_it_is_told_to_end(changes: list[Change], verbs: list[str]) -> None:
    for before, after in changes:
        old, new = (by_name(deployed(each))["reader"]["args"] for each in (before, after))
        told = old.index("expect-term") + 1
        assert new == [*old[:told], "then", *verbs, *old[told:]]
        old.clear()
        new.clear()
        assert after == before
