"""Adding a Kubernetes minor with the containerd that suits it, or a minor of containerd or runc: go.mod and go.sum."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clusters.cluster import ClusterError
from clusters.local import build, paths, toolchain
from clusters.local.build import CONTAINERD, KUBERNETES, RUNC
from clusters.progress import step
from machine.installation import PODPROOF

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clusters.progress import Report

KUBERNETES_PROGRAMS = (
    "cmd/kube-apiserver",
    "cmd/kube-controller-manager",
    "cmd/kube-proxy",
    "cmd/kube-scheduler",
    "cmd/kubectl",
    "cmd/kubelet",
)
CONTAINERD_PROGRAMS = ("cmd/containerd", "cmd/containerd-shim-runc-v2", "cmd/ctr")
RUNC_PROGRAMS = ("",)
"""The module's root is its main package."""

STAGING = "./staging/"
"""Where Kubernetes keeps its published modules."""

TOOLS_SINCE = "1.24"
"""The first Go version that knows tool lines."""


@dataclass(frozen=True)
class Go:
    """The Go command, and questions to the module proxy through it."""

    command: Path

    def run(self, folder: Path, *arguments: str) -> str:
        """Return what ``go ARGUMENTS`` prints, run in that folder.

        Raises:
            ClusterError: it failed; the message holds the first lines of what it said.
        """
        environment = {**os.environ, **build.ENVIRONMENT}
        command = [str(self.command), *arguments]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            said = [line.strip() for line in (done.stderr or done.stdout).splitlines()]
            why = " / ".join([line for line in said if line and not line.startswith("go: downloading ")][:3])
            raise ClusterError(f"go {' '.join(arguments)} failed: {why}")
        return done.stdout

    def json(self, folder: Path, *arguments: str) -> dict[str, Any]:
        """Return the JSON that ``go ARGUMENTS`` prints, run in that folder."""
        printed: dict[str, Any] = json.loads(self.run(folder, *arguments))
        return printed

    def releases(self, module: str) -> list[str]:
        """Return the module's versions on the proxy, oldest first, without pre-releases: ``["v1.36.3", …]``."""
        with tempfile.TemporaryDirectory() as folder:  # outside of any module
            said = self.run(Path(folder), "list", "-m", "-versions", module).split()[1:]
        return sorted((version for version in said if re.fullmatch(r"v\d+\.\d+\.\d+", version)), key=_numbers)


def add(minor: str, report: Report) -> str:
    """Write ``modules/kubernetes-MINOR`` anew, and the containerd that suits it; return what was written, for people.

    A second line names the other minors whose shared containerd changed. A failure leaves all as it was.

    Raises:
        ClusterError: the module proxy has no such minor, or cannot be asked, or what it has does not resolve.
    """
    go = Go(toolchain.go(report))
    with step(report, f"asking for the newest releases of Kubernetes {minor} and of containerd"):
        version = newest(go.releases(KUBERNETES), minor, "Kubernetes")
        containerd, row = _containerd(go, minor, report)
    name, line = f"kubernetes-{minor}", f"containerd-{_minor(containerd)}"
    before, shared = _version_there(name, KUBERNETES), _version_there(line, CONTAINERD)
    sharing = [other for other in build.minors() if other != minor and line == f"containerd-{build.containerd(other)}"]
    with tempfile.TemporaryDirectory(dir=paths.MODULES, prefix=f".{name}-") as made:
        if shared != containerd:
            with step(report, f"{line}: resolving {containerd}"):
                _resolve(go, Path(made), line, CONTAINERD, containerd, CONTAINERD_PROGRAMS)
        with step(report, f"{name}: resolving {version}"):
            _resolve(go, Path(made), name, KUBERNETES, version, KUBERNETES_PROGRAMS)
        # A file, and no link: a wheel has none.
        (Path(made, name) / "containerd").write_text(f"{line}\n{row}\n", encoding="utf-8")
        # Only once all is resolved: other minors share the containerd. Its name follows it.
        for resolved in (line, name):
            if Path(made, resolved).exists():
                _put(Path(made, resolved), paths.MODULES / resolved)
    _drop_unused()
    was = "" if before in (None, version) else f", was {before},"
    summary = f"Kubernetes {version}{was} with containerd {containerd}: {PODPROOF} cluster up --kubernetes {minor}"
    if sharing and shared != containerd:
        summary += f"\n{line}, which {_sharing(sharing)}, is {containerd} now, was {shared}"
    return summary


def add_part(part: str, minor: str, report: Report) -> str:
    """Write ``modules/PART-MINOR`` anew, of containerd or runc; return what was written, for people.

    A failure leaves all as it was.

    Raises:
        ClusterError: the module proxy has no such minor, or cannot be asked, or what it has does not resolve.
    """
    module = RUNC if part == "runc" else build.containerd_module(minor)
    programs = RUNC_PROGRAMS if part == "runc" else CONTAINERD_PROGRAMS
    go = Go(toolchain.go(report))
    name = f"{part}-{minor}"
    with step(report, f"asking for the newest release of {part} {minor}"):
        version = newest(go.releases(module), minor, part)
    before = _version_there(name, module)
    if before != version:
        with tempfile.TemporaryDirectory(dir=paths.MODULES, prefix=f".{name}-") as made:
            with step(report, f"{name}: resolving {version}"):
                _resolve(go, Path(made), name, module, version, programs)
            _put(Path(made, name), paths.MODULES / name)
    was = "" if before in (None, version) else f", was {before}"
    return f"{part} {version}{was}: {PODPROOF} cluster up --{part} {minor}"


