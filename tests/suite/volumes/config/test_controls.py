"""Controls of volumes config: each changes what it says, and nothing else."""

from __future__ import annotations

import pytest

from suite.volumes.config import controls
from tests.helpers.controls import Change, Json, by_name, of
from tests.helpers.pod_security import containers_of


def pods(objects: list[Json]) -> list[Json]:
    return [item for item in objects if item["kind"] == "Pod"]


def mounts(container: Json) -> dict[str, Json]:
    return {mount["name"]: mount for mount in container["volumeMounts"]}


@of(controls.OTHER_SETTINGS)
def test_one_container_mounts_other_settings_of_the_same_kind(changes: list[Change]) -> None:
    for before, after in changes:
        old, new = by_name(pods(before)), by_name(pods(after))
        path = mounts(old["right"])["settings"]["mountPath"]
        assert mounts(new.pop("right"))["other"]["mountPath"] == path
        del old["right"]
        assert new == old
        [pod] = pods(after)
        volumes = {volume.pop("name"): volume for volume in pod["spec"]["volumes"]}
        assert volumes["other"].keys() == volumes["settings"].keys()
        assert volumes["other"] != volumes["settings"]


@of(controls.WRITTEN_ELSEWHERE)
def test_the_writer_has_an_empty_dir_and_follows_its_settings_below_it(
    changes: list[Change],
) -> None:
    for before, after in changes:
        old, new = by_name(pods(before)), by_name(pods(after))
        left, was = new.pop("left"), old.pop("left")
        assert (mounts(left)["settings"]["mountPath"], mounts(left)["beside"]["mountPath"]) == (
            "/settings/below",
            "/settings",
        )
        assert left["args"][:2] == was["args"][:2] == ["try-write", "/settings/other"]
        assert left["args"][2:] == ["then", "follow", "/settings/below/setting"]
        assert new == old


@of(controls.RIGHT_BY_SUBPATH)
def test_one_container_mounts_the_file_alone_where_it_was(changes: list[Change]) -> None:
    for before, after in changes:
        old, new = by_name(pods(before)), by_name(pods(after))
        changed, was = mounts(new.pop("right"))["settings"], mounts(old.pop("right"))["settings"]
        assert changed == was | {"mountPath": f"{was['mountPath']}/setting", "subPath": "setting"}
        assert new == old


@of(controls.FIXED_BY_VOLUME)
def test_the_container_with_a_subpath_mounts_the_volume_and_finds_its_file_there(changes: list[Change]) -> None:
    for before, after in changes:
        old, new = by_name(pods(before)), by_name(pods(after))
        fixed = new.pop("fixed")
        assert mounts(fixed)["settings"] == {"name": "settings", "mountPath": "/settings"}
        assert fixed["args"] == old.pop("fixed")["args"]
        assert fixed["args"][:2] == ["follow", "/settings/setting"]
        assert new == old


@of(controls.TWIN_BY_SUBPATH)
def test_the_second_file_of_the_pair_is_mounted_alone_elsewhere(changes: list[Change]) -> None:
    for before, after in changes:
        pair = by_name(pods(after))["pair"]
        assert pair["volumeMounts"].pop() == {"name": "settings", "mountPath": "/twin/file", "subPath": "twin"}
        pair["args"] = ["/settings/twin" if word == "/twin/file" else word for word in pair["args"]]
        assert after == before


@of(controls.ANOTHER_FOLDER_WATCHED)
def test_the_container_watches_a_folder_in_which_nothing_happens(changes: list[Change]) -> None:
    for before, after in changes:
        pair = by_name(pods(after))["pair"]
        assert pair["args"][-2:] == ["--watch", "/probe"]
        pair["args"][-1] = "/settings"
        assert after == before


@of(controls.RESTARTED_ONCE_UPDATED)
def test_the_container_exits_once_after_it_saw_the_update(changes: list[Change]) -> None:
    for before, after in changes:
        old, new = by_name(pods(before)), by_name(pods(after))
        variable, was = new.pop("variable"), old.pop("variable")
        place = variable["args"].index("attempt")
        assert variable["args"][place - 2 : place + 4] == ["after", "then", "attempt", "/runs/count", "1", "then"]
        del variable["args"][place : place + 4]
        assert variable["args"] == was["args"]
        assert new == old


@pytest.mark.parametrize(
    ("changes", "arguments"),
    [
        (controls.WRITTEN_ANEW, ["write-environment", "/data/settings"]),
        (controls.WRITTEN_WITH_THE_KEY, ["write-environment", "/data/settings", "--also", "MISSING"]),
    ],
    indirect=["changes"],
    ids=["anew", "with-the-key"],
)
def test_another_init_container_writes_the_file_after_the_writer(changes: list[Change], arguments: list[str]) -> None:
    for before, after in changes:
        writer, again, *_ = containers_of(after[0])
        assert again == writer | {"name": "again", "args": arguments}
        after[0]["spec"]["initContainers"].remove(again)
        assert after == before
