"""Controls of volumes limits: each changes what it says, and nothing else."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest
from kubernetes.utils import parse_quantity

from suite.volumes.limits import controls
from tests.helpers.controls import Change, Json, by_name, check_mounted_read_only, check_without_mount, of
from tests.helpers.pod_security import containers_of

if TYPE_CHECKING:
    from suite.control import Control


def volume(pod: Json, name: str) -> Json:
    return next(each for each in pod["spec"]["volumes"] if each["name"] == name)


def taken(pod: Json) -> list[str]:
    """Remove every limit of storage from a Pod."""
    sources = [each["emptyDir"] for each in pod["spec"]["volumes"] if "sizeLimit" in each.get("emptyDir", {})]
    limited = [container["resources"]["limits"] for container in containers_of(pod) if "resources" in container]
    return [each.pop("sizeLimit") for each in sources] + [each.pop("ephemeral-storage") for each in limited]


@of(controls.ON_DISK)
def test_a_volume_that_was_in_memory_is_on_disk(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert volume(before, "data")["emptyDir"].pop("medium") == "Memory"
        assert after == before


@pytest.mark.parametrize(
    "control", [controls.COUNTED_ON_DISK, controls.SUMMED_ON_DISK, controls.LIMITED_ON_DISK, controls.FULL_ON_DISK]
)
def test_what_is_counted_or_limited_is_put_on_disk_likewise(control: Control) -> None:
    assert control.change is controls.ON_DISK.change


@of(controls.AMPLE_STORAGE)
def test_every_limit_of_storage_is_higher_and_none_is_new(changes: list[Change]) -> None:
    for [before], [after] in changes:
        old, new = copy.deepcopy(before), copy.deepcopy(after)
        given, raised = taken(old), taken(new)
        assert len(raised) == len(given) > 0
        assert set(raised) == {controls.AMPLE}
        assert all(parse_quantity(limit) < parse_quantity(controls.AMPLE) for limit in given)
        assert new == old


@of(controls.KILLED_OTHERWISE)
def test_the_writer_alone_is_killed_by_a_program_of_its_own(changes: list[Change]) -> None:
    for [before], [after] in changes:
        writer = by_name([after])["writer"]
        assert writer["command"] == ["python3", "-c", controls.KILLS, "/probe"]
        for name in ("command", "args"):
            writer[name] = by_name([before])["writer"][name]
        assert after == before


@of(controls.NEIGHBOUR_WITHOUT)
def test_the_neighbour_has_no_volume(changes: list[Change]) -> None:
    check_without_mount(changes, "data", "neighbour")


@of(controls.NEIGHBOUR_READ_ONLY)
def test_the_neighbour_may_only_read_the_volume(changes: list[Change]) -> None:
    check_mounted_read_only(changes, "data", "neighbour")


@of(controls.NEIGHBOUR_LEAVES)
def test_the_neighbour_ends_by_itself(changes: list[Change]) -> None:
    for [before], [after] in changes:
        arguments = by_name([after])["neighbour"]["args"]
        assert arguments[-2:] == ["exit", "1"]
        arguments[-2:] = ["expect-term"]
        assert after == before
