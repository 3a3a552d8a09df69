"""A cluster on which no Pod can run says so in seconds: in one line, with its exit code, before any scenario.

Boots a local cluster, so it needs root; run it by its path, or by ``nox -s cluster -- verify``.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
import tenacity

from clusters import local
from fixtures.api.connection import Connection
from fixtures.api.owner import RUN_LABEL
from fixtures.errors import IMAGE, NO_POD
from fixtures.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from clusters import Cluster

Json = dict[str, Any]

ENDS_WITHIN = 300  # s, of a run of one scenario, on a busy machine
AT_ONCE = 15  # s, from a command to its refusal where no node takes a Pod
ONE = ("-k", "IPC-POSIX-SHM")
NODES, NAMESPACES, PODS = "/api/v1/nodes", "/api/v1/namespaces", "/api/v1/namespaces/default/pods"
GROUP = "/apis/admissionregistration.k8s.io/v1"
POD: Json = {
    "kind": "Pod",
    "metadata": {"name": "asked"},
    "spec": {"hostNetwork": True, "containers": [{"name": "main", "image": "none"}]},
}
NO_RIGHTS = (
    "!(has(object.spec.hostNetwork) && object.spec.hostNetwork) && object.spec.containers.all(c, "
    "!has(c.securityContext) || !has(c.securityContext.privileged) || !c.securityContext.privileged)"
)
RUNTIME = r"""#!/bin/sh
# An OCI runtime that makes no container, and says why, as runc does: in the file of --log.
while [ $# -gt 0 ]; do [ "$1" = --log ] && log=$2; shift; done
echo '{"level": "error", "msg": "no /dev/kvm on this node", "time": "2026-01-01T00:00:00Z"}' >>"$log"
exit 1
"""

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="boots a local cluster: needs root")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Yield a local cluster, with a runtime that makes no sandbox, in a state folder of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        patch.delenv("KUBECONFIG", raising=False)
        runtime = tmp_path_factory.mktemp("runtime") / "none"
        runtime.write_text(RUNTIME, encoding="utf-8")
        runtime.chmod(0o755)
        name = f"test-{os.getpid()}-canary"
        _local("up", "--name", name, "--runtime", f"none={runtime}")
        yield next(cluster for cluster in local.up() if cluster.name == name)
        _local("down", "--name", name)


@pytest.fixture
def api(cluster: Cluster) -> Connection:
    """Return a connection to the cluster's API."""
    return Connection(cluster.kubeconfig, cluster.context, 30)


@pytest.fixture
def tainted(api: Connection) -> Iterator[str]:
    """Yield the taint that every node has."""
    names = [node["metadata"]["name"] for node in api.get(NODES)["items"]]
    taint = {"key": "team", "value": "gpu", "effect": "NoSchedule"}
    for name in names:
        assert api.request("PATCH", f"{NODES}/{name}", body={"spec": {"taints": [taint]}}).ok
    yield "team=gpu:NoSchedule"
    for name in names:
        assert api.request("PATCH", f"{NODES}/{name}", body={"spec": {"taints": None}}).ok


@pytest.fixture
def validated(api: Connection, request: pytest.FixtureRequest) -> Iterator[None]:
    """Have a policy in force that admits Pods of which an expression holds, and no others."""
    expression, message = request.param
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
    policy = {
        "failurePolicy": "Fail",
        "matchConstraints": {"resourceRules": [rule]},
        "validations": [{"expression": expression, "message": message}],
    }
    binding = {"policyName": "ours", "validationActions": ["Deny"]}
    made = {"validatingadmissionpolicies": policy, "validatingadmissionpolicybindings": binding}
    for resource, spec in made.items():
        response = api.request("POST", f"{GROUP}/{resource}", body={"metadata": {"name": "ours"}, "spec": spec})
        assert response.ok, response.message
    _until(api, admitted=False)
    yield
    for resource in made:
        assert api.request("DELETE", f"{GROUP}/{resource}/ours").ok
    _until(api, admitted=True)


def test_where_every_node_is_tainted_a_run_ends_at_once(cluster: Cluster, tainted: str, tmp_path: Path) -> None:
    began = time.monotonic()
    code, said = _run(cluster, tmp_path, *ONE)
    assert (code, time.monotonic() - began < AT_ONCE) == (NO_POD, True), said
    assert re.search(rf"podproof: no Pod runs on existing .*: no node takes it: 0/1 nodes .*taint {tainted}", said), (
        said
    )
    assert f"--toleration {tainted} lets it go there" in said


def test_with_the_toleration_that_the_line_offers_it_runs(cluster: Cluster, tainted: str, tmp_path: Path) -> None:
    code, said = _run(cluster, tmp_path, *ONE, "--toleration", tainted)
    assert (code, "1 holds" in said) == (0, True), said


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


def test_a_quota_that_demands_limits_is_named(cluster: Cluster, api: Connection, tmp_path: Path) -> None:
    with _quota_in_new_namespaces(api):
        code, said = _run(cluster, tmp_path, *ONE)
    assert code == NO_POD, said
    assert re.search(r"podproof: no Pod runs .*: it is refused by the ResourceQuota compute: .*--resources gives", said)


@pytest.mark.parametrize(
    "validated",
    [("object.spec.containers.all(c, c.image.startsWith('registry.corp/'))", "images come from registry.corp/")],
    indirect=True,
    ids=["registry"],
)
@pytest.mark.usefixtures("validated")
def test_a_policy_that_admits_one_registry_is_named(cluster: Cluster, tmp_path: Path) -> None:
    code, said = _run(cluster, tmp_path, *ONE)
    assert code == NO_POD, said
    assert re.search(r"it is refused by the ValidatingAdmissionPolicy ours: images come from registry\.corp/", said), (
        said
    )


@pytest.mark.parametrize(
    "validated",
    [(NO_RIGHTS, "neither privileged nor hostNetwork")],
    indirect=True,
    ids=["rights"],
)
@pytest.mark.usefixtures("validated")
def test_a_policy_on_rights_stops_no_run_and_what_needs_them_is_not_applicable(
    cluster: Cluster, tmp_path: Path
) -> None:
    code, said = _run(cluster, tmp_path, "-k", "NET-HOST-NETWORK or IPC-POSIX-SHM")
    assert code == 0, said
    assert re.search(
        r"^no Pod of the level privileged runs on .*neither privileged nor hostNetwork.*: what needs",
        said,
        re.MULTILINE,
    )
    report = json.loads((tmp_path / "conformance.json").read_text(encoding="utf-8"))["requirements"]
    assert {name: report[name]["outcome"] for name in ("NET-HOST-NETWORK", "IPC-POSIX-SHM")} == {
        "NET-HOST-NETWORK": "not applicable",
        "IPC-POSIX-SHM": "holds",
    }


def _run(cluster: Cluster, output: Path, *options: str) -> tuple[int, str]:
    """Run the suite on the cluster as on an existing one; return the exit code and what it printed."""
    there = ("--kubeconfig", cluster.kubeconfig, "--kube-context", cluster.context)
    images = ("--image", str(cluster.image), "--nginx-image", str(cluster.nginx_image), "--output", str(output))
    command = (sys.executable, "-m", "pytest", "suite", "-p", "no:cacheprovider", *there, *images, *options)
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=ENDS_WITHIN)
    assert "Traceback" not in done.stdout
    return done.returncode, done.stdout


