"""Controls of volumes empty dir: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.volumes.empty_dir import controls
from tests.helpers.controls import Change, by_name, check_mounted_read_only, of
from tests.helpers.pod_security import containers_of


@of(controls.WRITTEN_BEFORE)
def test_another_init_container_writes_into_the_volume_before_the_first(changes: list[Change]) -> None:
    for [before], [after] in changes:
        early, *others = after["spec"]["initContainers"]
        assert early["args"] == ["write", "/data/early"]
        assert {"name": "data", "mountPath": "/data"} in early["volumeMounts"]
        after["spec"]["initContainers"] = others
        assert after == before


@of(controls.A_VOLUME_OF_ITS_OWN)
def test_the_last_app_has_an_empty_dir_of_its_own_at_the_same_path(changes: list[Change]) -> None:
    for [before], [after] in changes:
        *others, last = containers_of(after)
        assert others == containers_of(before)[:-1]
        mounted = {mount["name"]: mount["mountPath"] for mount in last["volumeMounts"]}
        data = next(m["mountPath"] for m in containers_of(before)[-1]["volumeMounts"] if m["name"] == "data")
        assert mounted == {"probe": "/probe", "own": data}
        assert after["spec"]["volumes"] == [*before["spec"]["volumes"], {"name": "own", "emptyDir": {}}]


@of(controls.NEIGHBOUR_REMOVES)
def test_the_neighbour_removes_the_file_once_it_has_read_it(changes: list[Change]) -> None:
    for [before], [after] in changes:
        arguments = by_name([after])["neighbour"]["args"]
        file = arguments[1]
        assert arguments[:8] == ["read", file, "--within", "30", "then", "remove", file, "then"]
        del arguments[5:8]
        assert after == before


@of(controls.PERSISTENT_VOLUME)
def test_the_volume_is_claimed_beside_the_pod(changes: list[Change]) -> None:
    for [before], [claim, after] in changes:
        assert claim["kind"] == "PersistentVolumeClaim"
        assert "storageClassName" not in claim["spec"]  # the cluster's default
        [data] = [volume for volume in after["spec"]["volumes"] if volume["name"] == "data"]
        assert data == {"name": "data", "persistentVolumeClaim": {"claimName": claim["metadata"]["name"]}}
        assert containers_of(after) == containers_of(before)


@of(controls.ITS_OWN_FILE_ANEW)
def test_the_last_app_writes_its_file_anew_before_it_reads_it(changes: list[Change]) -> None:
    for [before], [after] in changes:
        arguments = by_name([after])["right"]["args"]
        place = len(arguments) - 7
        own = ["/srv/shared/of-right"]
        assert arguments[place:] == ["write", *own, "then", "read", *own, "then", "expect-term"]
        del arguments[place : place + 3]
        assert after == before


@of(controls.FIRST_READ_ONLY)
def test_one_container_may_only_read_the_volume(changes: list[Change]) -> None:
    check_mounted_read_only(changes, "data", "left", "beside")


@of(controls.ANOTHER_FILE_READ)
def test_the_last_app_reads_a_file_that_it_wrote_itself(changes: list[Change]) -> None:
    for [before], [after] in changes:
        arguments = by_name([after])["right"]["args"]
        was = by_name([before])["right"]["args"]
        place = was.index("read")
        own = f"{was[place + 1].rpartition('/')[0]}/own"
        assert arguments[place : place + 5] == ["write", own, "then", "read", own]
        arguments[place : place + 5] = was[place : place + 2]
        assert after == before


@of(controls.REMOVED_AGAIN)
def test_who_wrote_to_anothers_file_removes_it(changes: list[Change]) -> None:
    for [before], [after] in changes:
        arguments = by_name([after])["left"]["args"]
        place = arguments.index("remove")
        assert arguments[place - 3 : place + 2] == ["try-write", "/data/of-right", "then", "remove", "/data/of-right"]
        del arguments[place - 1 : place + 2]
        assert after == before


@of(controls.WRITTEN_THROUGH_READ_ONLY)
def test_one_app_writes_to_the_last_ones_file_through_a_read_only_mount(changes: list[Change]) -> None:
    for [before], [after] in changes:
        left = by_name([after])["left"]
        assert left["volumeMounts"].pop() == {"name": "data", "mountPath": "/read-only", "readOnly": True}
        place = left["args"].index("/read-only/of-right")
        assert left["args"][place - 1] == "try-write"
        left["args"][place] = "/data/of-right"
        assert after == before
