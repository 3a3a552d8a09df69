"""Controls of configuration that containers share."""

from __future__ import annotations

import copy

from suite.control import Control, Json, containers_of, mounts_of, pods_of


def other_settings(objects: list[Json]) -> list[Json]:
    """Mount other settings at the same path in one container."""
    others = []
    for item in objects:
        if item["kind"] in {"ConfigMap", "Secret"}:
            other = copy.deepcopy(item)
            other["metadata"]["name"] = "other"
            other["data"]["setting"] = "b3RoZXI=" if item["kind"] == "Secret" else "other"
            others.append(other)
    for pod in pods_of(objects):
        [settings] = [volume for volume in pod["spec"]["volumes"] if volume["name"] == "settings"]
        pod["spec"]["volumes"].append(_other(pod, copy.deepcopy(settings)))
    for mount in mounts_of(objects, "settings", "right"):
        mount["name"] = "other"
    return [*others, *objects]


def written_elsewhere(objects: list[Json]) -> list[Json]:
    """Mount an emptyDir where the container tries to write, and its settings below that."""
    for left in containers_of(objects, "left"):
        left["volumeMounts"].append({"name": "beside", "mountPath": "/settings"})
        left["args"] = ["/settings/below/setting" if word == "/settings/setting" else word for word in left["args"]]
    for mount in mounts_of(objects, "settings", "left"):
        mount["mountPath"] = "/settings/below"
    for pod in pods_of(objects):
        pod["spec"]["volumes"].append({"name": "beside", "emptyDir": {}})
    return objects


def right_by_subpath(objects: list[Json]) -> list[Json]:
    """Mount the file alone, by subPath, in one of the containers with the whole volume."""
    for mount in mounts_of(objects, "settings", "right"):
        mount |= {"mountPath": f"{mount['mountPath']}/setting", "subPath": "setting"}
    return objects


def fixed_by_volume(objects: list[Json]) -> list[Json]:
    """Mount the whole volume in the container with the subPath."""
    for mount in mounts_of(objects, "settings", "fixed"):
        mount["mountPath"] = mount["mountPath"].removesuffix("/setting")
        del mount["subPath"]
    return objects


def twin_by_subpath(objects: list[Json]) -> list[Json]:
    """Mount the second file of the pair alone, by subPath, at another path, and have it read there."""
    for pair in containers_of(objects, "pair"):
        pair["args"] = ["/twin/file" if word == "/settings/twin" else word for word in pair["args"]]
        pair["volumeMounts"].append({"name": "settings", "mountPath": "/twin/file", "subPath": "twin"})
    return objects


def another_folder_watched(objects: list[Json]) -> list[Json]:
    """Watch a folder in which nothing happens."""
    for pair in containers_of(objects, "pair"):
        pair["args"][pair["args"].index("--watch") + 1] = "/probe"
    return objects


def restarted_once_updated(objects: list[Json]) -> list[Json]:
    """Let the container with a variable exit once it has seen the volume's update, and so run again."""
    for variable in containers_of(objects, "variable"):
        look = variable["args"].index("environment", 1)
        variable["args"][look:look] = ["attempt", "/runs/count", "1", "then"]
        variable["volumeMounts"].append({"name": "runs", "mountPath": "/runs"})
    for pod in pods_of(objects):
        pod["spec"]["volumes"].append({"name": "runs", "emptyDir": {}})
    return objects


def written_anew(objects: list[Json]) -> list[Json]:
    """Add an init container that writes the file anew, with other values."""
    return _rewritten(objects, ["write-environment", "/data/settings"])


def written_with_the_key(objects: list[Json]) -> list[Json]:
    """Add an init container that writes the file anew, with the key that was to be missing."""
    return _rewritten(objects, ["write-environment", "/data/settings", "--also", "MISSING"])


def _rewritten(objects: list[Json], arguments: list[str]) -> list[Json]:
    spec = pods_of(objects)[0]["spec"]
    writer, *others = spec["initContainers"]
    again = copy.deepcopy(writer) | {"name": "again", "args": arguments}
    spec["initContainers"] = [writer, again, *others]
    return objects


def _other(pod: Json, settings: Json) -> Json:
    """Return the volume with other settings of its kind; other labels and annotations are added to the Pod."""
    settings["name"] = "other"
    if "configMap" in settings:
        settings["configMap"]["name"] = "other"
    if "secret" in settings:
        settings["secret"]["secretName"] = "other"
    for item in settings.get("downwardAPI", {}).get("items", []):
        for group in ("labels", "annotations"):
            if group in pod["metadata"]:
                pod["metadata"][group]["other"] = "other"
        item["fieldRef"]["fieldPath"] = item["fieldRef"]["fieldPath"].replace("'setting'", "'other'")
    for source in settings.get("projected", {}).get("sources", []):
        source["serviceAccountToken"]["audience"] = "other"
    return settings


OTHER_SETTINGS = Control("other-settings", ("differs",), other_settings)
WRITTEN_ELSEWHERE = Control("written-elsewhere", ("written",), written_elsewhere)
RIGHT_BY_SUBPATH = Control("right-by-subpath", ("not-updated",), right_by_subpath)
FIXED_BY_VOLUME = Control("fixed-by-volume", ("updated",), fixed_by_volume)
TWIN_BY_SUBPATH = Control("twin-by-subpath", ("torn",), twin_by_subpath)
ANOTHER_FOLDER_WATCHED = Control("another-folder-watched", ("not-notified",), another_folder_watched)
RESTARTED_ONCE_UPDATED = Control("restarted-once-updated", ("updated",), restarted_once_updated)
WRITTEN_ANEW = Control("written-anew", ("differs",), written_anew)
WRITTEN_WITH_THE_KEY = Control("written-with-the-key", ("set",), written_with_the_key)
