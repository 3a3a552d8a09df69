"""A run on a cluster that wants something of every Pod: refused without the option that gives it, and held with it.

Boots local clusters, so it needs root; run it by its path, or by ``nox -s cluster -- verify``.
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from clusters.local import build, node
from fixtures.api.connection import Connection
from verify import runs
from verify.policed import cluster_of, refusing, tainted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from clusters import Cluster

Json = dict[str, Any]

ENDS_WITHIN = 300  # s, of a run of a few scenarios, on a busy machine
MIRROR = "mirror.example/hub"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="boots a local cluster: needs root")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Yield a local cluster that is up while these tests last."""
    with cluster_of("options", tmp_path_factory.mktemp("state")) as made:
        yield made


@pytest.fixture(scope="module")
def api(cluster: Cluster) -> Connection:
    """Return a connection to the cluster's API."""
    return Connection(cluster.kubeconfig, cluster.context, 30)


@pytest.fixture
def _policy(api: Connection, request: pytest.FixtureRequest) -> Iterator[None]:
    """Have a policy in force while the test lasts."""
    with refusing(api, request.param):
        yield


@pytest.fixture
def _tainted(api: Connection) -> Iterator[None]:
    """Have a taint on every node while the test lasts."""
    with tainted(api, {"key": "podproof.dev/full", "value": "yes", "effect": "NoSchedule"}):
        yield


@pytest.mark.usefixtures("_tainted")
@pytest.mark.parametrize("toleration", ["podproof.dev/full=yes:NoSchedule", ":"])
def test_a_toleration_brings_pods_to_tainted_nodes(cluster: Cluster, tmp_path: Path, toleration: str) -> None:
    cases, report = _run(cluster, tmp_path, "IPC-SYSV-SHM", "--toleration", toleration)
    assert set(cases.values()) == {"holds"}
    assert all(facts["schedulable"] for facts in report["cluster"]["nodes"].values())


@pytest.mark.usefixtures("_policy")
@pytest.mark.parametrize("_policy", ["demands-limits"], indirect=True)
def test_resources_are_given_where_a_quota_would_demand_them(cluster: Cluster, tmp_path: Path) -> None:
    resources = "requests.cpu=5m,requests.memory=16Mi,limits.cpu=1,limits.memory=64Mi"
    cases, _ = _run(cluster, tmp_path, "ID-DOWNWARD or INIT-PREPARES", "--resources", resources)
    assert set(cases.values()) == {"holds"}
    assert ("ID-DOWNWARD", "resources") in cases


@pytest.mark.usefixtures("_policy")
@pytest.mark.parametrize("_policy", ["assigns-users"], indirect=True)
def test_users_that_the_cluster_assigns_are_the_ones_expected(cluster: Cluster, tmp_path: Path) -> None:
    selected = "ID-POD-CONTEXT or VOL-MODE or ID-SERVICE-ACCOUNT or USERNS-MAPPED or (IPC-POSIX-SHM and users)"
    cases, report = _run(cluster, tmp_path, selected, "--as-assigned-user")
    assert set(cases.values()) == {"holds", "not applicable"}
    assert cases["ID-SERVICE-ACCOUNT", "on"] == cases["VOL-MODE", "default-fs-group"] == "holds"
    assert cases["IPC-POSIX-SHM", "users"] == "not applicable"
    assert cases["USERNS-MAPPED", "mapped"] == "not applicable"
    users = next(case for case in report["requirements"]["ID-POD-CONTEXT"]["cases"] if case["case"] == "users")
    assert "each must run as another user" in users["reason"]


@pytest.mark.usefixtures("_policy")
@pytest.mark.parametrize("_policy", ["one-registry"], indirect=True)
def test_every_image_comes_from_the_registry_that_is_named(cluster: Cluster, tmp_path: Path) -> None:
    _tag(cluster, f"{MIRROR}/library/python:3-slim")
    cases, report = _run(cluster, tmp_path, "VOL-IMAGE or IPC-SYSV-SHM", "--image-registry", MIRROR)
    assert set(cases.values()) == {"holds"}
    assert report["cluster"]["features"]["ImageVolume"]["why"].startswith("Kubernetes 1.37 kept the field")


def _run(cluster: Cluster, output: Path, selected: str, *options: str) -> tuple[runs.Said, Json]:
    """Run the selected tests on the cluster as an existing one; return the outcome of each case, and the report."""
    images = () if "--image-registry" in options else runs.images(cluster)
    code, said = runs.run(output / "out", *runs.there(cluster), *images, *options, "-k", selected, within=ENDS_WITHIN)
    assert code == 0, said
    report = json.loads((output / "out" / "conformance.json").read_text(encoding="utf-8"))
    return runs.outcomes(output / "out"), report


def _tag(cluster: Cluster, reference: str) -> None:
    """Give the image of the cluster's Pods another name in its containerd."""
    running = next(each for each in node.status() if each.name == cluster.name)
    ctr = next(path for module in build.modules(running.minor) if (path := module.binaries() / "ctr").exists())
    inside = ["nsenter", "--target", str(running.supervisor), "--mount"]
    tag = [str(ctr), "--namespace", "k8s.io", "images", "tag", "--force", str(cluster.image), reference]
    subprocess.run([*inside, *tag], check=True, capture_output=True)
