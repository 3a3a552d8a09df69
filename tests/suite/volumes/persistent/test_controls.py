"""Controls of volumes persistent: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.volumes.persistent import controls
from tests.helpers.controls import Change, Json, by_name, check_mounted_read_only, of
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
    check_mounted_read_only(changes, "kept", "first")


@of(controls.OVERWRITTEN)
def test_the_app_writes_to_the_persistent_volume_once_it_has_read_it(changes: list[Change]) -> None:
    for before, after in changes:
        arguments = by_name(after[1:])["reader"]["args"]
        assert arguments[-4:] == ["write", "/srv/kept/file", "then", "expect-term"]
        del arguments[-4:-1]
        assert after == before
