"""Tells a person what is being waited for and for how long."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[str], None]
"""Takes one finished line for people, without its newline."""

BETWEEN_LINES = 30.0
"""Seconds between two lines that say that a piece of work goes on."""


@contextmanager
def step(report: Report, what: str) -> Iterator[None]:
    """Report a piece of work: its start, that it goes on, its end, with the seconds that it took.

    Where standard error is a terminal and is what ``report`` writes to, one line counts the seconds instead.
    """
    begin = time.monotonic()
    counting = report is to_stderr and sys.stderr.isatty()
    done = threading.Event()

    def tell(text: str) -> None:
        if counting:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
        else:
            report(text)

    def count() -> None:
        while not done.wait(1 if counting else BETWEEN_LINES):
            tell(f"{what} … {time.monotonic() - begin:.0f} s")

    counter = threading.Thread(target=count, daemon=True)
    tell(f"{what} …")
    counter.start()
    verdict = "stopped after"
    try:
        yield
        verdict = "done in"
    finally:
        done.set()
        counter.join()
        tell(f"{what}: {verdict} {time.monotonic() - begin:.1f} s" + ("\n" if counting else ""))


def to_stderr(line: str) -> None:
    """Report to standard error, which leaves standard output to results."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