def newest(versions: Iterable[str], minor: str, what: str) -> str:
    """Return the newest patch of that minor.

    Raises:
        ClusterError: there is none.
    """
    versions = list(versions)
    ours = [version for version in versions if _minor(version) == minor]
    if not ours:
        last = versions[-1] if versions else "none"
        raise ClusterError(f"no release of {what} {minor} at the Go module proxy; the newest of all is {last}")
    return max(ours, key=_numbers)


def suiting(releases_md: str, minor: str) -> str | None:
    """Return the row of a Kubernetes minor in containerd's support table; None if the page does not know it.

    Args:
        releases_md: RELEASES.md of containerd, whose table says ``| 1.33 | 2.1.0+, 2.0.4+, 1.7.24+ | v1 |``: a first
            release in each containerd minor, the newest minor first.
        minor: of Kubernetes.
    """
    row = re.search(rf"^\| *{re.escape(minor)} *\| *\d+\.\d+\.\d+\+.*\|$", releases_md, re.MULTILINE)
    return row and re.sub(r" +", " ", row.group())


def _containerd(go: Go, minor: str, report: Report) -> tuple[str, str]:
    """Return the newest patch of the containerd minor that containerd itself recommends for that Kubernetes.

    With it comes the row of its support table that says so; empty where there is none yet.
    """
    versions = go.releases(CONTAINERD)
    with tempfile.TemporaryDirectory() as folder:
        module = go.json(Path(folder), "mod", "download", "-json", f"{CONTAINERD}@{versions[-1]}")
    suits = suiting((Path(module["Dir"]) / "RELEASES.md").read_text(encoding="utf-8"), minor)
    if suits is None:
        report(f"containerd {versions[-1]} recommends none for Kubernetes {minor} yet: its own newest is taken")
        return versions[-1], ""
    return newest(versions, build.first_releases(suits)[0][0], "containerd"), suits


def _resolve(go: Go, made: Path, name: str, module: str, version: str, programs: Iterable[str]) -> None:
    """Make ``MADE/NAME``: the go.mod and go.sum of one module's programs."""
    with tempfile.TemporaryDirectory(dir=made, prefix=".resolving-") as work:
        folder = Path(work)
        download = go.json(folder, "mod", "download", "-json", f"{module}@{version}")
        own = go.json(folder, "mod", "edit", "-json", download["GoMod"])
        (folder / "go.mod").write_text(go_mod(name, module, version, programs, own), encoding="utf-8")
        go.run(folder, "mod", "tidy")
        (made / name).mkdir()
        for file in ("go.mod", "go.sum"):
            shutil.copyfile(folder / file, made / name / file)


def _put(resolved: Path, target: Path) -> None:
    """Put a resolved module in its place; its folder exists at every moment.

    A new folder appears whole. In an existing one, each file is replaced in one step, go.mod last. A kill between two
    steps leaves the old version with a go.sum that Go refuses; adding the minor again mends that.
    """
    if not target.exists():
        resolved.rename(target)
        return
    for file in sorted(resolved.iterdir(), key=lambda file: file.name == "go.mod"):
        file.replace(target / file.name)


def go_mod(name: str, module: str, version: str, programs: Iterable[str], own: Mapping[str, Any]) -> str:
    """Return a go.mod that requires one release of a module and has some of its programs as tools.

    Args:
        name: of the folder.
        module: whose programs they are.
        version: of the module.
        programs: their packages, below the module.
        own: the module's own go.mod, as ``go mod edit -json`` tells it. Its replacements hold for nobody else, so they
            are repeated. A folder is in no module's zip: Kubernetes' staging modules become the releases that it
            publishes of them, v0.37.2 with its v1.37.2; another one is left out, and what the module requires is taken
            (runc 1.2 and 1.3.3 have their own copy of opencontainers/selinux, patched for CVE-2025-52881).
    """
    published = f"v0.{version.removeprefix('v').partition('.')[2]}"
    replaced = []
    for replacement in own.get("Replace") or []:
        old, new = replacement["Old"]["Path"], replacement["New"]
        if "Version" in new:
            replaced.append(f"{old} => {new['Path']} {new['Version']}")
        elif new["Path"].startswith(STAGING):
            replaced.append(f"{old} => {old} {published}")
    blocks = {
        "tool": [f"{module}/{program}".rstrip("/") for program in programs],
        "require": [f"{module} {version}"],
        "replace": replaced,
    }
    go = max(own["Go"], TOOLS_SINCE, key=_numbers)
    text = f"module podproof/clusters/local/{name}\n\ngo {go}\n"
    for keyword, lines in blocks.items():
        if lines:
            text += f"\n{keyword} (\n" + "".join(f"\t{line}\n" for line in lines) + ")\n"
    return text


def _sharing(minors: list[str]) -> str:
    return f"{' and '.join(minors)} share" if minors[1:] else f"{minors[0]} shares"


def _drop_unused() -> None:
    """Remove every containerd that goes with no Kubernetes."""
    used = {f"containerd-{containerd}" for minor in build.minors() for containerd in build.supported(minor)}
    for folder in paths.MODULES.glob("containerd-*"):
        if folder.name not in used:
            shutil.rmtree(folder)


def _version_there(name: str, module: str) -> str | None:
    return build.version(name, module) if (paths.MODULES / name / "go.mod").exists() else None


def _minor(version: str) -> str:
    return ".".join(version.removeprefix("v").split(".")[:2])


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.removeprefix("v").split(".")]
