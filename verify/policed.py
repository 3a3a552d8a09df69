"""A local cluster that is particular about Pods, by policies or taints, for the tests that need one."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import tenacity
import yaml

from clusters import local
from fixtures.api.connection import NOT_FOUND
from fixtures.api.owner import RUN_LABEL
from fixtures.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from clusters import Cluster
    from fixtures.api.connection import Connection

Json = dict[str, Any]

POLICIES = ROOT / "verify" / "policies"
IN_FORCE_WITHIN = 60  # s: the API server's own watch of policies brings one in a second or two
SPACE = "podproof-asked"
ASKED: Json = {
    "metadata": {"name": "asked"},
    "spec": {
        "hostNetwork": True,
        "containers": [{"name": "main", "image": "none", "securityContext": {"runAsUser": 10001}}],
    },
}
"""A Pod that each of the refusing policies refuses."""
NODES = "/api/v1/nodes"
GROUP = "/apis/admissionregistration.k8s.io/v1"
PATHS = {
    "MutatingAdmissionPolicy": f"{GROUP}/mutatingadmissionpolicies",
    "MutatingAdmissionPolicyBinding": f"{GROUP}/mutatingadmissionpolicybindings",
    "ValidatingAdmissionPolicy": f"{GROUP}/validatingadmissionpolicies",
    "ValidatingAdmissionPolicyBinding": f"{GROUP}/validatingadmissionpolicybindings",
}


@contextlib.contextmanager
def cluster_of(tests: str, state: Path, *options: str) -> Iterator[Cluster]:
    """Give a local cluster of these tests that is up inside the context, in a state folder of its own.

    Args:
        tests: a part of its name.
        state: the folder.
        options: further ones of ``clusters.local up``.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(state))
        patch.delenv("KUBECONFIG", raising=False)
        name = f"test-{os.getpid()}-{tests}"
        _local("up", "--name", name, *options)
        yield next(cluster for cluster in local.up() if cluster.name == name)
        _local("down", "--name", name)


@contextlib.contextmanager
def in_force(api: Connection, name: str, ask: Callable[[], object]) -> Iterator[None]:
    """Have a policy in force inside the context: while it is, ``ask`` is answered otherwise than before and after."""
    before = ask()
    objects = list(yaml.safe_load_all((POLICIES / f"{name}.yaml").read_text(encoding="utf-8")))
    for item in objects:
        response = api.request("POST", PATHS[item["kind"]], body=item)
        assert response.ok, response.message
    _until(lambda: ask() != before)
    yield
    for item in objects:
        assert api.request("DELETE", f"{PATHS[item['kind']]}/{item['metadata']['name']}").ok
    _until(lambda: ask() == before)


@contextlib.contextmanager
def refusing(api: Connection, name: str) -> Iterator[None]:
    """Have a policy in force inside the context that refuses Pods of runs, by the label of their namespaces."""
    space = f"/api/v1/namespaces/{SPACE}"
    body = {"metadata": {"name": SPACE, "labels": {RUN_LABEL: "asked"}}}
    assert api.request("POST", "/api/v1/namespaces", body=body).ok
    api.request("POST", f"{space}/serviceaccounts", body={"metadata": {"name": "default"}})

    def refused() -> str:
        response = api.request("POST", f"{space}/pods", body=ASKED, query={"dryRun": "All"})
        return "" if response.ok else response.message

    with in_force(api, name, refused):
        yield
    assert api.request("DELETE", space).ok
    _until(lambda: api.request("GET", space).code == NOT_FOUND)


@contextlib.contextmanager
def tainted(api: Connection, taint: Json) -> Iterator[None]:
    """Have a taint on every node inside the context."""
    nodes = [f"{NODES}/{node['metadata']['name']}" for node in api.get(NODES)["items"]]
    for path in nodes:
        assert api.request("PATCH", path, body={"spec": {"taints": [taint]}}).ok
    yield
    for path in nodes:
        assert api.request("PATCH", path, body={"spec": {"taints": None}}).ok


def _until(met: Callable[[], bool]) -> None:
    for attempt in tenacity.Retrying(
        stop=tenacity.stop_after_delay(IN_FORCE_WITHIN),
        wait=tenacity.wait_fixed(0.2),
        retry=tenacity.retry_if_exception_type(AssertionError),
        reraise=True,
    ):
        with attempt:
            assert met()


def _local(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "clusters.local", *arguments], cwd=ROOT, check=True, capture_output=True)
