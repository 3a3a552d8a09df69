"""Controls of volumes coherence: each changes what it says, and nothing else."""

from __future__ import annotations

import pytest

from suite.volumes.coherence import controls
from tests.helpers.controls import Change, Json, by_name, of

OWN = (
    controls.A_FIFO_OF_ITS_OWN,
    controls.A_SOCKET_OF_ITS_OWN,
    controls.A_LOCK_OF_ITS_OWN,
    controls.A_FOLDER_OF_ITS_OWN,
    controls.A_PAGE_OF_ITS_OWN,
    controls.A_NAME_OF_ITS_OWN,
)


def taken(pod: Json, name: str) -> list[str]:
    """Take the app of that name out of the Pod; return its arguments."""
    [app] = [app for app in pod["spec"]["containers"] if app["name"] == name]
    pod["spec"]["containers"].remove(app)
    return list(app["args"])


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


@of(controls.BADLY_WRITTEN)
def test_versions_are_written_badly_in_each_way(changes: list[Change]) -> None:
    for [before], [after] in changes:
        arguments = by_name([after])["writer"]["args"]
        assert arguments[-3:] == ["--in-place", "--removing", "--backwards"]
        del arguments[-3:]
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


@of(controls.A_RELAY)
def test_another_app_stands_between_the_writer_and_the_reader(changes: list[Change]) -> None:
    for [before], [after] in changes:
        relay = taken(after, "relay")
        assert relay[:2] == ["write", "/turn/relay"]
        assert relay[3:5] == ["receive-fifo", "/data/fifo"]
        assert relay[8:10] == ["send-fifo", "/data/relayed"]
        for container in by_name([after]).values():
            assert container["args"][:5] == ["read", "/turn/relay", "--within", "20", "then"]
            del container["args"][:5]
        reader = by_name([after])["reader"]["args"]
        reader[reader.index("/data/relayed")] = "/data/fifo"
        assert after == before


@of(controls.AN_IMPOSTOR)
def test_the_client_asks_another_app(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert taken(after, "impostor")[3:5] == ["answer-unix", "/data/impostor"]
        client = by_name([after])["client"]["args"]
        assert client[:5] == ["read", "/turn/impostor", "--within", "20", "then"]
        del client[:5]
        client[client.index("/data/impostor")] = "/data/socket"
        assert after == before


@of(controls.A_FILE_AT_ITS_PATH)
def test_a_file_has_the_sockets_name_before_the_server_listens(changes: list[Change]) -> None:
    for [before], [after] in changes:
        server = by_name([after])["server"]["args"]
        place = server.index("answer-unix")
        assert server[place - 3 : place] == ["write", "/data/socket", "then"]
        del server[place - 3 : place]
        assert after == before


@of(controls.TAKEN_ANEW)
def test_the_lock_is_taken_anew_before_the_challenger_tries_again(changes: list[Change]) -> None:
    for [before], [after] in changes:
        holder, challenger = (by_name([after])[name]["args"] for name in ("holder", "challenger"))
        place = holder.index("free-lock") + 3
        assert holder[place : place + 4] == ["then", "take-lock", "$(KIND)", "/data/lock"]
        assert holder[-5:] == ["then", "read", "/turn/tried-again", "--within", "20"]
        assert challenger[-3:] == ["then", "write", "/turn/tried-again"]
        del holder[-5:], holder[place : place + 4], challenger[-3:]
        assert after == before


@of(controls.STORED_OVER)
def test_another_app_stores_over_the_page_before_it_is_loaded(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert taken(after, "over")[-6:] == ["store", "/data/page", "1", "then", "write", "/turn/over"]
        left, right = (by_name([after])[name]["args"] for name in ("left", "right"))
        stored, load = right.index("store") + 3, left.index("load")
        assert right[stored : stored + 3] == ["then", "write", "/turn/stored"]
        assert left[load - 5 : load] == ["read", "/turn/over", "--within", "20", "then"]
        del right[stored : stored + 3], left[load - 5 : load]
        assert after == before
