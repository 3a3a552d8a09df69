"""Controls of what files do between containers."""

from __future__ import annotations

import copy

from suite.control import Control, Json, containers_of, pods_of
from suite.volumes.empty_dir.controls import a_volume_of_its_own


def badly_written(objects: list[Json]) -> list[Json]:
    """Let the writer remove the file before each version, write it in two steps, and write older ones in between."""
    for writer in containers_of(objects, "writer"):
        writer["args"] += ["--in-place", "--removing", "--backwards"]
    return objects


def written_twice(objects: list[Json]) -> list[Json]:
    """Replace the second link by another file: two files, not one."""
    link = ["link", "/data/file", "/data/name"]
    return _writer_instead(objects, link, [*link, "then", "write", "/data/name"])


def emptied(objects: list[Json]) -> list[Json]:
    """Empty the file instead of removing it."""
    return _writer_instead(objects, ["remove", "/data/file"], ["empty", "/data/file"])


def _writer_instead(objects: list[Json], before: list[str], after: list[str]) -> list[Json]:
    for writer in containers_of(objects, "writer"):
        arguments = writer["args"]
        place = next(i for i in range(len(arguments)) if arguments[i : i + len(before)] == before)
        arguments[place : place + len(before)] = after
    return objects


def a_relay(objects: list[Json]) -> list[Json]:
    """Add an app that takes what comes through the FIFO, and sends something else to the reader through another."""
    relay = ["write", "/turn/relay", "then", "receive-fifo", "/data/fifo", "--within", "30", "then"]
    _beside(objects, "writer", "relay", [*relay, "send-fifo", "/data/relayed", "--within", "10"])
    for container in containers_of(objects, "writer", "reader"):
        container["args"][:0] = ["read", "/turn/relay", "--within", "20", "then"]
    for reader in containers_of(objects, "reader"):
        reader["args"][reader["args"].index("/data/fifo")] = "/data/relayed"
    return objects


def an_impostor(objects: list[Json]) -> list[Json]:
    """Add an app that answers at a socket of its own, and let the client ask there."""
    impostor = ["write", "/turn/impostor", "then", "answer-unix", "/data/impostor", "--within", "30"]
    _beside(objects, "server", "impostor", impostor)
    for client in containers_of(objects, "client"):
        client["args"][client["args"].index("/data/socket")] = "/data/impostor"
        client["args"][:0] = ["read", "/turn/impostor", "--within", "20", "then"]
    return objects


def a_file_at_its_path(objects: list[Json]) -> list[Json]:
    """Let the server write a file of the socket's name before it listens there."""
    for server in containers_of(objects, "server"):
        place = server["args"].index("answer-unix")
        server["args"][place:place] = ["write", "/data/socket", "then"]
    return objects


def taken_anew(objects: list[Json]) -> list[Json]:
    """Let the holder take the lock anew once it has freed it, and keep it until the challenger has tried again."""
    for holder in containers_of(objects, "holder"):
        freed = holder["args"].index("free-lock") + 3
        holder["args"][freed:freed] = ["then", "take-lock", "$(KIND)", "/data/lock"]
        holder["args"] += ["then", "read", "/turn/tried-again", "--within", "20"]
    for challenger in containers_of(objects, "challenger"):
        challenger["args"] += ["then", "write", "/turn/tried-again"]
    return objects


def stored_over(objects: list[Json]) -> list[Json]:
    """Add an app that stores something over what the right one stored, before the left one loads it."""
    over = ["map", "/data/page", "then", "read", "/turn/stored", "--within", "30", "then"]
    _beside(objects, "right", "over", [*over, "store", "/data/page", "1", "then", "write", "/turn/over"])
    for right in containers_of(objects, "right"):
        stored = right["args"].index("store") + 3
        right["args"][stored:stored] = ["then", "write", "/turn/stored"]
    for left in containers_of(objects, "left"):
        load = left["args"].index("load")
        left["args"][load:load] = ["read", "/turn/over", "--within", "20", "then"]
    return objects


def _beside(objects: list[Json], like: str, name: str, arguments: list[str]) -> None:
    """Add an app before all others that is like one of them, with other arguments."""
    [app] = containers_of(objects, like)
    pods_of(objects)[0]["spec"]["containers"].insert(0, copy.deepcopy(app) | {"name": name, "args": arguments})


A_FIFO_OF_ITS_OWN = Control("a-fifo-of-its-own", ("not-sent", "not-received"), a_volume_of_its_own)
A_SOCKET_OF_ITS_OWN = Control("a-socket-of-its-own", ("not-answered",), a_volume_of_its_own)
A_LOCK_OF_ITS_OWN = Control("a-lock-of-its-own", ("locked-twice",), a_volume_of_its_own)
A_FOLDER_OF_ITS_OWN = Control("a-folder-of-its-own", ("not-notified",), a_volume_of_its_own)
A_PAGE_OF_ITS_OWN = Control("a-page-of-its-own", ("not-loaded",), a_volume_of_its_own)
BADLY_WRITTEN = Control("badly-written", ("torn", "missing", "backwards"), badly_written)
WRITTEN_TWICE = Control("written-twice", ("other-inode", "wrong-count", "altered"), written_twice)
EMPTIED = Control("emptied", ("lost", "still-there"), emptied)
A_RELAY = Control("a-relay", ("altered",), a_relay)
AN_IMPOSTOR = Control("an-impostor", ("altered",), an_impostor)
A_FILE_AT_ITS_PATH = Control("a-file-at-its-path", ("not-bound", "not-answered"), a_file_at_its_path)
TAKEN_ANEW = Control("taken-anew", ("not-freed",), taken_anew)
STORED_OVER = Control("stored-over", ("altered",), stored_over)
A_NAME_OF_ITS_OWN = Control("a-name-of-its-own", ("not-found",), a_volume_of_its_own)
