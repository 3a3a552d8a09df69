"""Runs child processes to their end, and forwards to them the signals that would end this process.

The noxfile imports it, so it needs the standard library alone. Two other modules deal with signals, for other ends:
fixtures/session/signals.py ends the run itself, and clusters/kind/commands.py shields its child processes from them.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path


class Relay:
    """Runs commands, and forwards signals to all that run, which may take their time to clean up.

    Threads may run commands side by side; the signals come to the main thread.

    Attributes:
        came: whether a signal came, during a command or between two.
    """

    def __init__(self) -> None:
        self.came = False
        self._running: set[subprocess.Popen[bytes]] = set()

    def run(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        log: IO[bytes] | None = None,
    ) -> int:
        """Run a command; return its exit code. With ``log``, its output and errors go there."""
        errors = subprocess.STDOUT if log else None
        with subprocess.Popen(command, cwd=cwd, env=env, stdout=log, stderr=errors) as child:
            self._running.add(child)
            try:
                if self.came:  # before the child was there to get it
                    child.terminate()
                return child.wait()
            finally:
                self._running.discard(child)

    def __call__(self, number: int, _: object) -> None:
        """Handle a signal: forward it to the running commands."""
        self.came = True
        for child in list(self._running):
            child.send_signal(number)  # does nothing once it has ended


@contextlib.contextmanager
def relayed() -> Iterator[Relay]:
    """Forward SIGINT and SIGTERM to a relay within the context; restore their handlers after it."""
    relay = Relay()
    before = {number: signal.signal(number, relay) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield relay
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
