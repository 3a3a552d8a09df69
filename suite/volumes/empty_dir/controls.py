"""Controls of what an emptyDir holds."""

from __future__ import annotations

import copy

from suite.control import Control, Json, containers_of, mounted_read_only, pods_of, volumes_of


def written_before(objects: list[Json]) -> list[Json]:
    """Add an init container, before the first, that leaves a file in the volume."""
    for pod in pods_of(objects):
        inits = pod["spec"]["initContainers"]
        early = copy.deepcopy(inits[0])
        early |= {"name": "early", "args": ["write", "/data/early"]}
        pod["spec"]["initContainers"] = [early, *inits]
    return objects


def a_volume_of_its_own(objects: list[Json]) -> list[Json]:
    """Mount an emptyDir of its own at the same path in the last app."""
    for pod in pods_of(objects):
        for mount in pod["spec"]["containers"][-1]["volumeMounts"]:
            if mount["name"] == "data":
                mount["name"] = "own"
        pod["spec"]["volumes"].append({"name": "own", "emptyDir": {}})
    return objects


def its_own_file_anew(objects: list[Json]) -> list[Json]:
    """Let the last app write its file anew before it reads it back."""
    for right in containers_of(objects, "right"):
        place = len(right["args"]) - 1 - right["args"][::-1].index("read")
        right["args"][place:place] = ["write", right["args"][place + 1], "then"]
    return objects


def neighbour_removes(objects: list[Json]) -> list[Json]:
    """Let the neighbour remove the file before the writer crashes."""
    for neighbour in containers_of(objects, "neighbour"):
        arguments = neighbour["args"]
        read = arguments.index("then")
        arguments[read:read] = ["then", "remove", arguments[1]]
    return objects


def persistent_volume(objects: list[Json]) -> list[Json]:
    """Replace the volume by a PersistentVolume, as the article advises to keep data."""
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Mi"}},
        },
    }
    for volume in volumes_of(objects):
        if volume["name"] == "data":
            del volume["emptyDir"]
            volume["persistentVolumeClaim"] = {"claimName": "data"}
    return [claim, *objects]


def another_file_read(objects: list[Json]) -> list[Json]:
    """Let the last app read a file of its own where it was to read its neighbour's."""
    for right in containers_of(objects, "right"):
        place = right["args"].index("read")
        own = f"{right['args'][place + 1].rpartition('/')[0]}/own"
        right["args"][place : place + 2] = ["write", own, "then", "read", own]
    return objects


def written_through_read_only(objects: list[Json]) -> list[Json]:
    """Let one app write to the file of the last through a second mount of the volume, which is read-only."""
    for left in containers_of(objects, "left"):
        left["volumeMounts"].append({"name": "data", "mountPath": "/read-only", "readOnly": True})
        left["args"][left["args"].index("try-write") + 1] = "/read-only/of-right"
    return objects


def removed_again(objects: list[Json]) -> list[Json]:
    """Let one app remove the file of the last once it has written to it."""
    for left in containers_of(objects, "left"):
        place = left["args"].index("try-write") + 2
        left["args"][place:place] = ["then", "remove", left["args"][place - 1]]
    return objects


WRITTEN_BEFORE = Control("written-before", ("not-empty",), written_before)
A_VOLUME_OF_ITS_OWN = Control("a-volume-of-its-own", ("not-read",), a_volume_of_its_own)
ITS_OWN_FILE_ANEW = Control("its-own-file-anew", ("lost",), its_own_file_anew)
NEIGHBOUR_REMOVES = Control("neighbour-removes", ("lost", "altered"), neighbour_removes)
PERSISTENT_VOLUME = Control("persistent-volume", ("survived",), persistent_volume)
FIRST_READ_ONLY = Control("first-read-only", ("not-written",), mounted_read_only("data", "left", "beside"))
ANOTHER_FILE_READ = Control("another-file-read", ("altered",), another_file_read)
WRITTEN_THROUGH_READ_ONLY = Control("written-through-read-only", ("not-written",), written_through_read_only)
REMOVED_AGAIN = Control("removed-again", ("not-read",), removed_again)
