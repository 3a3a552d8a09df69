"""Controls of volumes coherence: each changes what it says, and nothing else."""

from __future__ import annotations

import pytest

from suite.volumes.coherence import controls
from tests.helpers.controls import Change, by_name, of

OWN = (
    controls.A_FIFO_OF_ITS_OWN,
    controls.A_SOCKET_OF_ITS_OWN,
    controls.A_LOCK_OF_ITS_OWN,
    controls.A_FOLDER_OF_ITS_OWN,
    controls.A_PAGE_OF_ITS_OWN,
)


@pytest.mark.parametrize("changes", OWN, indirect=True, ids=[control.name for control in OWN])
def test_the_last_container_has_its_own_volume_and_takes_turns_on_the_shared_one(
    changes: list[Change],
) -> None:
    for [before], [after] in changes:
        *others, last = after["spec"]["containers"]
        assert others == before["spec"]["containers"][:-1]
        mounted = {mount["mountPath"]: mount["name"] for mount in last["volumeMounts"]}
        assert mounted == {"/probe": "probe", "/data": "own", "/turn": "turn"}
        assert after["spec"]["volumes"] == [*before["spec"]["volumes"], {"name": "own", "emptyDir": {}}]


@of(controls.WRITTEN_IN_PLACE)
def test_versions_are_written_in_place(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert by_name([after])["writer"]["args"].pop() == "--in-place"
        assert after == before


@of(controls.WRITTEN_TWICE)
def test_the_second_name_is_given_to_another_file(changes: list[Change]) -> None:
    for [before], [after] in changes:
        arguments = by_name([after])["writer"]["args"]
        place = arguments.index("link") + 3
        assert arguments[place : place + 3] == ["then", "write", "/data/name"]
        del arguments[place : place + 3]
        assert after == before


@of(controls.EMPTIED)
def test_the_file_is_emptied_where_it_was_to_be_removed(changes: list[Change]) -> None:
    for [before], [after] in changes:
        arguments = by_name([after])["writer"]["args"]
        place = arguments.index("empty")
        assert arguments[place + 1] == "/data/file"
        arguments[place] = "remove"
        assert after == before
