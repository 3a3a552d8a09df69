"""Run ``kind`` and ``docker``; a command never outlives this process."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
from typing import TYPE_CHECKING, Self

from clusters.cluster import ClusterError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

ENDING = 10.0
"""Seconds that a command has to end by itself after SIGTERM."""


def run(
    *command: str | Path, environment: Mapping[str, str] | None = None, within: float | None = None
) -> tuple[str, bool]:
    """Run a command to its end; return its output (with standard error), and whether it succeeded.

    Args:
        command: What to run.
        environment: In the place of this process's own.
        within: Seconds; a command that takes longer is ended, and has not succeeded.
    """
    with contextlib.ExitStack() as exits:
        signals = exits.enter_context(_Deferred())
        process = exits.enter_context(
            subprocess.Popen(
                [*_ending_with_us(), *command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                env=environment,
                start_new_session=True,  # Ctrl-C goes to the suite alone, which ends this process in its turn
            )
        )
        exits.enter_context(_ended(process))
        try:
            signals.deliver()
            output, _ = process.communicate(timeout=within)
        except subprocess.TimeoutExpired:
            _end(process)
            return f"`{' '.join(map(str, command))}` did not end within {within:g} s", False
    return output, process.returncode == 0


def must(*command: str | Path, within: float | None = None) -> str:
    """Run a command that has to succeed; return its output.

    Raises:
        ClusterError: It did not; the message has the line that says why.
    """
    output, succeeded = run(*command, within=within)
    if not succeeded:
        raise ClusterError(f"`{' '.join(map(str, command))}` failed: {telling(output)}")
    return output


def telling(output: str) -> str:
    """Return the line that says why a command failed: the first with ERROR, else the last one."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return next((line for line in lines if line.upper().startswith("ERROR")), lines[-1] if lines else "(no output)")


class _Deferred:
    """Hold SIGINT and SIGTERM back until there is a process to end.

    A signal in the midst of a fork would leave that process behind. The signals are not blocked: the command would
    inherit that.
    """

    def __enter__(self) -> Self:
        self._came: list[int] = []
        self._before = {}
        if threading.current_thread() is threading.main_thread():
            taken = [number for number in (signal.SIGINT, signal.SIGTERM) if callable(signal.getsignal(number))]
            self._before = {number: signal.signal(number, lambda each, _: self._came.append(each)) for number in taken}
        return self

    def deliver(self) -> None:
        """Deliver the signals that were held back, and hold none from now on."""
        before, self._before = self._before, {}
        for number, handler in before.items():
            signal.signal(number, handler)
        if self._came:
            signal.raise_signal(self._came.pop())

    def __exit__(self, *_: object) -> None:
        self.deliver()


@contextlib.contextmanager
def _ended(process: subprocess.Popen[str]) -> Iterator[None]:
    """End every process of the command's session where an exception ends the context."""
    try:
        yield
    except BaseException:
        _end(process)
        raise


def _end(process: subprocess.Popen[str]) -> None:
    _signal(process, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(ENDING)
    _signal(process, signal.SIGKILL)


def _signal(process: subprocess.Popen[str], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _ending_with_us() -> list[str]:
    """Return the words before a command that end it even where this process is killed; none without ``setpriv``."""
    return ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
