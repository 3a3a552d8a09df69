"""Controls of what files do between containers."""

from __future__ import annotations

from suite.control import Control, Json, containers_of
from suite.volumes.empty_dir.controls import a_volume_of_its_own


def written_in_place(objects: list[Json]) -> list[Json]:
    """Let the writer write each version into the existing file, in two steps, without a rename."""
    for writer in containers_of(objects, "writer"):
        writer["args"].append("--in-place")
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


A_FIFO_OF_ITS_OWN = Control("a-fifo-of-its-own", ("not-sent", "not-received"), a_volume_of_its_own)
A_SOCKET_OF_ITS_OWN = Control("a-socket-of-its-own", ("not-answered",), a_volume_of_its_own)
A_LOCK_OF_ITS_OWN = Control("a-lock-of-its-own", ("locked-twice",), a_volume_of_its_own)
A_FOLDER_OF_ITS_OWN = Control("a-folder-of-its-own", ("not-notified",), a_volume_of_its_own)
A_PAGE_OF_ITS_OWN = Control("a-page-of-its-own", ("not-loaded",), a_volume_of_its_own)
WRITTEN_IN_PLACE = Control("written-in-place", ("torn",), written_in_place)
WRITTEN_TWICE = Control("written-twice", ("other-inode", "wrong-count", "altered"), written_twice)
EMPTIED = Control("emptied", ("altered", "still-there"), emptied)
