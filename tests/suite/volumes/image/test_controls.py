"""Controls of images as volumes: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.volumes.image import controls
from tests.helpers.controls import Change, Json, of


def volume(pod: Json, name: str) -> Json:
    return next(each for each in pod["spec"]["volumes"] if each["name"] == name)


@of(controls.EMPTY_DIR_FOR_IMAGE)
def test_an_empty_dir_is_mounted_where_the_image_was(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert volume(before, "image").pop("image")
        volume(before, "image")["emptyDir"] = {}
        assert after == before


def test_the_errno_is_asked_of_an_empty_dir_likewise() -> None:
    assert controls.WRITABLE_FOR_IMAGE.change is controls.EMPTY_DIR_FOR_IMAGE.change


@of(controls.ANOTHER_FILE)
def test_an_empty_dir_has_another_file_at_the_path_that_is_read(changes: list[Change]) -> None:
    for [before], [after] in changes:
        [early] = after["spec"].pop("initContainers")
        assert early["args"][-2:] == ["write", "/image/usr/lib/os-release"]
        assert [after] == controls.EMPTY_DIR_FOR_IMAGE.apply([before])
