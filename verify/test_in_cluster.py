"""A run as a Job in the cluster says what a run from outside says, also where its Pods are killed; and nothing stays.

Boots a local cluster and builds an image of podproof, so it needs root; run it by its path, or by
``nox -s cluster -- verify``.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import tenacity

from fixtures.api import in_cluster
from fixtures.api.connection import Connection
from fixtures.api.owner import RUN_LABEL
from fixtures.api.store import FILE, IN_CLUSTER
from fixtures.paths import ROOT
from verify import runs
from verify.policed import cluster_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clusters import Cluster

PART = ("--behaviour", "ipc", "--behaviour", "init", "-k", "not INIT-RESOURCES", "--in-flight", "4")
"""What is played: without what takes a right that the documented role does not have, and an administrator has."""
WITHIN = 500  # s, of the part, on a busy machine
KEPT = 6  # records that are there before the Pods are killed: some scenarios are over, and most are not
NAME = in_cluster.NAME
ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="boots a local cluster: needs root")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Yield a local cluster that is up while these tests last, and has the image of podproof."""
    work = tmp_path_factory.mktemp("image")
    pip = ("pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(work), ".")
    pinned = os.environ | {"PIP_CONSTRAINT": str(ROOT / "constraints.txt")}
    subprocess.run([sys.executable, "-m", *pip], cwd=ROOT, env=pinned, check=True)
    archive = work / "podproof.tar"
    _python("commands.image", str(next(work.glob("*.whl"))), "--output", str(archive))
    with cluster_of("job", tmp_path_factory.mktemp("state")) as made:
        _python("clusters.local", "load", str(archive), "--name", made.name)
        yield made


@pytest.fixture
def api(cluster: Cluster) -> Connection:
    """Return a connection to the cluster's API."""
    return Connection(cluster.kubeconfig, cluster.context, 30)


def test_what_was_killed_is_resumed_with_the_verdicts_of_a_run_from_outside(
    cluster: Cluster, api: Connection, tmp_path: Path
) -> None:
    options = (*runs.there(cluster), *runs.images(cluster), *PART)
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    code, said = runs.run(outside, *options, within=WITHIN)
    assert code == 0, said
    with _started("--shards", "2", *options, "--output", str(inside)) as job:
        victim = _until(lambda: _process("--shard=1/2") if len(_kept(api)) >= KEPT else 0)
        pods = in_cluster.pods(api, NAME)
        [first] = [pod["metadata"]["name"] for pod in pods if pod["metadata"]["labels"][in_cluster.INDEX] == "0"]
        killed = dt.datetime.now(dt.UTC)
        assert api.request("DELETE", f"/api/v1/namespaces/{NAME}/pods/{first}").ok
        os.kill(victim, signal.SIGKILL)
        said, _ = job.communicate(timeout=WITHIN)
    assert job.returncode == code, said
    assert runs.outcomes(inside) == runs.outcomes(outside)
    began = [dt.datetime.fromisoformat(each) for each in _began(inside)]
    assert sum(each < killed for each in began) >= KEPT // 2, "what was complete was played again"
    assert any(each > killed for each in began), "the Pods were killed after all was over"
    _nothing_is_left(api)


def test_an_interrupted_command_leaves_nothing(cluster: Cluster, api: Connection, tmp_path: Path) -> None:
    options = (*runs.there(cluster), *runs.images(cluster), *PART)
    with _started(*options, "--output", str(tmp_path / "out")) as job:
        _until(lambda: len(_kept(api)))
        job.send_signal(signal.SIGTERM)
        said, _ = job.communicate(timeout=WITHIN)
    assert job.returncode == 2, said
    _nothing_is_left(api)


def _python(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, check=True)


@contextlib.contextmanager
def _started(*options: str) -> Iterator[subprocess.Popen[str]]:
    """Start ``in-cluster``; end it with the context, however that ends."""
    command = [sys.executable, "-m", "commands", "in-cluster", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as job:
        try:
            yield job
        finally:
            job.terminate()  # does nothing once it has ended


def _until(found: Callable[[], int]) -> int:
    """Return what ``found`` returns as soon as that is not 0."""
    stop, wait = tenacity.stop_after_delay(WITHIN), tenacity.wait_fixed(0.2)
    return tenacity.Retrying(stop=stop, wait=wait, retry=tenacity.retry_if_result(lambda each: not each))(found)


def _kept(api: Connection) -> list[str]:
    """Return the records that are kept in the cluster."""
    listed = api.get(f"/api/v1/namespaces/{NAME}/configmaps", labelSelector=f"{IN_CLUSTER}={NAME}")["items"]
    told = [(item["metadata"].get("annotations") or {}).get(FILE, "") for item in listed]
    return [name for name in told if name.startswith("records/")]


def _process(argument: str) -> int:
    """Return the first process of a container, by one of its arguments: it is this machine's, too; 0 for none."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = path.read_bytes().decode(errors="replace").split("\0")
            if argument in words and words[1:3] == ["-m", "podproof"]:
                found.append(int(path.parent.name))
    return min(found, default=0)


def _began(folder: Path) -> list[str]:
    """Return when the scenarios of a run began that were played."""
    data: list[dict[str, Any]] = [json.loads(path.read_text()) for path in (folder / "records").glob("*.json")]
    return [each["began"] for each in data if each["began"]]


def _nothing_is_left(api: Connection) -> None:
    """Check that all of a run in the cluster is gone, or going."""
    items = api.get("/api/v1/namespaces")["items"]
    ours = [
        each["metadata"]
        for each in items
        if each["metadata"]["name"] == NAME or RUN_LABEL in (each["metadata"].get("labels") or {})
    ]
    assert [each["name"] for each in ours if "deletionTimestamp" not in each] == []
    roles = [item["metadata"]["name"] for kind in (ROLES, f"{ROLES[:-1]}bindings") for item in api.get(kind)["items"]]
    assert NAME not in roles
    _until(lambda: not any(item["metadata"]["name"] == NAME for item in api.get("/api/v1/namespaces")["items"]))
