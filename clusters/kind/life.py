"""A kind cluster's life: find or make it, load images, delete it; and the sweep after killed runs."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from clusters.cluster import ChoiceError, Cluster, ClusterError, LoadError
from clusters.kind import notes
from clusters.kind.commands import must, run, telling
from clusters.kind.limits import LIMITS
from clusters.progress import Report, step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusters.kind.wanted import Wanted

CONFIG = Path(__file__).parent / "one-node.yaml"
ADMINISTRATOR = "--kubeconfig=/etc/kubernetes/admin.conf"  # kubeadm's file in a control plane's node


def lacks() -> str:
    """Return what keeps kind from being used here, as a part of a sentence; empty if nothing does."""
    for name in ("kind", "docker"):
        if not shutil.which(name):
            return f"`{name}` is not on PATH"
    said, answered = run("docker", "version", "--format", "{{.Server.Version}}", within=LIMITS.answer)
    return "" if answered else f"Docker does not answer: {telling(said)}"


@contextlib.contextmanager
def open_cluster(wanted: Wanted, *, report: Report) -> Iterator[Cluster]:
    """Open the kind cluster of that name, which stays, or make one that is deleted when the context ends.

    Raises:
        ClusterError: There can be none; the message says why and where to look.
        ChoiceError: The options do not suit the cluster that is there.
        LoadError: The image cannot be brought to the nodes.
    """
    if lacking := lacks():
        raise ClusterError(f"no kind cluster: {lacking}")
    _check(wanted)
    there = must("kind", "get", "clusters", within=LIMITS.answer).split()
    if wanted.name in there:
        if wanted.config or wanted.image:
            option = "--kind-config" if wanted.config else "--kind-image"
            raise ChoiceError(f"{option}: the kind cluster {wanted.name} is there already; leave one of them out")
        with tempfile.TemporaryDirectory(prefix=notes.PREFIX) as folder:
            kubeconfig = Path(folder) / "kubeconfig"
            must("kind", "export", "kubeconfig", "--name", wanted.name, "--kubeconfig", kubeconfig)
            there_already = _loaded(wanted, wanted.name, kubeconfig, "it was there already, and stays", report)
            yield replace(there_already, stays=True)
        return
    name = f"{notes.PREFIX}{secrets.token_hex(4)}"
    why = f"made for this run{f', there is no kind cluster {wanted.name}' if wanted.name else ''}"
    with notes.owned(name) as folder:
        try:
            _make(wanted, name, folder, report)
            yield replace(_loaded(wanted, name, folder / "kubeconfig", why, report), gives_hand=True)
        finally:
            with step(report, f"kind: deleting the cluster {name}"):
                said, deleted = run("kind", "delete", "cluster", "--name", name, "--kubeconfig", folder / "kubeconfig")
            if deleted:
                notes.forget(folder)
            else:
                report(f"the kind cluster {name} is left: {telling(said)}; the next run tries again to delete it")


def sweep(report: Report) -> None:
    """Delete the kind clusters that killed runs left; never another one."""
    for name, folder, environment in notes.abandoned():
        command = ("kind", "delete", "cluster", "--name", name, "--kubeconfig", folder / "kubeconfig")
        said, deleted = run(*command, environment=environment, within=LIMITS.delete)
        if deleted:
            notes.forget(folder)
            report(f"deleted the kind cluster {name} of a run that was killed")
        else:
            report(f"the kind cluster {name} of a run that was killed is left: {telling(said)}")


def _check(wanted: Wanted) -> None:
    if wanted.config and not wanted.config.is_file():
        raise ChoiceError(f"--kind-config {wanted.config}: there is no such file")
    if wanted.load is None:
        return
    if always_pulled(wanted.load):
        raise ChoiceError(
            f"--load-image {wanted.load}: the kubelet pulls an image without a tag, or with the tag latest, even if it"
            f" was loaded; give it another: docker tag {wanted.load} {wanted.load.removesuffix(':latest')}:1"
        )
    said, there = run("docker", "image", "inspect", "--format", "{{.Id}}", wanted.load, within=LIMITS.answer)
    if not there:
        raise LoadError(f"--load-image {wanted.load}: Docker has no such image: {telling(said)}")


def always_pulled(reference: str) -> bool:
    """Return whether the default pull policy of a container with that image is Always."""
    tag = reference.rpartition("/")[2].partition(":")[2]
    return tag in ("", "latest") and "@" not in reference


def _make(wanted: Wanted, name: str, folder: Path, report: Report) -> None:
    config, image = wanted.config or CONFIG, ["--image", wanted.image] if wanted.image else []
    options = ["--name", name, "--config", str(config), "--kubeconfig", str(folder / "kubeconfig"), *image]
    with step(report, f"kind: making the cluster {name}"):
        said, made = run("kind", "create", "cluster", *options, "--wait", f"{LIMITS.ready:g}s", "--retain")
        if made:  # kind waits for the control plane's nodes only, and goes on without them
            wait = ["wait", "--for=condition=Ready", "nodes", "--all", f"--timeout={LIMITS.ready:g}s"]
            waited, made = run("docker", "exec", f"{name}-control-plane", "kubectl", ADMINISTRATOR, *wait)
            said += waited
    if not made:
        (folder / "create.log").write_text(said, encoding="utf-8")
        with contextlib.suppress(ClusterError):
            _save_logs(name, folder / "logs")
        raise ClusterError(f"kind could not make a cluster: {telling(said)}; its output and its nodes' logs: {folder}")


def _loaded(wanted: Wanted, name: str, kubeconfig: Path, reason: str, report: Report) -> Cluster:
    if wanted.load:
        with step(report, f"kind: loading {wanted.load} to the nodes"):
            said, loaded = run("kind", "load", "docker-image", wanted.load, "--name", name)
        if not loaded:
            raise LoadError(f"--load-image {wanted.load}: kind could not load it: {telling(said)}")
    save_logs = partial(_save_logs, name)
    return Cluster("kind", name, str(kubeconfig), f"kind-{name}", wanted.load, reason, save_logs)


def _save_logs(name: str, folder: Path) -> None:
    must("kind", "export", "logs", folder, "--name", name, within=LIMITS.logs)
