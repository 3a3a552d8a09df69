"""Stimuli before and after a control's change, for tests of controls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.helpers.pod_security import containers_of

if TYPE_CHECKING:
    from suite.control import Control

Json = dict[str, Any]
Change = tuple[list[Json], list[Json]]


def deployed(objects: list[Json]) -> list[Json]:
    """Return the Pods to create; a document with ephemeral containers only is no Pod of its own."""
    return [item for item in objects if item["kind"] == "Pod" and "containers" in item["spec"]]


def of(control: Control) -> pytest.MarkDecorator:
    """Give the test the changes of a control, by the fixture ``changes``."""
    return pytest.mark.parametrize("changes", [control], indirect=True, ids=[control.name])


def names(pod: Json, group: str = "containers") -> list[str]:
    return [container["name"] for container in pod["spec"].get(group, [])]


def by_name(pods: list[Json]) -> dict[str, Json]:
    return {container["name"]: container for pod in pods for container in containers_of(pod)}


def mounts_of(container: Json, volume: str) -> list[Json]:
    """Return the container's mounts of a volume."""
    return [mount for mount in container["volumeMounts"] if mount["name"] == volume]


def check_without_mount(changes: list[Change], volume: str, name: str) -> None:
    """Check that one container lost its mount of a volume, and nothing else changed."""
    for before, after in changes:
        old, new = by_name(deployed(before)), by_name(deployed(after))
        assert mounts_of(old[name], volume)
        assert not mounts_of(new[name], volume)
        old[name]["volumeMounts"] = [mount for mount in old[name]["volumeMounts"] if mount["name"] != volume]
        assert after == before


def check_mounted_read_only(changes: list[Change], volume: str, *names: str) -> None:
    """Check that whichever of these containers is there has a volume read-only, and nothing else changed."""
    for before, after in changes:
        there = by_name(deployed(after))
        mounts = [mount for name in names if name in there for mount in mounts_of(there[name], volume)]
        assert mounts
        assert all(mount.pop("readOnly") is True for mount in mounts)
        assert after == before


def without_waits(containers: dict[str, Json]) -> dict[str, Json]:
    """Return the containers, their arguments without ``read FILE --within SECONDS``, wherever it stands."""
    for container in containers.values():
        verbs = [verb for verb in " ".join(container["args"]).split(" then ") if not verb.startswith("read ")]
        container["args"] = " then ".join(verbs).split(" ")
    return containers