@contextlib.contextmanager
def _quota_in_new_namespaces(api: Connection) -> Iterator[None]:
    """Put a quota that demands limits into every new namespace of a run, as some platforms do."""
    version = api.get(NAMESPACES)["metadata"]["resourceVersion"]
    stream = api.stream(NAMESPACES, watch="true", resourceVersion=version, labelSelector=RUN_LABEL)
    quota = {"metadata": {"name": "compute"}, "spec": {"hard": {"limits.cpu": "2", "limits.memory": "2Gi"}}}

    def put() -> None:
        for line in stream:
            event = json.loads(line)
            if event["type"] == "ADDED":
                name = event["object"]["metadata"]["name"]
                api.request("POST", f"{NAMESPACES}/{name}/resourcequotas", body=quota)

    thread = threading.Thread(target=put, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stream.close()
        thread.join()


def _until(api: Connection, *, admitted: bool) -> None:
    """Wait until the API server admits a Pod that policies are about, or refuses it: it watches them itself."""
    for attempt in tenacity.Retrying(
        stop=tenacity.stop_after_delay(60),
        wait=tenacity.wait_fixed(0.2),
        retry=tenacity.retry_if_exception_type(AssertionError),
        reraise=True,
    ):
        with attempt:
            assert api.request("POST", PODS, body=POD, query={"dryRun": "All"}).ok == admitted


def _local(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "clusters.local", *arguments], cwd=ROOT, check=True, capture_output=True)
