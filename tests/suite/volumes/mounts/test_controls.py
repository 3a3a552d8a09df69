"""Controls of volumes mounts: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.volumes.mounts import controls
from tests.helpers.controls import Change, by_name, check_mounted_read_only, check_without_mount, mounts_of, of


@of(controls.PRIVATE_FOLDER)
def test_the_apps_mount_a_folder_that_is_the_first_users_alone(changes: list[Change]) -> None:
    for [before], [after] in changes:
        [early] = after["spec"].pop("initContainers")
        assert early["args"] == ["make-folder", "/data/private", "--mode", "700"]
        assert early["securityContext"] == by_name([after])["first"]["securityContext"]
        assert [mount.pop("subPath") for c in after["spec"]["containers"] for mount in mounts_of(c, "data")] == [
            "private"
        ] * 2
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
        assert [mount.pop("subPath") for c in after["spec"]["containers"] for mount in mounts_of(c, "data")] == [
            "shut"
        ] * 2
        assert after == before


@of(controls.WHOLE_VOLUME)
def test_who_was_to_have_a_part_has_the_whole(changes: list[Change]) -> None:
    for [before], [after] in changes:
        [mount] = mounts_of(by_name([before])["part"], "data")
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
        [mount] = mounts_of(by_name([before])["reader"], "data")
        assert mount.pop("readOnly") is True
        assert after == before


@of(controls.SECOND_WITHOUT)
def test_the_second_container_has_no_volume(changes: list[Change]) -> None:
    check_without_mount(changes, "data", "second")


@of(controls.UNSEEN_BY_THE_SECOND)
def test_the_witness_has_no_volume(changes: list[Change]) -> None:
    check_without_mount(changes, "data", "second")


@of(controls.PART_READ_ONLY)
def test_who_has_a_part_may_only_read_it(changes: list[Change]) -> None:
    check_mounted_read_only(changes, "data", "part")


@of(controls.RIGHT_READ_ONLY)
def test_one_container_may_only_read_its_folder(changes: list[Change]) -> None:
    check_mounted_read_only(changes, "data", "right")


@of(controls.A_READER_APART)
def test_the_reader_has_an_empty_dir_of_its_own_read_only(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert after["spec"]["volumes"].pop() == {"name": "own", "emptyDir": {}}
        [mount] = mounts_of(by_name([after])["reader"], "own")
        assert mount["readOnly"] is True
        mount["name"] = "data"
        assert after == before


@of(controls.WRITTEN_ONCE)
def test_the_writer_does_not_write_again(changes: list[Change]) -> None:
    for [before], [after] in changes:
        arguments = by_name([before])["writer"]["args"]
        assert arguments[-3:] == ["then", "write", "/data/again"]
        del arguments[-3:]
        assert after == before
