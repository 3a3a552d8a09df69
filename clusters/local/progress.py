"""Tells a person what is being waited for and for how long."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[str], None]
"""Takes one finished line for people, without its newline."""


@contextmanager
def step(report: Report, what: str) -> Iterator[None]:
    """Report the start and the end of a piece of work, with the seconds that it took.

    Where standard error is a terminal and is what ``report`` writes to, one line counts the seconds instead.
    """
    begin = time.monotonic()
    if report is not to_stderr or not sys.stderr.isatty():
        report(f"{what} …")
        yield
        report(f"{what}: done in {time.monotonic() - begin:.1f} s")
        return
    done = threading.Event()

    def count() -> None:
        while not done.wait(1):
            sys.stderr.write(f"\r\x1b[K{what} … {time.monotonic() - begin:.0f} s")
            sys.stderr.flush()

    counter = threading.Thread(target=count, daemon=True)
    sys.stderr.write(f"{what} …")
    sys.stderr.flush()
    counter.start()
    verdict = "stopped after"
    try:
        yield
        verdict = "done in"
    finally:
        done.set()
        counter.join()
        sys.stderr.write(f"\r\x1b[K{what}: {verdict} {time.monotonic() - begin:.1f} s\n")
        sys.stderr.flush()


def to_stderr(line: str) -> None:
    """Report to standard error, which leaves standard output to results."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
