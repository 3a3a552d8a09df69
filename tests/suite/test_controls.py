"""Controls: each changes the stimuli of the tests that name it as it says.

What a cluster would refuse is in the stimuli of such tests alone as are about that.
"""

import pytest

from suite.control import Control, Json
from tests.helpers.controls import Change, deployed
from tests.helpers.modules import of_every_behaviour
from tests.helpers.pod_security import breaches, containers_of

ALL = {
    name: value
    for module in of_every_behaviour("controls")
    for name, value in vars(module).items()
    if isinstance(value, Control)
}


@pytest.mark.parametrize("changes", ALL.values(), indirect=True, ids=ALL)
def test_a_control_changes_something_and_every_pod_stays_admissible(changes: list[Change]) -> None:
    for before, after in changes:
        assert after != before
        pods = deployed(after)
        assert pods
        admitted = [breach for pod in deployed(before) for breach in breaches(pod)]
        # A namespace that admits the one admits the other, where its level is "privileged".
        assert admitted or [breach for pod in pods for breach in breaches(pod)] == []
        assert all(pod["spec"]["containers"] for pod in pods)
        assert _with_one_name_twice(pods) <= _with_one_name_twice(deployed(before))
        created = [*pods, *(item for item in after if item["kind"] != "Pod")]
        assert len({(item["kind"], item["metadata"]["name"]) for item in created}) == len(created)


@pytest.mark.parametrize("changes", ALL.values(), indirect=True, ids=ALL)
def test_what_a_container_mounts_is_a_volume_of_its_pod(changes: list[Change]) -> None:
    for before, after in changes:
        assert _with_unknown_mounts(deployed(after)) <= _with_unknown_mounts(deployed(before))
        for pod in deployed(after):
            volumes = [volume["name"] for volume in pod["spec"].get("volumes", [])]
            assert len(set(volumes)) == len(volumes)


def _with_one_name_twice(pods: list[Json]) -> set[str]:
    """Return the names of the Pods that have two containers of one name."""
    names = {pod["metadata"]["name"]: [each["name"] for each in containers_of(pod)] for pod in pods}
    return {name for name, containers in names.items() if len(set(containers)) < len(containers)}


def _with_unknown_mounts(pods: list[Json]) -> set[str]:
    """Return the names of the Pods with a container that mounts no volume of its Pod."""
    return {
        pod["metadata"]["name"]
        for pod in pods
        for container in containers_of(pod)
        for mount in container.get("volumeMounts", [])
        if mount["name"] not in [volume["name"] for volume in pod["spec"].get("volumes", [])]
    }


def test_a_controls_name_is_its_own_and_it_breaks_a_rule() -> None:
    assert len({control.name for control in ALL.values()}) == len(ALL)
    assert all(control.breaks for control in ALL.values())
    assert all(name == control.name.upper().replace("-", "_") for name, control in ALL.items())
