"""A cluster on which no Pod can run says so in seconds: in one line, with its exit code, before any scenario.

Boots a local cluster, so it needs root; run it by its path, or by ``nox -s cluster -- verify``.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from clusters.local import node
from fixtures.api.connection import Connection
from fixtures.api.owner import RUN_LABEL
from fixtures.errors import IMAGE, NO_POD
from verify import runs
from verify.policed import cluster_of, refusing, tainted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from clusters import Cluster

Json = dict[str, Any]

ENDS_WITHIN = 300  # s, of a run of one scenario, on a busy machine
AT_ONCE = 15  # s, from a command to its refusal where no node takes a Pod
ONE = ("-k", "IPC-POSIX-SHM")
DEMANDS: dict[str, Json] = {
    "resourcequotas": {"hard": {"limits.cpu": "1k", "limits.memory": "1Ti"}},
    "limitranges": {"limits": [{"type": "Container", "maxLimitRequestRatio": {"memory": "1"}}]},
}
"""What may stand in a namespace: it wants every container to say its limits, and to request as much memory."""
NAMESPACES = "/api/v1/namespaces"
DISTURBED = ("INIT-AGAIN", "INIT-CLEANED", "RESTART-KUBELET", "STOP-KUBELET-RESTART")  # they need a hand on the node
RUNTIME = r"""#!/bin/sh
# An OCI runtime that makes no container, and says why, as runc does: in the file of --log.
while [ $# -gt 0 ]; do [ "$1" = --log ] && log=$2; shift; done
echo '{"level": "error", "msg": "no /dev/kvm on this node", "time": "2026-01-01T00:00:00Z"}' >>"$log"
exit 1
"""

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="boots a local cluster: needs root")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Yield a local cluster that is up while these tests last, with a runtime that makes no sandbox."""
    runtime = tmp_path_factory.mktemp("runtime") / "none"
    runtime.write_text(RUNTIME, encoding="utf-8")
    runtime.chmod(0o755)
    with cluster_of("canary", tmp_path_factory.mktemp("state"), "--runtime", f"none={runtime}") as made:
        yield made


@pytest.fixture
def api(cluster: Cluster) -> Connection:
    """Return a connection to the cluster's API."""
    return Connection(cluster.kubeconfig, cluster.context, 30)


@pytest.fixture
def taint(api: Connection) -> Iterator[str]:
    """Yield the taint that every node has while the test lasts."""
    with tainted(api, {"key": "team", "value": "gpu", "effect": "NoSchedule"}):
        yield "team=gpu:NoSchedule"


@pytest.fixture
def _policy(api: Connection, request: pytest.FixtureRequest) -> Iterator[None]:
    """Have a policy in force while the test lasts."""
    with refusing(api, request.param):
        yield


@pytest.fixture
def _no_way_to_the_kubelet(cluster: Cluster) -> Iterator[None]:
    """Let nobody reach the kubelet's port in the namespaces of the cluster's node while the test lasts."""
    running = next(each for each in node.status() if each.name == cluster.name)
    nft = ["nsenter", "--target", str(running.supervisor), "--net", "nft"]
    rules = "add table inet unreached; add chain inet unreached out { type filter hook output priority 0; }; "
    subprocess.run([*nft, f"{rules}add rule inet unreached out tcp dport 10250 reject with tcp reset"], check=True)
    yield
    subprocess.run([*nft, "delete table inet unreached"], check=True)


def test_where_every_node_is_tainted_a_run_ends_at_once(cluster: Cluster, taint: str, tmp_path: Path) -> None:
    began = time.monotonic()
    code, said = _run(cluster, tmp_path, *ONE)
    assert (code, time.monotonic() - began < AT_ONCE) == (NO_POD, True), said
    assert re.search(rf"podproof: no Pod runs on existing .*: no node takes it: 0/1 nodes .*taint {taint}", said), said
    assert f"--toleration {taint} lets it go there" in said


def test_the_doctor_tells_all_the_same_and_leaves_nothing(
    cluster: Cluster, api: Connection, taint: str, tmp_path: Path
) -> None:
    code, said = _run(cluster, tmp_path, *ONE, "--doctor", "--json", str(tmp_path / "found"))
    assert code == NO_POD, said
    assert re.search(rf"^node \S+ +.*; left out: taint {taint}$", said, re.MULTILINE), said
    found = json.loads((tmp_path / "found").read_text(encoding="utf-8"))
    assert (found["refused"]["exitCode"], all(found["rights"].values())) == (NO_POD, True)
    left = api.get(NAMESPACES, labelSelector=RUN_LABEL)["items"]
    assert all("deletionTimestamp" in item["metadata"] for item in left)


def test_the_doctor_of_a_healthy_cluster_has_nothing_to_say_against_it(cluster: Cluster, tmp_path: Path) -> None:
    code, said = _run(cluster, tmp_path, "--doctor", "--json", str(tmp_path / "found"))
    assert code == 0, said
    found = json.loads((tmp_path / "found").read_text(encoding="utf-8"))
    assert {each["level"] for each in found["canaries"]} == {"restricted", "privileged"}
    for canary in found["canaries"]:
        assert (canary["refused"], canary["changed"]) == ("", [])
        assert canary["dns"]["resolved"]["addresses"]
    assert (found["clock"], found["skew"], found["refused"]) == (0.0, [], None)
    assert {each["requirement"] for each in found["notApplicable"]} == {"STOP-SIGNAL"}
    assert all("feature gate ContainerStopSignals, not GA" in each["why"] for each in found["notApplicable"])
    assert {(each["requirement"], each["cause"]) for each in found["notRun"]} == {
        (name, "no-hand") for name in DISTURBED
    }


@pytest.mark.usefixtures("_no_way_to_the_kubelet")
def test_an_output_that_cannot_be_read_is_told_in_the_api_servers_words(cluster: Cluster, tmp_path: Path) -> None:
    code, said = _run(cluster, tmp_path, *ONE)
    assert code == NO_POD, said
    assert re.search(
        r"podproof: no Pod runs .* its output cannot be read: .*:10250.* connection refused; see whe", said
    ), said


def test_a_runtime_that_makes_no_sandbox_is_told_in_its_own_words(cluster: Cluster, tmp_path: Path) -> None:
    code, said = _run(cluster, tmp_path, *ONE, "--runtime-class", "none")
    assert code == NO_POD, said
    assert re.search(
        r"podproof: no Pod with the RuntimeClass none runs .* makes no sandbox .* no /dev/kvm on this node", said
    )


def test_an_image_that_no_node_can_have_keeps_its_own_code(cluster: Cluster, tmp_path: Path) -> None:
    code, said = _run(cluster, tmp_path, *ONE, "--image", "registry.example.invalid/none:1")
    assert code == IMAGE, said
    assert re.search(r"podproof: no Pod runs .* cannot have the image registry\.example\.invalid/none:1", said), said


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("resourcequotas", r"by the ResourceQuota compute: .*--resources gives"),
        ("limitranges", r"by a LimitRange: memory max limit to request ratio per Container is 1.*--resources gives"),
    ],
)
def test_a_quota_or_a_limit_range_is_named(
    cluster: Cluster, api: Connection, tmp_path: Path, what: str, told: str
) -> None:
    with _in_new_namespaces(api, what):
        code, said = _run(cluster, tmp_path, *ONE)
    assert code == NO_POD, said
    assert re.search(rf"podproof: no Pod runs .*: it is refused {told}", said), said


