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


def without_waits(containers: dict[str, Json]) -> dict[str, Json]:
    """Return the containers, their arguments without ``read FILE --within SECONDS``, wherever it stands."""
    for container in containers.values():
        verbs = [verb for verb in " ".join(container["args"]).split(" then ") if not verb.startswith("read ")]
        container["args"] = " then ".join(verbs).split(" ")
    return containers
