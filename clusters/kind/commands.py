"""``kind`` and ``docker``, run so that they end with us: where we are interrupted, they are ended first."""

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
"""Seconds that a command has to end by itself once it is told to."""


def run(
    *command: str | Path, environment: Mapping[str, str] | None = None, within: float | None = None
) -> tuple[str, bool]:
    """Run a command to its end: its output, standard error and all, and whether it succeeded.

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
                start_new_session=True,  # Ctrl-C is for the suite, which then ends this in its own order
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
    """Run a command that has to succeed; answers its output.

    Raises:
        ClusterError: It did not; the message has the line that says why.
    """
    output, succeeded = run(*command, within=within)
    if not succeeded:
        raise ClusterError(f"`{' '.join(map(str, command))}` failed: {telling(output)}")
    return output


def telling(output: str) -> str:
    """The line of a command's output that says why it failed: the first that says ERROR, else the last one."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return next((line for line in lines if line.upper().startswith("ERROR")), lines[-1] if lines else "(no output)")


class _Deferred:
    """Holds SIGINT and SIGTERM back until there is a process to end: one in the midst of a fork would leave it behind.

    The signals are not blocked: the command would inherit that.
    """

    def __enter__(self) -> Self:
        self._came: list[int] = []
        self._before = {}
        if threading.current_thread() is threading.main_thread():
            taken = [number for number in (signal.SIGINT, signal.SIGTERM) if callable(signal.getsignal(number))]
            self._before = {number: signal.signal(number, lambda each, _: self._came.append(each)) for number in taken}
        return self

    def deliver(self) -> None:
        """Hold nothing back from now on."""
        before, self._before = self._before, {}
        for number, handler in before.items():
            signal.signal(number, handler)
        if self._came:
            signal.raise_signal(self._came.pop())

    def __exit__(self, *_: object) -> None:
        self.deliver()


@contextlib.contextmanager
def _ended(process: subprocess.Popen[str]) -> Iterator[None]:
    """Leave no process of the command's session behind, whatever ends the wait for it."""
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
    """Where the system can: the command is ended even if this process is killed."""
    return ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
