"""Controls of volumes persistent: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.volumes.persistent import controls
from tests.helpers.controls import Change, Json, of
from tests.helpers.pod_security import containers_of


def volume(pod: Json, name: str) -> Json:
    return next(each for each in pod["spec"]["volumes"] if each["name"] == name)


@of(controls.SWAPPED)
def test_the_two_volumes_change_places(changes: list[Change]) -> None:
    for [claim, before], [same, after] in changes:
        assert same == claim
        assert volume(after, "scratch")["persistentVolumeClaim"] == volume(before, "kept")["persistentVolumeClaim"]
        assert volume(after, "kept")["emptyDir"] == volume(before, "scratch")["emptyDir"]
        assert containers_of(after) == containers_of(before)


@of(controls.MOUNTED_READ_ONLY)
def test_the_init_container_may_only_read_the_persistent_volume(changes: list[Change]) -> None:
    for [_, before], [_, after] in changes:
        [kept] = [m for m in after["spec"]["initContainers"][0]["volumeMounts"] if m["name"] == "kept"]
        assert kept.pop("readOnly") is True
        assert after == before
