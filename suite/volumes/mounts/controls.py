"""Controls of how a volume is mounted."""

from __future__ import annotations

import copy

from suite.control import Control, Json, containers_of, mounted_read_only, mounts_of, pods_of, without_mount
from suite.volumes.empty_dir.controls import a_volume_of_its_own


def private_folder(objects: list[Json]) -> list[Json]:
    """Mount a folder in all apps that belongs to the first one's user alone (0700)."""
    for pod in pods_of(objects):
        early = copy.deepcopy(pod["spec"]["containers"][0])
        early |= {"name": "early", "args": ["make-folder", "/data/private", "--mode", "700"]}
        pod["spec"]["initContainers"] = [early]
    for mount in mounts_of(objects, "data"):
        mount["subPath"] = "private"
    return objects


def without_fs_group(objects: list[Json]) -> list[Json]:
    """Remove the fsGroup."""
    for pod in pods_of(objects):
        del pod["spec"]["securityContext"]["fsGroup"]
    return objects


def shut_folder(objects: list[Json]) -> list[Json]:
    """Mount a folder in all apps that the group may read, and not write."""
    for pod in pods_of(objects):
        early = copy.deepcopy(pod["spec"]["containers"][0])
        early |= {"name": "early", "args": ["make-folder", "/data/shut", "--mode", "2750"]}
        pod["spec"]["initContainers"] = [early]
    for mount in mounts_of(objects, "data"):
        mount["subPath"] = "shut"
    return objects


def whole_volume(objects: list[Json]) -> list[Json]:
    """Mount the whole volume in the place of a part of it."""
    for mount in mounts_of(objects, "data", "part"):
        del mount["subPath"]
    return objects


def one_name(objects: list[Json]) -> list[Json]:
    """Give both containers the same environment, so that the expression names one folder."""
    for pod in pods_of(objects):
        left, right = pod["spec"]["containers"]
        right["env"] = copy.deepcopy(left["env"])
    return objects


def read_write(objects: list[Json]) -> list[Json]:
    """Mount the reader's volume read-write."""
    for mount in mounts_of(objects, "data", "reader"):
        del mount["readOnly"]
    return objects


def written_once(objects: list[Json]) -> list[Json]:
    """Let the writer write nothing more once the reader has tried to."""
    for writer in containers_of(objects, "writer"):
        del writer["args"][-3:]
    return objects


PRIVATE_FOLDER = Control("private-folder", ("wrong-mode", "not-written"), private_folder)
WITHOUT_FS_GROUP = Control("without-fs-group", ("other-group", "no-setgid", "not-inherited"), without_fs_group)
SHUT_FOLDER = Control("shut-folder", ("shut",), shut_folder)
WHOLE_VOLUME = Control("whole-volume", ("not-read", "not-confined"), whole_volume)
ONE_NAME = Control("one-name", ("not-read",), one_name)
READ_WRITE = Control("read-write", ("written",), read_write)
SECOND_WITHOUT = Control("second-without", ("unlisted", "not-written", "not-read"), without_mount("data", "second"))
UNSEEN_BY_THE_SECOND = Control("unseen-by-the-second", ("unseen",), without_mount("data", "second"))
PART_READ_ONLY = Control("part-read-only", ("not-written",), mounted_read_only("data", "part"))
RIGHT_READ_ONLY = Control("right-read-only", ("not-written",), mounted_read_only("data", "right"))
A_READER_APART = Control("a-reader-apart", ("not-read",), a_volume_of_its_own)
WRITTEN_ONCE = Control("written-once", ("not-written",), written_once)
