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
RUNC = "github.com/opencontainers/runc"

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
        linker = "-s -w"
        if self.name.startswith("kubernetes-"):
            linker += f" {_version_flags(version(self.name, KUBERNETES))}"
        if self.name.startswith("runc-"):  # before 1.3 it calls itself unknown without
            linker += f" -X main.version={version(self.name, RUNC).removeprefix('v')}"
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
    Module("coredns"),
    Module("agnhost", output="agnhost"),
)


def modules(minor: str, *, of_containerd: str = "", of_runc: str = "") -> tuple[Module, ...]:
    """Return all modules of a cluster of that Kubernetes minor (``1.37``).

    Args:
        minor: Of Kubernetes.
        of_containerd: The minor of containerd; empty for the one that this Kubernetes has by default.
        of_runc: The minor of runc; empty for the newest.

    Raises:
        ChoiceError: There is no such minor in ``modules/``.
    """
    of_containerd, of_runc = of_containerd or containerd(minor), of_runc or minors("runc")[-1]
    runc = Module(f"runc-{of_runc}", cgo=True, tags="seccomp", output="runc")
    return (Module(f"kubernetes-{minor}"), Module(f"containerd-{of_containerd}"), runc, *SHARED)


def minors(part: str = "kubernetes") -> list[str]:
    """Return the minors of Kubernetes, or of ``containerd`` or ``runc``, that can be built, oldest first."""
    found = (folder.name.removeprefix(f"{part}-") for folder in paths.MODULES.glob(f"{part}-*"))
    return sorted(found, key=lambda minor: [int(each) for each in minor.split(".")])


def kubernetes_version(minor: str) -> str:
    """Return the release (``v1.37.2``) that a minor is built from."""
    return version(f"kubernetes-{minor}", KUBERNETES)


def containerd(minor: str) -> str:
    """Return the minor of containerd (``2.4``) that a Kubernetes minor has unless another is asked for."""
    return _containerd_file(minor)[0].removeprefix("containerd-")


def containerd_module(containerd: str) -> str:
    """Return the Go module of a minor of containerd."""
    return CONTAINERD.removesuffix("/v2") if containerd.startswith("1.") else CONTAINERD


def support(minor: str) -> str:
    """Return the row of a Kubernetes minor in containerd's support table, as it stands there; empty for none."""
    return "".join(_containerd_file(minor)[1:])


def supported(minor: str) -> list[str]:
    """Return the minors of containerd that go with a Kubernetes minor, by the table; where it has no row, its own."""
    row = support(minor)
    return [each for each, _ in first_releases(row)] if row else [containerd(minor)]


def first_releases(row: str) -> list[tuple[str, int]]:
    """Return each minor of containerd in a row of the table, with the first patch of it that is meant."""
    return [(found[1], int(found[2])) for found in re.finditer(r"(\d+\.\d+)\.(\d+)\+", row)]


def goes_with(containerd: str, minor: str) -> bool:
    """Return whether a release of containerd (``v1.7.35``) goes with a Kubernetes minor, by the table."""
    of, patch = containerd.removeprefix("v").rsplit(".", 1)
    first = dict(first_releases(support(minor)))
    return int(patch) >= first[of] if of in first else of in supported(minor)


def containerd_version(containerd: str) -> str:
    """Return the release (``v1.7.35``) that a minor of containerd is built from."""
    return version(f"containerd-{containerd}", containerd_module(containerd))


def runc_version(runc: str) -> str:
    """Return the release that a minor of runc is built from."""
    return version(f"runc-{runc}", RUNC)


def _containerd_file(minor: str) -> list[str]:
    """Return the lines of a file: the folder of the minor's containerd, and its row in the support table.

    Raises:
        ChoiceError: There is no such minor in ``modules/``.
    """
    if minor not in minors():
        raise ChoiceError(f"no Kubernetes {minor} here: {paths.MODULES} has {', '.join(minors())}")
    return (paths.MODULES / f"kubernetes-{minor}" / "containerd").read_text(encoding="utf-8").splitlines()


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
