"""OCI runtimes that are crates: a folder of ``modules/`` has a Cargo.toml that names one, and a Cargo.lock.

Cargo builds a program of a dependency, and by the lock that is committed here, where it is asked for that package; the
folder's own package, which Cargo wants, is empty.
"""

import hashlib
import json
import os
import platform
import shlex
import shutil
import subprocess
import tempfile
import tomllib
from pathlib import Path

from clusters.cluster import ClusterError
from clusters.local import paths, toolchain
from clusters.progress import Report, step
from machine import folders
from machine.once import made_once

FILES = ("Cargo.toml", "Cargo.lock")


def ensure(name: str, which: str, report: Report) -> Path:
    """Return the folder that holds the program of a crate; build it where it is missing.

    Args:
        name: of the crate, its folder and its program.
        which: for progress: ``8/9``.
        report: takes lines of progress.
    """
    digest = hashlib.sha256(b"".join(file(name, each).read_bytes() for each in FILES))
    digest.update(json.dumps([_arguments(name), platform.machine()]).encode())
    folder, what = folders.cache() / "binaries" / f"{name}-{digest.hexdigest()[:12]}", f"{which} {name}"
    made_once(folder, what, lambda target: _build(name, target, what, report), report)
    return folder


def version(name: str) -> str:
    """Return the crate with its version: ``youki v0.7.0``."""
    wanted = tomllib.loads(file(name, "Cargo.toml").read_text(encoding="utf-8"))["dependencies"][name]["version"]
    return f"{name} v{wanted.removeprefix('=')}"


def file(name: str, of: str) -> Path:
    """Return the path of a crate's Cargo.toml or Cargo.lock."""
    return paths.MODULES / name / of


def _arguments(name: str) -> list[str]:
    return ["build", "--release", "--locked", "--package", name, "--bin", name]


def _build(name: str, target: Path, what: str, report: Report) -> None:
    command, environment = _cargo(name)
    toolchain.require(toolchain.BUILD_PACKAGES, report)
    with tempfile.TemporaryDirectory() as work, step(report, f"{what}: downloading and compiling"):
        for each in FILES:
            shutil.copyfile(file(name, each), Path(work, each))
        Path(work, "src").mkdir()
        Path(work, "src", "lib.rs").touch()
        made = Path(work, "target")
        arguments = [*_arguments(name), "--target-dir", str(made)]
        done = subprocess.run(
            [command, *arguments], cwd=work, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if line.startswith("error")] or done.stderr.splitlines()
            again = shlex.join(["cargo", *_arguments(name)])
            raise ClusterError(f"{name} does not build: {' / '.join(said[:3])}; it was built by: {again}")
        shutil.copy2(made / "release" / name, target / name)


def _cargo(name: str) -> tuple[str, dict[str, str]]:
    """Return the Cargo command, and the environment for it.

    Its installer puts it into a home folder: under sudo, it is that of the user who typed the command.
    """
    homes = [Path.home(), *(Path(f"~{user}").expanduser() for user in (os.environ.get("SUDO_USER"),) if user)]
    if command := shutil.which("cargo", path=toolchain.search_path()):
        return command, dict(os.environ)
    for home in homes:
        if command := shutil.which("cargo", path=str(home / ".cargo" / "bin")):
            return command, {"RUSTUP_HOME": str(home / ".rustup"), **os.environ}
    raise ClusterError(f"{name} is built by cargo, which this machine lacks: install Rust, or leave --oci {name} out")
