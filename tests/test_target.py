"""A target while its run lasts: what it leaves in the cluster is told, with the command that removes it."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clusters import Cluster
from clusters.choice import Wanted
from fixtures.errors import CannotRunError
from fixtures.target import Choices, Opened, Target, sweeping
from fixtures.timeouts import Timeouts
from tests.helpers.made_up import MadeUp
from tests.helpers.servers import kubeconfig, serving

EVERYTHING = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}


class _Api:
    """An API server that lets everything be done but what it refuses."""

    def __init__(self) -> None:
        self.deletion: tuple[int, Any] = (200, {})
        self.made: list[str] = []
        self.refuses = ""

    def __call__(self, path: str, body: Any) -> tuple[int, Any]:
        if path == "/version":
            return 200, {"gitVersion": "v1.37.2", "major": "1", "minor": "37", "platform": "linux/amd64"}
        if path.endswith("selfsubjectrulesreviews"):
            return 201, {"status": {"resourceRules": [EVERYTHING]}}
        if re.fullmatch(r"/api/v1/namespaces/podproof-[\w-]+", path):
            return self.deletion
        if path == "/api/v1/namespaces" and body:
            enforced = body["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
            if enforced == self.refuses:
                return 403, {"message": "policy"}
            self.made.append(enforced)
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


@pytest.mark.parametrize(
    ("most", "refuses", "made", "why"),
    [
        ("privileged", "", ["restricted", "privileged"], None),
        ("baseline", "", ["restricted"], "not run: --pod-security baseline leaves it out, it needs privileged"),
        ("privileged", "privileged", ["restricted"], "Namespace podproof-.*-privileged was refused by http.*: policy"),
    ],
)
def test_a_namespace_is_made_for_each_level_that_is_needed_and_wanted(
    tmp_path: Path, most: str, refuses: str, made: list[str], why: str | None
) -> None:
    api = _Api()
    api.refuses = refuses
    with serving(api) as url:
        wanted = Wanted(kubeconfig=kubeconfig(tmp_path / "k", url), context="there")
        choices = Choices(wanted, levels=("privileged", "restricted"), pod_security=most)
        opened = Opened(choices, Timeouts(), lambda _: None)
        opened.close()
    assert (api.made, list(opened.target.levels)) == (made, made)
    refused = opened.target.refused.get("privileged")
    assert refused == why or (why and re.fullmatch(why, str(refused)))


def test_without_the_restricted_level_nothing_is_run(tmp_path: Path) -> None:
    api = _Api()
    api.refuses = "restricted"
    with serving(api) as url:
        wanted = Wanted(kubeconfig=kubeconfig(tmp_path / "k", url), context="there")
        with pytest.raises(CannotRunError, match="was refused by"):
            Opened(Choices(wanted), Timeouts(), lambda _: None)


def test_workers_are_told_all_of_a_target(tmp_path: Path) -> None:
    target = MadeUp().target
    target = replace(target, levels=("restricted", "privileged"), refused={"baseline": "no"})
    target.save(tmp_path / "target.json")
    assert Target.load(tmp_path / "target.json") == target
