"""Controls of volumes mounts: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.volumes.mounts import controls
from tests.helpers.controls import Change, Json, by_name, of


def data(container: Json) -> list[Json]:
    """Return the container's mounts of the judged volume."""
    return [mount for mount in container["volumeMounts"] if mount["name"] == "data"]


@of(controls.PRIVATE_FOLDER)
def test_the_apps_mount_a_folder_that_is_the_first_users_alone(changes: list[Change]) -> None:
    for [before], [after] in changes:
        [early] = after["spec"].pop("initContainers")
        assert early["args"] == ["make-folder", "/data/private", "--mode", "700"]
        assert early["securityContext"] == by_name([after])["first"]["securityContext"]
        assert [mount.pop("subPath") for c in after["spec"]["containers"] for mount in data(c)] == ["private"] * 2
        assert after == before


@of(controls.WITHOUT_FS_GROUP)
def test_the_pod_has_no_group_for_its_volumes(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert before["spec"]["securityContext"].pop("fsGroup") == 10099
        assert after == before


@of(controls.SHUT_FOLDER)
def test_the_apps_mount_a_folder_that_their_group_may_not_write(changes: list[Change]) -> None:
    for [before], [after] in changes:
        [early] = after["spec"].pop("initContainers")
        assert early["args"] == ["make-folder", "/data/shut", "--mode", "2750"]
        assert early["securityContext"] == by_name([after])["first"]["securityContext"]
        assert [mount.pop("subPath") for c in after["spec"]["containers"] for mount in data(c)] == ["shut"] * 2
        assert after == before


@of(controls.WHOLE_VOLUME)
def test_who_was_to_have_a_part_has_the_whole(changes: list[Change]) -> None:
    for [before], [after] in changes:
        [mount] = data(by_name([before])["part"])
        assert mount.pop("subPath") == "part"
        assert after == before


@of(controls.ONE_NAME)
def test_both_containers_have_one_environment(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert by_name([before])["right"]["env"] != by_name([before])["left"]["env"]
        assert by_name([after])["right"]["env"] == by_name([before])["left"]["env"]
        by_name([before])["right"]["env"] = by_name([after])["right"]["env"]
        assert after == before


@of(controls.READ_WRITE)
def test_who_was_to_read_has_the_volume_read_write(changes: list[Change]) -> None:
    for [before], [after] in changes:
        [mount] = data(by_name([before])["reader"])
        assert mount.pop("readOnly") is True
        assert after == before
