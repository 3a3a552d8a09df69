"""Controls of volumes limits: each changes what it says, and nothing else."""

from __future__ import annotations

import copy

from kubernetes.utils import parse_quantity

from suite.volumes.limits import controls
from tests.helpers.controls import Change, Json, of
from tests.helpers.pod_security import containers_of


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


def test_what_is_counted_is_put_on_disk_likewise() -> None:
    assert controls.COUNTED_ON_DISK.change is controls.ON_DISK.change


@of(controls.NEIGHBOUR_WITHOUT_LIMIT)
def test_one_container_has_no_memory_limit_and_the_writer_keeps_its_own(changes: list[Change]) -> None:
    for [before], [after] in changes:
        writer, neighbour = containers_of(after)
        assert "resources" not in neighbour
        assert writer == containers_of(before)[0]
        containers_of(before)[1].pop("resources")
        assert after == before


@of(controls.WITHOUT_SIZE_LIMIT)
def test_a_volume_without_a_size_limit_holds_all_that_is_written(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert volume(before, "data")["emptyDir"].pop("sizeLimit")
        assert after == before
        written = sum(parse_quantity(f"{word}Mi") for c in containers_of(after) for word in c["args"] if word.isdigit())
        assert written < sum(parse_quantity(c["resources"]["limits"]["memory"]) for c in containers_of(after))


def test_a_full_volume_is_without_its_size_limit_likewise() -> None:
    assert controls.FULL_WITHOUT_SIZE_LIMIT.change is controls.WITHOUT_SIZE_LIMIT.change


@of(controls.AMPLE_STORAGE)
def test_every_limit_of_storage_is_higher_and_none_is_new(changes: list[Change]) -> None:
    for [before], [after] in changes:
        old, new = copy.deepcopy(before), copy.deepcopy(after)
        given, raised = taken(old), taken(new)
        assert len(raised) == len(given) > 0
        assert set(raised) == {controls.AMPLE}
        assert all(parse_quantity(limit) < parse_quantity(controls.AMPLE) for limit in given)
        assert new == old
