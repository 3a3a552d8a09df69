"""Controls of how a volume is mounted."""

from __future__ import annotations

import copy

from suite.control import Control, Json, mounts_of, pods_of


def private_folder(objects: list[Json]) -> list[Json]:
    """The apps mount a folder of the volume that the first one's user made for itself alone (0700)."""
    for pod in pods_of(objects):
        early = copy.deepcopy(pod["spec"]["containers"][0])
        early |= {"name": "early", "args": ["make-folder", "/data/private", "--mode", "700"]}
        pod["spec"]["initContainers"] = [early]
    for mount in mounts_of(objects, "data"):
        mount["subPath"] = "private"
    return objects


def without_fs_group(objects: list[Json]) -> list[Json]:
    """The Pod has no group for its volumes."""
    for pod in pods_of(objects):
        del pod["spec"]["securityContext"]["fsGroup"]
    return objects


def whole_volume(objects: list[Json]) -> list[Json]:
    """Who was to have a part has the whole volume at that path."""
    for mount in mounts_of(objects, "data", "part"):
        del mount["subPath"]
    return objects


def one_name(objects: list[Json]) -> list[Json]:
    """Both containers have the same environment: the expression names one folder."""
    for pod in pods_of(objects):
        left, right = pod["spec"]["containers"]
        right["env"] = copy.deepcopy(left["env"])
    return objects


def read_write(objects: list[Json]) -> list[Json]:
    """Who was to have the volume read-only has it read-write."""
    for mount in mounts_of(objects, "data", "reader"):
        del mount["readOnly"]
    return objects


PRIVATE_FOLDER = Control("private-folder", ("wrong-mode", "not-written"), private_folder)
WITHOUT_FS_GROUP = Control("without-fs-group", ("other-group", "no-setgid", "not-inherited"), without_fs_group)
WHOLE_VOLUME = Control("whole-volume", ("not-read", "not-confined"), whole_volume)
ONE_NAME = Control("one-name", ("not-read",), one_name)
READ_WRITE = Control("read-write", ("written",), read_write)
