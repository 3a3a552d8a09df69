"""A run in an operator's hands: however it ends, it says why in a line and accounts for all that it leaves.

Boots local clusters, so it needs root; run it by its path, or by ``nox -s cluster -- verify``.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from clusters import local
from clusters.local import build
from fixtures.api import rights
from fixtures.api.connection import Connection
from fixtures.api.owner import OWNER, RUN_LABEL, Owner
from fixtures.errors import NO_CLUSTER, PERMISSION, USAGE
from fixtures.paths import ROOT
from tests.helpers.proxies import BadProxy
from tests.helpers.servers import kubeconfig
from verify import runs
from verify.runs import PYTEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clusters import Cluster
    from verify.runs import Said

ENDS_WITHIN = 600
"""Seconds, of anything here: a whole run takes two minutes on two idle cores (the kubelet's sync period counts), thrice
that on busy ones; one that was interrupted, 1 to 10."""
SUITE = (*PYTEST, "--cluster", "local")
SAMPLE = ("--behaviour", "init", "--behaviour", "ipc", "--behaviour", "api")
"""Behaviours with many cases of some seconds, and one whose cases create no Pod."""
LASTING = "VOL-DISK-LIMIT or VOL-COHERENT or EPHEMERAL-JOINS"
"""Cases whose containers run for longer than a bad connection lasts, or are added meanwhile."""
REMOVED = f"{LASTING} or PATTERN-LOG-SIDECAR or INIT-RETRIED"
"""With a Pod that prints much and is deleted, and one whose container is run again and again: their output is removed
soon, sooner than the silence of a connection is noticed."""
CONFORMANCE = ("-m", "nox", "--session", "conformance", "--", "--cluster", "local")

THEIRS = "theirs"
"""A namespace of others, that a run is given."""
SECURITY: dict[str, Any] = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
AS_USER = {"runAsNonRoot": True, "runAsUser": 1, "seccompProfile": {"type": "RuntimeDefault"}}
OTHERS: dict[str, dict[str, Any]] = {
    "configmaps": {"data": {"k": "v"}},
    "secrets": {"stringData": {"k": "v"}},
    "services": {"spec": {"selector": {"app": "web"}, "ports": [{"port": 1}]}},
    "pods": {
        "spec": {
            "schedulingGates": [{"name": "podproof.dev/never"}],
            "securityContext": AS_USER,
            "containers": [{"name": "main", "image": "none", "securityContext": SECURITY}],
        }
    },
}
OF_A_NAMESPACE = (
    "API-NAMES or INIT-SEQUENTIAL or IPC-SYSV-QUEUE or NET-SERVICE-NAME or NET-POD-NAME or PATTERN-DATA-LOADER or "
    "IPC-HOST or USERNS-MAPPED or VOL-PERSISTENT"
)
"""Quick cases of several behaviours, with every kind of object; and some that need more than the namespace gives."""

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="boots a local cluster: needs root")


@dataclass
class Going:
    """A run in progress, in a process group of its own."""

    process: subprocess.Popen[str]
    lines: list[str]
    printed: threading.Condition
    reader: threading.Thread = field(init=False)

    def until(self, pattern: str) -> str:
        """Wait until the run prints a line that matches; return the text of the first group."""

        def found() -> re.Match[str] | None:
            return next((match for line in self.lines if (match := re.search(pattern, line))), None)

        with self.printed:
            match = self.printed.wait_for(lambda: found() or self.process.poll() is not None, ENDS_WITHIN) and found()
        assert match, f"{pattern} was not told: {self.lines}"
        return str(match.group(1))

    def end(self) -> tuple[int, str]:
        """Wait for the run's end; return the exit code and what it printed."""
        code = self.process.wait(ENDS_WITHIN)
        self.reader.join(ENDS_WITHIN)
        return code, "\n".join(self.lines)


@pytest.fixture(scope="module", autouse=True)
def _own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give these tests a state folder of their own, in which runs find the cluster of these tests and no other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        patch.delenv("KUBECONFIG", raising=False)
        yield


@pytest.fixture(scope="module")
def cluster(_own_state: None) -> Iterator[Cluster]:
    """Yield a local cluster that is up while these tests last."""
    yield from _up(f"test-{os.getpid()}")


@pytest.fixture
def other_cluster(_own_state: None) -> Iterator[Cluster]:
    """Yield another one, to be ended."""
    yield from _up(f"test-{os.getpid()}-other")


@pytest.fixture
def api(cluster: Cluster) -> Connection:
    """Return a connection to the cluster's API."""
    return Connection(cluster.kubeconfig, cluster.context, 30)


@pytest.fixture
def operator(cluster: Cluster, api: Connection, tmp_path: Path) -> tuple[str, ...]:
    """Return the options of a user that has the rights of the manifest and no others."""
    _kubectl(cluster, "apply", "--filename", str(rights.MANIFEST))
    return (*_account(cluster, api, "podproof", tmp_path), *runs.images(cluster))


@pytest.fixture
def guest(cluster: Cluster, api: Connection, tmp_path: Path) -> Iterator[tuple[str, ...]]:
    """Yield the options of a user that has the rights of the other manifest in a namespace, THEIRS, and no others.

    The namespace has objects of others.
    """
    level = {"pod-security.kubernetes.io/enforce": "restricted"}
    body = {"metadata": {"name": THEIRS, "labels": level}}
    assert api.request("POST", "/api/v1/namespaces", body=body).ok
    manifest = rights.MANIFEST_OF_A_NAMESPACE.read_text(encoding="utf-8")
    mine = tmp_path / "rights.yaml"
    mine.write_text(manifest.replace("namespace: podproof", f"namespace: {THEIRS}"), encoding="utf-8")
    _kubectl(cluster, "apply", "--filename", str(mine))
    for kind, content in OTHERS.items():
        body = {"metadata": {"name": "of-others", "labels": {"app": "web"}}} | content
        assert api.request("POST", f"/api/v1/namespaces/{THEIRS}/{kind}", body=body).ok
    _kubectl(cluster, "wait", "--for=create", "configmap/kube-root-ca.crt", "serviceaccount/default", "-n", THEIRS)
    yield (*_account(cluster, api, THEIRS, tmp_path), *runs.images(cluster), "--namespace", THEIRS)
    api.request("DELETE", f"/api/v1/namespaces/{THEIRS}")
    _kubectl(cluster, "wait", "--for=delete", f"namespace/{THEIRS}")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Going]]:
    """Yield a function that starts Python with these arguments; kill what still runs when the test ends."""
    going: list[Going] = []

    def start_one(*arguments: str, output: str = "out") -> Going:
        process = subprocess.Popen(
            [sys.executable, *arguments, "--output", str(tmp_path / output)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        one = Going(process, [], threading.Condition())
        one.reader = threading.Thread(target=_read, args=(one,), daemon=True)
        one.reader.start()
        going.append(one)
        return one

    yield start_one
    for one in going:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(one.process.pid, signal.SIGKILL)
        one.process.wait()
        one.reader.join()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("to", ["process", "group"])
@pytest.mark.parametrize("command", [SUITE, (*SUITE, "-n", "2"), CONFORMANCE], ids=["pytest", "workers", "nox"])
def test_a_signal_ends_a_run_and_its_namespace(
    cluster: Cluster, start: Callable[..., Going], command: tuple[str, ...], to: str, number: signal.Signals
) -> None:
    run = start(*command)
    namespace = run.until(r"^namespace (podproof-\w+)")
    _first_pod(cluster, namespace)
    (os.killpg if to == "group" else os.kill)(run.process.pid, number)
    code, said = run.end()
    assert code == pytest.ExitCode.INTERRUPTED, said
    assert f"podproof: {number.name}: ending the run and cleaning up" in said
    assert "Traceback" not in said
    assert _group(run.process.pid) == []
    _kubectl(cluster, "wait", "--for=delete", f"namespace/{namespace}")


def test_the_next_run_removes_what_a_killed_one_left_and_nothing_else(
    cluster: Cluster, api: Connection, start: Callable[..., Going]
) -> None:
    others = [
        _namespace(api, "podproof-is-only-a-name", {}),
        _namespace(api, "not-podproofs", {RUN_LABEL: "00000000"}),
        _namespace(api, "podproof-00000001", {RUN_LABEL: "00000001"}, owner="another-machine/1/1"),
        _namespace(api, "podproof-00000002", {RUN_LABEL: "00000002"}, owner=str(Owner.this_process())),
    ]
    killed = start(*SUITE)
    left = killed.until(r"^namespace (podproof-\w+)")
    killed.process.kill()
    killed.process.wait()
    code, said = start(*SUITE, "-k", "API-NAMES").end()
    assert code == 0, said
    for name in (left, f"{left}-privileged"):
        assert f"removed namespace {name}: dead" in said
        _kubectl(cluster, "wait", "--for=delete", f"namespace/{name}")
    swept = _sweep("--everyones")
    assert "removed namespace podproof-00000001: unknown" in swept
    assert "left namespace podproof-00000002: its run goes on" in swept
    active = [name for name in others if _phase(api, name) == "Active"]
    assert active == [name for name in others if name != "podproof-00000001"]
    for name in others:
        api.request("DELETE", f"/api/v1/namespaces/{name}")


def test_a_namespace_that_cannot_go_is_named_with_what_blocks_it(cluster: Cluster, api: Connection) -> None:
    name = _namespace(api, "podproof-00000003", {RUN_LABEL: "00000003"})
    inside = f"/api/v1/namespaces/{name}/configmaps"
    held = {"metadata": {"name": "held", "finalizers": ["podproof.dev/held"]}}
    assert api.request("POST", inside, body=held).ok
    api.request("DELETE", f"/api/v1/namespaces/{name}")
    blocks = "condition=NamespaceFinalizersRemaining"
    _kubectl(cluster, "wait", f"--for={blocks}", f"namespace/{name}", "--timeout=60s")
    assert re.search(rf"namespace {name} is being deleted, and cannot go: .*podproof\.dev/held in 1 resource", _sweep())
    assert api.request("PATCH", f"{inside}/held", body={"metadata": {"finalizers": None}}).ok
    _kubectl(cluster, "wait", "--for=delete", f"namespace/{name}")


def test_kept_pods_stay_until_they_are_swept(cluster: Cluster, api: Connection, start: Callable[..., Going]) -> None:
    code, said = start(*SUITE, "-k", "ipc.sysv_queue or API-NAMES", "--keep", "always").end()
    assert code == 0, said
    namespace = _found(said, r"kept: 3 Pods in the namespace (podproof-\w+)")
    assert len(api.get(f"/api/v1/namespaces/{namespace}/pods")["items"]) == 3
    code, said = start(*SUITE, "-k", "API-NAMES").end()
    assert (code, namespace in said) == (0, False)
    assert f"removed namespace {namespace}: kept" in _sweep()
    _kubectl(cluster, "wait", "--for=delete", f"namespace/{namespace}")


def test_only_the_pods_of_failed_cases_stay_where_that_is_asked_for(
    api: Connection, start: Callable[..., Going]
) -> None:
    selection = ("-k", "ipc.sysv_queue or VOL-EMPTY-AT-START", "--runtime-class", "own-ipc", "--keep", "on-failure")
    code, said = start(*SUITE, *selection).end()
    assert code == 1, said
    namespace = _found(said, r"kept: 3 Pods in the namespace (podproof-\w+)")
    pods = api.get(f"/api/v1/namespaces/{namespace}/pods")["items"]
    stay = {pod["metadata"]["name"] for pod in pods if "deletionTimestamp" not in pod["metadata"]}
    assert {name.rsplit("-", 1)[-1] for name in stay} == {"one", "many", "largest"}
    assert f"removed namespace {namespace}: kept" in _sweep()


def test_pods_are_not_kept_in_a_cluster_that_ends_with_the_run(
    start: Callable[..., Going], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    code, said = start(*SUITE, "--keep", "always").end()
    assert code == USAGE
    assert "podproof: --keep always: this cluster would end with the run" in said
    assert local.up() == []


def test_workers_say_and_create_the_same_as_one_process(
    cluster: Cluster, start: Callable[..., Going], tmp_path: Path
) -> None:
    assert cluster.stays
    said = []
    for more in ((), ("-n", "3")):
        code, shown = start(*SUITE, *SAMPLE, *more).end()
        assert code == 0, shown
        report = json.loads((tmp_path / "out" / "conformance.json").read_text(encoding="utf-8"))
        cases = {
            (name, case["case"], case["outcome"])
            for name, each in report["requirements"].items()
            for case in each["cases"]
        }
        said.append((cases, report["podsCreated"], report["inFlight"], report["conformant"]))
    assert said[0] == said[1]


@pytest.fixture(scope="module")
def quiet(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Said:
    """Return the verdicts on the lasting cases without anything between the run and the API server."""
    out = tmp_path_factory.mktemp("quiet") / "out"
    options = (*runs.there(cluster), *runs.images(cluster), "--in-flight", "6", "-k", REMOVED)
    code, said = runs.run(out, *options, within=ENDS_WITHIN)
    assert code == 0, said
    return runs.outcomes(out)


@pytest.mark.parametrize(("silent", "selection"), [(0.0, REMOVED), (0.3, LASTING)], ids=["resets", "silences"])
def test_a_proxy_that_drops_connections_changes_no_verdict(
    cluster: Cluster, quiet: Said, start: Callable[..., Going], tmp_path: Path, silent: float, selection: str
) -> None:
    [there] = yaml.safe_load(Path(cluster.kubeconfig).read_text(encoding="utf-8"))["clusters"]
    [user] = yaml.safe_load(Path(cluster.kubeconfig).read_text(encoding="utf-8"))["users"]
    at = urllib.parse.urlsplit(there["cluster"]["server"])
    with BadProxy(str(at.hostname), int(at.port or 0), lasting=8.0, refuses=0.05, silent=silent).serving() as proxy:
        server = f"https://127.0.0.1:{proxy.port}"
        by_proxy = there["cluster"] | {"server": server, "tls-server-name": at.hostname}
        path = kubeconfig(tmp_path / "by-proxy", server, user=user["user"], cluster=by_proxy)
        options = (
            "--kubeconfig",
            path,
            "--kube-context",
            "there",
            *runs.images(cluster),
            "--in-flight",
            "6",
            "-k",
            selection,
        )
        code, said = start(*PYTEST, *options).end()
        assert code == 0, said
        assert proxy.refused
        assert proxy.dropped
    verdicts = runs.outcomes(tmp_path / "out")
    assert len(verdicts) >= 7
    assert verdicts.items() <= quiet.items()


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one-process", "workers"])
def test_a_lost_api_server_ends_the_run_with_one_line(
    other_cluster: Cluster, start: Callable[..., Going], workers: tuple[str, ...]
) -> None:
    run = start(*PYTEST, *runs.there(other_cluster), *runs.images(other_cluster), *workers)
    namespace = run.until(r"^namespace (podproof-\w+)")
    _first_pod(other_cluster, namespace)
    _local("down", "--name", other_cluster.name)
    code, said = run.end()
    assert code == NO_CLUSTER, said
    assert re.search(r"^podproof: .* was not reached", said, re.MULTILINE), said
    assert "Traceback" not in said


def test_a_user_with_the_rights_of_the_manifest_and_no_others_runs_the_suite(
    operator: tuple[str, ...], start: Callable[..., Going], tmp_path: Path
) -> None:
    code, said = start(*PYTEST, *operator, "--in-flight", "8", output="whole").end()
    assert (code in {0, 1}, runs.wrong(tmp_path / "whole")) == (True, []), said
    code, said = start(*PYTEST, *operator, "--teeth", "--runtime-class", "runc", "-k", "VOL-LOST-WITH-POD").end()
    assert (code, "4 of 4 controls caught" in said) == (0, True), said


def test_without_a_right_nothing_is_created_and_one_line_names_it(
    operator: tuple[str, ...], api: Connection, start: Callable[..., Going]
) -> None:
    role = "/apis/rbac.authorization.k8s.io/v1/clusterroles/podproof"
    whole = api.get(role)
    before = {item["metadata"]["name"] for item in api.get("/api/v1/namespaces")["items"]}
    for taken in ("pods", "pods/log", "nodes"):
        rules = [rule for rule in whole["rules"] if rule["resources"] != [taken]]
        assert api.request("PUT", role, body={**whole, "metadata": {"name": "podproof"}, "rules": rules}).ok
        code, said = start(*PYTEST, *operator).end()
        assert code == PERMISSION, said
        assert re.search(
            rf"podproof: the API server .* does not let context there (\w+,? ?)+ {taken}: `kubectl app", said
        )
    assert {item["metadata"]["name"] for item in api.get("/api/v1/namespaces")["items"]} <= before


def test_two_users_of_one_namespace_run_there_at_once_and_leave_nothing(
    cluster: Cluster, api: Connection, guest: tuple[str, ...], start: Callable[..., Going], tmp_path: Path
) -> None:
    before = _objects(api)
    going = [start(*PYTEST, *guest, "-k", OF_A_NAMESPACE, output=name) for name in ("one", "two")]
    for run, name in zip(going, ("one", "two"), strict=True):
        code, said = run.end()
        assert code == 0, said
        assert re.search(
            rf"^namespace {THEIRS}, given to run [0-9a-f]{{8}}, \d+ scenarios in flight$", said, re.MULTILINE
        )
        assert re.search(r"^nodes: not readable \(nodes is forbidden: ", said, re.MULTILINE)
        report = json.loads((tmp_path / name / "conformance.json").read_text(encoding="utf-8"))
        cases = [(name, case) for name, each in report["requirements"].items() for case in each["cases"]]
        assert {case["outcome"] for _, case in cases} == {"holds", "not applicable", "not run"}
        outcomes = {name: each["outcome"] for name, each in report["requirements"].items()}
        assert {name for name in outcomes if outcomes[name] == "not applicable"} == {"IPC-HOST", "VOL-PERSISTENT"}
        why = {name: case["reason"] for name, case in cases if case["outcome"] == "not applicable"}
        assert "the cluster refuses Pods of the level privileged" in why["IPC-HOST"]
        assert "is not readable: nodes is forbidden" in why["USERNS-MAPPED"]
        assert "StorageClasses are not readable: storageclasses.storage.k8s.io is forbidden" in why["VOL-PERSISTENT"]
    _kubectl(cluster, "wait", "--for=delete", "pod", "--selector", RUN_LABEL, "-n", THEIRS)
    assert _objects(api) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["SIGINT", "SIGKILL"])
def test_what_a_run_made_in_a_namespace_goes_however_the_run_ends(
    cluster: Cluster, api: Connection, guest: tuple[str, ...], start: Callable[..., Going], number: signal.Signals
) -> None:
    before = _objects(api)
    run = start(*PYTEST, *guest)
    name = run.until(rf"^namespace {THEIRS}, given to run (\w+)")
    _first_pod(cluster, THEIRS, f"{RUN_LABEL}={name}")
    run.process.send_signal(number)
    code, said = run.end()
    there = guest[: guest.index("--kube-context") + 2]
    swept = _sweep(*there, "--namespace", THEIRS)
    if number == signal.SIGINT:
        assert code == pytest.ExitCode.INTERRUPTED, said
        assert swept == "existing there: nothing is left\n"
    else:
        assert swept == f"existing there: removed what run {name} made in namespace {THEIRS}: dead\n"
    _kubectl(cluster, "wait", "--for=delete", "pod", "--selector", RUN_LABEL, "-n", THEIRS)
    assert _objects(api) == before
    assert _phase(api, THEIRS) == "Active"


def _account(cluster: Cluster, api: Connection, namespace: str, folder: Path) -> tuple[str, ...]:
    """Return the options for the service account podproof of a namespace, with its token in a file."""
    account = f"/api/v1/namespaces/{namespace}/serviceaccounts/podproof/token"
    token = folder / "token"
    token.write_text(api.request("POST", account, body={"spec": {}}).body["status"]["token"], encoding="utf-8")
    [there] = yaml.safe_load(Path(cluster.kubeconfig).read_text(encoding="utf-8"))["clusters"]
    user = {"tokenFile": str(token)}
    path = kubeconfig(folder / "account", there["cluster"]["server"], user=user, cluster=there["cluster"])
    return ("--kubeconfig", path, "--kube-context", "there")


def _objects(api: Connection) -> dict[str, Any]:
    """Return what is in the namespace THEIRS, but for Events: kind and name → what it holds."""
    kinds = ("pods", "services", "configmaps", "secrets", "persistentvolumeclaims", "serviceaccounts")
    return {
        f"{kind}/{item['metadata']['name']}": {key: item.get(key) for key in ("data", "spec", "type")}
        for kind in kinds
        for item in api.get(f"/api/v1/namespaces/{THEIRS}/{kind}")["items"]
    }


def _up(name: str) -> Iterator[Cluster]:
    _local("up", "--name", name)
    yield next(cluster for cluster in local.up() if cluster.name == name)
    _local("down", "--name", name)


def _local(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "clusters.local", *arguments], cwd=ROOT, check=True, capture_output=True)


def _read(run: Going) -> None:
    assert run.process.stdout
    with run.process.stdout as output:
        for line in output:
            with run.printed:
                run.lines.append(line.rstrip("\n"))
                run.printed.notify_all()
    with run.printed:
        run.printed.notify_all()


def _first_pod(cluster: Cluster, namespace: str, selector: str = "") -> None:
    """Wait until there is a Pod of a scenario: the canary, which comes first, has landed."""
    pods = f"/api/v1/namespaces/{namespace}/pods"
    connection = Connection(cluster.kubeconfig, cluster.context, 30)
    stream = connection.stream(pods, watch="true", timeoutSeconds="60", labelSelector=selector)
    names = (json.loads(line)["object"]["metadata"]["name"] for line in stream)
    assert any(not name.startswith("canary") for name in names)
    stream.close()


def _kubectl(cluster: Cluster, *arguments: str) -> None:
    """Run kubectl as a person would, within the longest time that anything here may take."""
    kubectl = build.modules(build.minors()[-1])[0].binaries() / "kubectl"
    options = ["--kubeconfig", cluster.kubeconfig, f"--timeout={ENDS_WITHIN}s"]
    subprocess.run([kubectl, *arguments, *options], check=True, capture_output=True, text=True)


def _sweep(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "commands.sweep", *arguments], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return done.stdout


def _namespace(api: Connection, name: str, labels: dict[str, str], owner: str = "") -> str:
    annotations = {OWNER: owner} if owner else {}
    body: dict[str, Any] = {"metadata": {"name": name, "labels": labels, "annotations": annotations}}
    assert api.request("POST", "/api/v1/namespaces", body=body).ok
    return name


def _phase(api: Connection, name: str) -> str:
    return str(api.request("GET", f"/api/v1/namespaces/{name}").body.get("status", {}).get("phase"))


def _found(said: str, pattern: str) -> str:
    match = re.search(pattern, said)
    assert match, said
    return match.group(1)


def _group(number: int) -> list[str]:
    """Return the processes of that group."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
            if fields[2] == str(number) and fields[0] != "Z":
                found.append(stat.parent.name)
    return found
