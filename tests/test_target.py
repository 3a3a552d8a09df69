"""A target while its run lasts: what it leaves in the cluster is told, with the command that removes it."""

import re
from pathlib import Path
from typing import Any

import pytest

from clusters import Cluster
from clusters.choice import Wanted
from fixtures.target import Choices, Opened, sweeping
from fixtures.timeouts import Timeouts
from tests.servers import kubeconfig, serving

EVERYTHING = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}


class _Api:
    """An API server that lets everything be done but what it refuses."""

    def __init__(self) -> None:
        self.deletion: tuple[int, Any] = (200, {})

    def __call__(self, path: str, body: Any) -> tuple[int, Any]:
        if path == "/version":
            return 200, {"gitVersion": "v1.37.2", "major": "1", "minor": "37", "platform": "linux/amd64"}
        if path.endswith("selfsubjectrulesreviews"):
            return 201, {"status": {"resourceRules": [EVERYTHING]}}
        if re.fullmatch(r"/api/v1/namespaces/podproof-\w+", path):
            return self.deletion
        return (201, body) if body else (200, {"items": []})


@pytest.mark.parametrize(
    ("deletion", "kept", "left"),
    [
        ((200, {}), [], ""),
        ((404, {"message": "not found"}), [], ""),
        ((401, {"message": "Unauthorized"}), [], "left: .*: the API server at http.* does not accept the"),
        ((403, {"message": "no"}), [], "left: .*: its deletion was refused by http.*: 403 no"),
        ((200, {}), ["one", "two"], "kept: 2 Pods in"),
    ],
)
def test_what_stays_in_the_cluster_is_told(
    tmp_path: Path, deletion: tuple[int, Any], kept: list[str], left: str
) -> None:
    api = _Api()
    api.deletion = deletion
    with serving(api) as url:
        path = kubeconfig(tmp_path / "k k", url)
        opened = Opened(Choices(Wanted(kubeconfig=path, context="there")), Timeouts(), lambda _: None)
        opened.kept += kept
        told = opened.close()
    assert bool(told) == bool(left)
    for line in told:
        assert re.match(left, line)
        assert f"the namespace {opened.target.namespace} of existing there" in line
        assert f"; ./podproof sweep --kubeconfig '{path}' --kube-context there removes " in line


@pytest.mark.parametrize(
    ("provider", "kubeconfig", "command"),
    [
        ("local", "/state/kubeconfig", "./podproof sweep"),
        ("kind", "/tmp/of-this-run/kubeconfig", "./podproof sweep --kube-context there"),  # noqa: S108 # never opened
        ("existing", "/one:/two", "./podproof sweep --kube-context there"),
        ("existing", "/one", "./podproof sweep --kubeconfig /one --kube-context there"),
    ],
)
def test_the_command_that_removes_what_stays_names_its_cluster(provider: str, kubeconfig: str, command: str) -> None:
    assert sweeping(Cluster(provider, "name", kubeconfig, "there", None, "made up")) == command


def test_workers_have_at_least_one_scenario_each_in_flight(tmp_path: Path) -> None:
    def in_flight(**chosen: Any) -> int:
        choices = Choices(Wanted(kubeconfig=path, context="there"), **chosen)
        return Opened(choices, Timeouts(), lambda _: None).target.in_flight

    with serving(_Api()) as url:
        path = kubeconfig(tmp_path / "k", url)
        assert [in_flight(), in_flight(workers=9), in_flight(workers=9, in_flight=2)] == [4, 9, 2]
