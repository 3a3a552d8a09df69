"""A cluster whose policies change every Pod: nothing is violated by that, and each void case is named.

Boots local clusters, so it needs root; run it by its path, or by ``nox -s cluster -- verify``.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from fixtures.api.connection import Connection
from verify import runs
from verify.policed import cluster_of, in_force

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from clusters import Cluster

Json = dict[str, Any]

ENDS_WITHIN = 600  # s, of a run of some scenarios, two of them of two minutes, on a busy machine
PODS = "/api/v1/namespaces/default/pods"
POD: Json = {"kind": "Pod", "metadata": {"name": "asked"}, "spec": {"containers": [{"name": "main", "image": "none"}]}}

ROOTS = "securityContext.readOnlyRootFilesystem: sent False, got True"
LIMITS = "resources.limits"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="boots a local cluster: needs root")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Yield a local cluster that is up while these tests last."""
    with cluster_of("policies", tmp_path_factory.mktemp("state")) as made:
        yield made


@pytest.fixture
def policy(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield the name of a policy that is in force."""
    api = Connection(cluster.kubeconfig, cluster.context, 30)
    with in_force(api, str(request.param), lambda: _stored(api)):
        yield str(request.param)


@pytest.mark.parametrize(
    ("policy", "requirements", "void"),
    [
        (
            "container",
            ("VOL-MEMORY", "VOL-MEMORY-LIMIT", "ID-POD-CONTEXT", "ID-SERVICE-ACCOUNT", "PID-PRIVATE", "IPC-SYSV-QUEUE"),
            {("ID-SERVICE-ACCOUNT", "owner"): "securityContext.runAsUser: sent [10001], got [10001, 20001]"},
        ),
        (
            "read-only-root",
            ("PID-SHARED", "VOL-STORAGE-SUM", "VOL-STORAGE-LAYER", "VOL-DISK-LIMIT", "PATTERN-PROXY", "IPC-POSIX-SHM"),
            {("VOL-STORAGE-SUM", "evicted-sum"): ROOTS, ("VOL-STORAGE-LAYER", "evicted-layer"): ROOTS},
        ),
        (
            "resources",
            ("VOL-MEMORY", "VOL-MEMORY-LIMIT", "VOL-STORAGE-SUM", "VOL-STORAGE-LAYER", "ID-DOWNWARD", "IPC-SYSV-QUEUE"),
            {
                ("VOL-MEMORY", "counted"): f"containers[neighbour].{LIMITS}.memory: sent 192 MiB, got 80 MiB",
                ("VOL-STORAGE-SUM", "evicted-sum"): f"{LIMITS}.ephemeral-storage: sent 32 MiB, got 512 MiB",
                ("VOL-STORAGE-LAYER", "evicted-layer"): f"{LIMITS}.ephemeral-storage: sent 8 MiB, got 256 MiB",
            },
        ),
        ("labels", ("ID-DOWNWARD", "NET-LOCALHOST", "INIT-SEQUENTIAL", "IPC-SYSV-QUEUE"), {}),
    ],
    indirect=["policy"],
    ids=["container", "read-only-root", "resources", "labels"],
)
def test_a_policy_breaks_no_promise_and_each_void_case_is_named(
    cluster: Cluster, policy: str, requirements: tuple[str, ...], void: dict[tuple[str, str], str], tmp_path: Path
) -> None:
    cases = _run(requirements, tmp_path / "run", *runs.there(cluster), *runs.images(cluster))
    assert {case["outcome"] for case in cases.values()} <= {"holds", "not applicable"}, (policy, cases)
    reasons = {key: case["reason"] for key, case in cases.items() if case["outcome"] == "not applicable"}
    assert reasons.keys() == void.keys()
    for key, path in void.items():
        assert path in reasons[key]
    assert {name for name, _ in cases} == set(requirements)
    judged = _pytest(requirements, tmp_path / "again", "--judge", str(tmp_path / "run" / "records"), "-vv", "-rs")
    for path in void.values():
        assert path in judged


def _run(requirements: tuple[str, ...], output: Path, *options: str) -> dict[tuple[str, str], Json]:
    """Run the tests of some requirements; return each of their cases that was to run, by requirement and case."""
    _pytest(requirements, output, *options)
    report = json.loads((output / "conformance.json").read_text(encoding="utf-8"))
    return {
        (name, case["case"]): case
        for name in requirements
        for case in report["requirements"].get(name, {"cases": []})["cases"]
        if case["outcome"] != "not run"
    }


def _pytest(requirements: tuple[str, ...], output: Path, *options: str) -> str:
    """Run the tests of some requirements, none of which may fail; return what was printed."""
    code, said = runs.run(output, *options, "-k", " or ".join(requirements), within=ENDS_WITHIN)
    assert code == 0, said
    return said


def _stored(api: Connection) -> Json:
    """Return what the API server would store of a Pod, but for what is another's with each answer."""
    response = api.request("POST", PODS, body=POD, query={"dryRun": "All"})
    assert response.ok, response.message
    got = response.body
    spec = {key: value for key, value in got["spec"].items() if key != "volumes"}
    for container in spec["containers"]:
        container.pop("volumeMounts", None)  # the service account's token: a name made up each time
    return {"spec": spec, "labels": got["metadata"].get("labels")}
