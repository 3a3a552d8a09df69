"""Two nodes on this machine: each reaches the other's Pods, Services, DNS, volumes; one is broken, the other is not.

Needs root, and builds what is not built yet; run it by its path: ``pytest verify/test_nodes.py``.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import tenacity
import yaml

from clusters import local
from clusters.local import build
from clusters.local.node import Running
from fixtures.paths import ROOT
from verify.policed import cluster_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from clusters import Cluster

Json = dict[str, Any]

WITHIN = "120s"
ENDS_WITHIN = 20  # s, of a node that was killed: as long as the local cluster gives it
PORT, NODE_PORT = 8000, 30080
SERVER = f"""
import http.server, os, socket
class Says(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.environ["NODE"].encode())
class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
print("serving", flush=True)
Server(("::", {PORT}), Says).serve_forever()
"""
ASK = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=10).read().decode())"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="makes namespaces: needs root")


@dataclass(frozen=True)
class Two:
    """A cluster of two nodes, by kubectl.

    Attributes:
        cluster: What it is.
        kubectl: The program.
    """

    cluster: Cluster
    kubectl: Path

    @property
    def nodes(self) -> list[str]:
        """Return the names of the nodes; each is the name of its Pod, too."""
        return [f"podproof-{self.cluster.name}", f"podproof-{self.cluster.name}-2"]

    def tell(self, *arguments: str, text: str = "") -> str:
        """Return what kubectl prints."""
        command = [str(self.kubectl), f"--kubeconfig={self.cluster.kubeconfig}", *arguments]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def get(self, *arguments: str) -> Json:
        """Return what kubectl gets."""
        got: Json = json.loads(self.tell("get", *arguments, "--output=json"))
        return got

    def ask(self, node: str, url: str) -> str:
        """Return what the Pod of a node is told at a URL."""
        return self.tell("exec", node, "--container=main", "--", "python3", "-c", ASK, url)


def _pod(cluster: Cluster, node: str) -> Json:
    container = {"image": cluster.image, "imagePullPolicy": "Never", "env": [{"name": "NODE", "value": node}]}
    wait = {**container, "name": "beside", "command": ["sleep", "infinity"]}
    mounted = {"volumeMounts": [{"name": "kept", "mountPath": "/kept"}]}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": node, "labels": {"app": "web"}},
        "spec": {
            "nodeSelector": {"kubernetes.io/hostname": node},
            "containers": [{**container, **mounted, "name": "main", "command": ["python3", "-c", SERVER]}, wait],
            "volumes": [{"name": "kept", "persistentVolumeClaim": {"claimName": "kept"}}],
            "terminationGracePeriodSeconds": 0,
        },
    }


SERVICE: Json = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web"},
    "spec": {
        "type": "NodePort",
        "selector": {"app": "web"},
        "ipFamilyPolicy": "RequireDualStack",
        "ports": [{"port": 80, "targetPort": PORT, "nodePort": NODE_PORT}],
    },
}
CLAIM: Json = {
    "apiVersion": "v1",
    "kind": "PersistentVolumeClaim",
    "metadata": {"name": "kept"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """Yield a cluster whose second node has a faulty runtime, with a Pod on each node."""
    options = ("--nodes", "2", "--node-runtime", "2=own-ipc")
    with cluster_of("nodes", tmp_path_factory.mktemp("nodes"), *options) as cluster:
        kubectl = build.modules(build.minors()[-1])[0].binaries() / "kubectl"
        two = Two(cluster, kubectl)
        objects = [CLAIM, SERVICE, *(_pod(cluster, node) for node in two.nodes)]
        two.tell("create", "--filename=-", text=yaml.safe_dump_all(objects))
        two.tell("wait", "--for=condition=Ready", f"--timeout={WITHIN}", "pod", "--all")
        yield two


def _urls(addresses: list[str], port: int) -> list[str]:
    return [f"http://[{each}]:{port}" if ":" in each else f"http://{each}:{port}" for each in addresses]


def test_a_pod_of_each_node_reaches_the_other_by_both_families(two: Two) -> None:
    told = {}
    for asker in two.nodes:
        for node in two.nodes:
            addresses = [each["ip"] for each in two.get("pod", node)["status"]["podIPs"]]
            told[asker, node] = [two.ask(asker, url) for url in _urls(addresses, PORT)]
    assert told == {(asker, node): [node, node] for asker in two.nodes for node in two.nodes}


def test_services_names_and_node_ports_lead_to_pods_of_both_nodes(two: Two) -> None:
    service = two.get("service", "web")["spec"]["clusterIPs"]
    nodes = [
        address["address"]
        for node in two.get("nodes")["items"]
        for address in node["status"]["addresses"]
        if address["type"] == "InternalIP"
    ]
    assert len(service) == 2
    assert len(nodes) == 4
    urls = ["http://web.default.svc.cluster.local", *_urls(service, 80), *_urls(nodes, NODE_PORT)]
    for asker in two.nodes:
        for url in urls:
            told: set[str] = set()
            for _ in range(40):  # it is drawn by lot: none of a million such loops meets one Pod alone
                told.add(two.ask(asker, url))
                if len(told) == 2:
                    break
            assert told == set(two.nodes), (asker, url)


def test_each_node_gives_its_pods_output_and_runs_a_command_in_them(two: Two) -> None:
    for node in two.nodes:
        assert two.tell("logs", node, "--container=main").splitlines()[0] == "serving"
        assert two.tell("exec", node, "--container=main", "--", "hostname") == node[:63]


def test_the_runtime_of_one_node_is_broken_and_that_of_the_other_is_not(two: Two) -> None:
    def namespaces(node: str) -> set[str]:
        look = ("--", "readlink", "/proc/self/ns/ipc")
        return {two.tell("exec", node, f"--container={name}", *look) for name in ("main", "beside")}

    assert [len(namespaces(node)) for node in two.nodes] == [1, 2]


def test_a_persistent_volume_is_one_on_both_nodes(two: Two) -> None:
    first, second = two.nodes
    two.tell("exec", first, "--container=main", "--", "sh", "-c", "echo kept > /kept/file")
    assert two.tell("exec", second, "--container=main", "--", "cat", "/kept/file") == "kept"


def test_a_hand_is_on_the_node_that_is_named(two: Two) -> None:
    acting = local.hand_on(two.cluster.name)
    for node in two.nodes:
        before, after = acting.restart(node, "kubelet")
        assert before != after
        status = two.get("pod", node)["status"]
        beside = next(each for each in status["containerStatuses"] if each["name"] == "beside")
        acting.stop_container(node, beside["containerID"].partition("://")[2])
        two.tell(
            "wait",
            "--for=jsonpath={.status.containerStatuses[?(@.name=='beside')].restartCount}=1",
            f"--timeout={WITHIN}",
            f"pod/{node}",
        )


def test_the_logs_of_each_node_are_in_a_folder_of_its_own(two: Two, tmp_path: Path) -> None:
    assert two.cluster.save_logs
    two.cluster.save_logs(tmp_path / "logs")
    for folder in (tmp_path / "logs", tmp_path / "logs" / "node-2"):
        assert all((folder / f"{part}.log").stat().st_size for part in ("kubelet", "containerd", "kube-proxy"))
        assert list((folder / "pods").glob("*/main/*.log"))
    assert not (tmp_path / "logs" / "node-2" / "etcd.log").exists()


def test_a_node_that_ended_makes_a_cluster_that_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    name = f"test-{os.getpid()}"
    command = [sys.executable, "-m", "clusters.local"]
    with contextlib.ExitStack() as exits:
        exits.callback(subprocess.run, [*command, "down", "--name", name], cwd=ROOT, check=True)
        subprocess.run([*command, "up", "--name", name, "--nodes", "2"], cwd=ROOT, check=True)
        running = Running.read(tmp_path / "podproof" / name)
        [(node, supervisor)] = running.further.items()
        os.kill(supervisor, 9)
        ended = f"the node {node} has ended"  # told after the last words of its unshare
        not_yet = tenacity.retry_if_result(lambda said: said != ended)
        tenacity.Retrying(stop=tenacity.stop_after_delay(ENDS_WITHIN), retry=not_yet)(running.exited)
        again = subprocess.run([*command, "up", "--name", name], cwd=ROOT, capture_output=True, text=True, check=False)
        assert again.returncode == 1
        assert f"is broken, the node {node} has ended: " in again.stderr
