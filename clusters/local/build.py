"""Binaries from the Go modules in ``modules/``, kept in the cache under a hash of their sources."""

import hashlib
import json
import os
import platform
import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from clusters.cluster import ChoiceError, ClusterError
from clusters.local import paths, toolchain
from clusters.progress import Report, step
from machine import folders
from machine.once import made_once

KUBERNETES = "k8s.io/kubernetes"
CONTAINERD = "github.com/containerd/containerd/v2"

ENVIRONMENT = {"GOFLAGS": "", "GOTOOLCHAIN": "local", "GOWORK": "off"}
"""Variables for the Go command, in place of the machine's own, which would change the binaries."""


@dataclass(frozen=True)
class Module:
    """One folder of ``modules/`` and how its ``tool`` lines are built.

    Attributes:
        name: The folder.
        cgo: Whether C code is linked in.
        tags: Go build tags.
        output: File name of the one program, where its package path would give it a wrong one.
    """

    name: str
    cgo: bool = False
    tags: str = ""
    output: str = ""

    @property
    def folder(self) -> Path:
        """Return the folder that holds go.mod and go.sum."""
        return paths.MODULES / self.name

    def flags(self) -> list[str]:
        """Return the arguments of ``go build``, all of which the result depends on."""
        stamped = version(self.name, KUBERNETES) if self.name.startswith("kubernetes-") else ""
        linker = "-s -w" + (f" {_version_flags(stamped)}" if stamped else "")
        return ["-trimpath", "-buildvcs=false", *(["-tags", self.tags] if self.tags else []), "-ldflags", linker]

    def environment(self) -> dict[str, str]:
        """Return the environment of ``go build``."""
        return {"CGO_ENABLED": str(int(self.cgo)), **ENVIRONMENT}

    def key(self) -> str:
        """Return twelve hexadecimal digits that stand for all that the binaries are made from."""
        digest = hashlib.sha256()
        for name in ("go.mod", "go.sum"):
            digest.update((self.folder / name).read_bytes())
        digest.update(json.dumps([self.flags(), self.environment(), self.output, platform.machine()]).encode())
        return digest.hexdigest()[:12]

    def binaries(self) -> Path:
        """Return the folder that holds the programs, once built."""
        return folders.cache() / "binaries" / f"{self.name}-{self.key()}"


SHARED = (
    Module("etcd", output="etcd"),
    Module("cni"),
    Module("runc", cgo=True, tags="seccomp"),
    Module("coredns"),
    Module("agnhost", output="agnhost"),
)


def modules(minor: str) -> tuple[Module, ...]:
    """Return all modules of a cluster of that Kubernetes minor (``1.37``).

    Raises:
        ChoiceError: There is no such minor in ``modules/``.
    """
    if minor not in minors():
        raise ChoiceError(f"no Kubernetes {minor} here: {paths.MODULES} has {', '.join(minors())}")
    return (Module(f"kubernetes-{minor}"), Module(containerd(minor)), *SHARED)


def minors() -> list[str]:
    """Return the Kubernetes minors that can be built, oldest first."""
    found = (folder.name.removeprefix("kubernetes-") for folder in paths.MODULES.glob("kubernetes-*"))
    return sorted(found, key=lambda minor: [int(part) for part in minor.split(".")])


def kubernetes_version(minor: str) -> str:
    """Return the release (``v1.37.2``) that a minor is built from."""
    return version(f"kubernetes-{minor}", KUBERNETES)


def containerd(minor: str) -> str:
    """Return the name of the module (``containerd-2.4``) that a Kubernetes minor's folder names."""
    return (paths.MODULES / f"kubernetes-{minor}" / "containerd").read_text(encoding="utf-8").strip()


def version(name: str, module: str) -> str:
    """Return the version (``v1.37.2``) of a Go module that the go.mod of ``modules/<name>`` requires."""
    text = (paths.MODULES / name / "go.mod").read_text()
    match = re.search(rf"^(?:require)?\s*{re.escape(module)} (v\S+)", text, re.MULTILINE)
    if match is None:
        raise ClusterError(f"{paths.MODULES / name / 'go.mod'} requires no {module}")
    return match.group(1)


def ensure(module: Module, which: str, report: Report) -> Path:
    """Return the folder with the module's programs; build them where missing. ``which`` is for progress: ``2/7``."""
    folder = module.binaries()
    what = f"{which} {module.name}"
    made_once(folder, what, lambda target: _build(module, target, what, report), report)
    return folder


def _build(module: Module, target: Path, what: str, report: Report) -> None:
    toolchain.require(toolchain.BUILD_PACKAGES, report)
    go = toolchain.go(report)
    output = str(target / module.output) if module.output else f"{target}/"
    command = [str(go), "build", *module.flags(), "-o", output, "tool"]
    with step(report, f"{what}: downloading and compiling"):
        environment = {**os.environ, **module.environment()}
        done = subprocess.run(command, cwd=module.folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            # The first lines name the error, the last ones only say that there was one.
            reason = " / ".join(done.stderr.strip().splitlines()[:3])
            again = f"cd {module.folder} && {shlex.join(command)}"
            raise ClusterError(f"{module.name} does not build: {reason}; try it: {again}")


def _version_flags(stamped: str) -> str:
    major, minor = stamped.removeprefix("v").split(".")[:2]
    values = {"gitVersion": stamped, "gitMajor": major, "gitMinor": minor, "gitTreeState": "clean"}
    # Without these the API server reports v0.0.0-master+$Format.
    return " ".join(f"-X k8s.io/component-base/version.{name}={value}" for name, value in values.items())
