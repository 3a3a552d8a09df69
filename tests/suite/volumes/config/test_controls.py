"""Controls of volumes config: each changes what it says, and nothing else."""

from __future__ import annotations

import pytest

from suite.volumes.config import controls
from tests.helpers.controls import Change, Json, by_name, check_without_mount, of
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


@of(controls.SETTINGS_NOT_MOUNTED)
def test_one_container_mounts_no_settings(changes: list[Change]) -> None:
    check_without_mount(changes, "settings", "right")


@of(controls.SHUT_ELSEWHERE)
def test_the_writer_has_a_folder_that_another_user_alone_may_write_to(changes: list[Change]) -> None:
    for before, after in changes:
        [pod] = pods(after)
        [early] = pod["spec"].pop("initContainers")
        assert early["args"] == ["make-folder", "/beside/shut", "--mode", "755"]
        assert mounts(early)["beside"] == {"name": "beside", "mountPath": "/beside"}
        assert early["securityContext"]["runAsUser"] == 10002 != pod["spec"]["securityContext"]["runAsUser"]
        assert mounts(by_name([pod])["left"])["beside"].pop("subPath") == "shut"
        assert after == controls.WRITTEN_ELSEWHERE.apply(before)


@of(controls.WRITTEN_BY_A_NEIGHBOUR)
def test_one_container_follows_what_another_writes_anew(changes: list[Change]) -> None:
    for before, after in changes:
        file = by_name(pods(before))["right"]["args"][1]
        assert arguments_of_others(before, after, "right") == {
            "early": ["write", file],
            "beside": ["write", file, "then", "expect-term"],
        }


@of(controls.TURNED_BACK)
def test_the_pair_follows_an_update_that_is_taken_back(changes: list[Change]) -> None:
    old = "write /settings/setting --content before then write /settings/twin --content before"
    new = old.replace("before", "after")
    for before, after in changes:
        left = by_name(pods(after))["left"]
        assert left["args"][:5] == ["read", "/own/back", "--within", "60", "then"]
        del left["args"][:5]
        assert left["volumeMounts"].pop() == {"name": "own", "mountPath": "/own"}
        others = arguments_of_others(before, after, "pair")
        assert " ".join(others["early"]) == old
        assert " ".join(others["beside"]) == f"{new} then attempt /settings/runs 1 then {old} then write /settings/back"


def arguments_of_others(before: list[Json], after: list[Json], follower: str) -> dict[str, list[str]]:
    """Return the arguments of the added containers, which share an emptyDir with a follower; all else is as it was."""
    [pod] = pods(after)
    added = {c["name"]: c for c in [*pod["spec"].pop("initContainers"), pod["spec"]["containers"].pop()]}
    assert pod["spec"]["volumes"].pop() == {"name": "own", "emptyDir": {}}
    mount = mounts(by_name([pod])[follower])["own"]
    assert all(mounts(container)["own"] == mount for container in added.values())
    mount["name"] = "settings"
    assert after == before
    return {name: container["args"] for name, container in added.items()}


@of(controls.WITHOUT_THE_VARIABLE)
def test_the_container_has_no_environment(changes: list[Change]) -> None:
    for before, after in changes:
        variable = by_name(pods(before))["variable"]
        assert [variable.pop(key) for key in ("env", "envFrom") if key in variable]
        assert after == before


@of(controls.WITHOUT_A_VARIABLE)
def test_the_app_lacks_its_first_variable(changes: list[Change]) -> None:
    for before, after in changes:
        assert by_name(pods(before)[:1])["app"]["env"].pop(0)["name"] == "NONCE"
        assert after == before