def test_with_the_resources_that_they_demand_it_runs(cluster: Cluster, api: Connection, tmp_path: Path) -> None:
    with _in_new_namespaces(api, *DEMANDS):
        code, said = _run(
            cluster,
            tmp_path,
            *ONE,
            "--resources",
            "requests.cpu=5m,requests.memory=96Mi,limits.cpu=1,limits.memory=96Mi",
        )
    assert code == 0, said


@pytest.mark.usefixtures("_policy")
@pytest.mark.parametrize(
    ("_policy", "message", "option"),
    [
        ("one-registry", "images must come from mirror.example/hub", "--image-registry"),
        ("assigns-users", "runAsUser: Invalid value: must be in the ranges", "--as-assigned-user"),
    ],
    indirect=["_policy"],
    ids=["one-registry", "assigns-users"],
)
def test_a_policy_that_refuses_is_named_with_what_helps(
    cluster: Cluster, tmp_path: Path, message: str, option: str
) -> None:
    code, said = _run(cluster, tmp_path, *ONE)
    assert code == NO_POD, said
    found = rf"podproof: no Pod runs .* by the ValidatingAdmissionPolicy \S+: {re.escape(message)}.* or: {option} "
    assert re.search(found, said), said


@pytest.mark.usefixtures("_policy")
@pytest.mark.parametrize("_policy", ["no-rights"], indirect=True)
def test_a_policy_on_rights_stops_no_run_and_what_needs_them_is_not_applicable(
    cluster: Cluster, tmp_path: Path
) -> None:
    code, said = _run(cluster, tmp_path, "-k", "NET-HOST-NETWORK or IPC-POSIX-SHM")
    assert code == 0, said
    told = r"^no Pod of the level privileged runs on .*neither privileged nor hostNetwork.*: what needs that is judged"
    assert re.search(told, said, re.MULTILINE), said
    report = json.loads((tmp_path / "conformance.json").read_text(encoding="utf-8"))["requirements"]
    assert {name: report[name]["outcome"] for name in ("NET-HOST-NETWORK", "IPC-POSIX-SHM")} == {
        "NET-HOST-NETWORK": "not applicable",
        "IPC-POSIX-SHM": "holds",
    }


def _run(cluster: Cluster, output: Path, *options: str) -> tuple[int, str]:
    """Run the suite on the cluster as on an existing one; return the exit code and what it printed."""
    code, said = runs.run(output, *runs.there(cluster), *runs.images(cluster), *options, within=ENDS_WITHIN)
    assert "Traceback" not in said
    return code, said


@contextlib.contextmanager
def _in_new_namespaces(api: Connection, *demands: str) -> Iterator[None]:
    """Put these of DEMANDS into every new namespace of a run, as some platforms do."""
    version = api.get(NAMESPACES)["metadata"]["resourceVersion"]
    stream = api.stream(NAMESPACES, watch="true", resourceVersion=version, labelSelector=RUN_LABEL)

    def put() -> None:
        for line in stream:
            event = json.loads(line)
            if event["type"] == "ADDED":
                inside = f"{NAMESPACES}/{event['object']['metadata']['name']}"
                for what in demands:
                    api.request(
                        "POST", f"{inside}/{what}", body={"metadata": {"name": "compute"}, "spec": DEMANDS[what]}
                    )

    thread = threading.Thread(target=put, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stream.close()
        thread.join()
