"""Commands that are run for as long as they need, and are handed every signal that would end us.

The noxfile uses it, too: the standard library is all that it needs. What else deals with signals does another thing:
fixtures/session/signals.py ends the run itself, and clusters/kind/commands.py hides them from what it runs.
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
    """Runs commands, and hands signals on to the one that runs; it cleans up for as long as it needs.

    Attributes:
        came: whether a signal came, to a command or between two.
    """

    def __init__(self) -> None:
        self.came = False
        self._child: subprocess.Popen[bytes] | None = None

    def run(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        log: IO[bytes] | None = None,
    ) -> int:
        """Run it; return its exit code. What it prints goes to ``log`` where there is one."""
        errors = subprocess.STDOUT if log else None
        with subprocess.Popen(command, cwd=cwd, env=env, stdout=log, stderr=errors) as self._child:
            if self.came:  # just before
                self._child.terminate()
            return self._child.wait()

    def __call__(self, number: int, _: object) -> None:
        """Take a signal."""
        self.came = True
        if self._child is not None:
            self._child.send_signal(number)  # does nothing once it has ended


@contextlib.contextmanager
def relayed() -> Iterator[Relay]:
    """Signals go to a relay for as long as the context lasts."""
    relay = Relay()
    before = {number: signal.signal(number, relay) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield relay
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
