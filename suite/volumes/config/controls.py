"""Controls of configuration that containers share."""

from __future__ import annotations

import copy

from suite.control import Control, Json, containers_of, mounts_of, pods_of, without_mount


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


def shut_elsewhere(objects: list[Json]) -> list[Json]:
    """Mount a folder that another user alone may write to where the container tries to, and its settings below it."""
    written_elsewhere(objects)
    for left in containers_of(objects, "left"):
        early = _like(left, "early", ["make-folder", "/beside/shut", "--mode", "755"])
        early["securityContext"]["runAsUser"] = 10002
        early["volumeMounts"] = [mount for mount in early["volumeMounts"] if mount["name"] != "settings"]
        for mount in early["volumeMounts"]:
            if mount["name"] == "beside":
                mount["mountPath"] = "/beside"
        for mount in left["volumeMounts"]:
            if mount["name"] == "beside":
                mount["subPath"] = "shut"
        pods_of(objects)[0]["spec"]["initContainers"] = [early]
    return objects


def written_by_a_neighbour(objects: list[Json]) -> list[Json]:
    """Mount an emptyDir in one container in the place of the settings, in which another writes anew."""
    [right] = containers_of(objects, "right")
    write = ["write", right["args"][1]]
    return _own_settings(objects, right, early=write, beside=[*write, "then", "expect-term"])


def turned_back(objects: list[Json]) -> list[Json]:
    """Mount an emptyDir where the pair is followed, in which another container makes an update, and takes it back.

    That is over before another one reads its settings, for which the scenario waits.
    """
    [pair] = containers_of(objects, "pair")
    written = {
        text: [
            word for file in ("setting", "twin") for word in ("write", f"/settings/{file}", "--content", text, "then")
        ]
        for text in ("before", "after")
    }
    beside = [
        *written["after"],
        "attempt",
        "/settings/runs",
        "1",
        "then",
        *written["before"],
        "write",
        "/settings/back",
    ]
    for left in containers_of(objects, "left"):
        left["args"][:0] = ["read", "/own/back", "--within", "60", "then"]
        left["volumeMounts"].append({"name": "own", "mountPath": "/own"})
    return _own_settings(objects, pair, early=written["before"][:-1], beside=beside)


def without_the_variable(objects: list[Json]) -> list[Json]:
    """Take the environment from the container with a variable."""
    for variable in containers_of(objects, "variable"):
        variable.pop("env", None)
        variable.pop("envFrom", None)
    return objects


def without_a_variable(objects: list[Json]) -> list[Json]:
    """Take the first variable from the app."""
    for app in containers_of(objects, "app"):
        del app["env"][0]
    return objects


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


def _own_settings(objects: list[Json], follower: Json, *, early: list[str], beside: list[str]) -> list[Json]:
    """Mount an emptyDir in a container in the place of the settings, written to early by one, and then by another."""
    for mount in follower["volumeMounts"]:
        if mount["name"] == "settings":
            mount["name"] = "own"
    spec = pods_of(objects)[0]["spec"]
    spec["volumes"].append({"name": "own", "emptyDir": {}})
    spec["initContainers"] = [_like(follower, "early", early)]
    spec["containers"].append(_like(follower, "beside", beside))
    return objects


def _like(container: Json, name: str, arguments: list[str]) -> Json:
    return copy.deepcopy(container) | {"name": name, "args": arguments}


OTHER_SETTINGS = Control("other-settings", ("differs",), other_settings)
WRITTEN_ELSEWHERE = Control("written-elsewhere", ("written",), written_elsewhere)
RIGHT_BY_SUBPATH = Control("right-by-subpath", ("not-updated",), right_by_subpath)
FIXED_BY_VOLUME = Control("fixed-by-volume", ("updated",), fixed_by_volume)
TWIN_BY_SUBPATH = Control("twin-by-subpath", ("torn",), twin_by_subpath)
ANOTHER_FOLDER_WATCHED = Control("another-folder-watched", ("not-notified",), another_folder_watched)
RESTARTED_ONCE_UPDATED = Control("restarted-once-updated", ("updated",), restarted_once_updated)
WRITTEN_ANEW = Control("written-anew", ("differs",), written_anew)
WRITTEN_WITH_THE_KEY = Control("written-with-the-key", ("set",), written_with_the_key)
SETTINGS_NOT_MOUNTED = Control("settings-not-mounted", ("unread",), without_mount("settings", "right"))
SHUT_ELSEWHERE = Control("shut-elsewhere", ("other-errno",), shut_elsewhere)
WRITTEN_BY_A_NEIGHBOUR = Control("written-by-a-neighbour", ("altered",), written_by_a_neighbour)
TURNED_BACK = Control("turned-back", ("went-back",), turned_back)
WITHOUT_THE_VARIABLE = Control("without-the-variable", ("unset",), without_the_variable)
WITHOUT_A_VARIABLE = Control("without-a-variable", ("unset",), without_a_variable)
