"""Waits that hold where the process itself is stopped (SIGSTOP) or starved meanwhile.

What a stop may break: a wait whose time is over when the process goes on, although what it awaits came during the stop;
and CPython's ``sigtimedwait``, which then returns what was on the stack.
"""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING, Iterator

if TYPE_CHECKING:
    from signal import struct_siginfo

INTERVAL = 0.02  # seconds between two looks for another container's act


def looks(within: float, interval: float = INTERVAL) -> Iterator[bool]:
    """Yield before each look whether it is the last: the last one begins after the time is over."""
    end = time.monotonic() + within
    while True:
        last = time.monotonic() >= end
        yield last
        if last:
            return
        time.sleep(interval)


def caught(number: signal.Signals, within: float) -> struct_siginfo | None:
    """Return the facts of a blocked signal, once it came; None where it did not within some seconds.

    Its number is compared: where a stop outlasts the time, CPython returns a struct that nobody filled in.
    The last look begins after the time is over, so that a signal sent during the stop counts.
    """
    for seconds in (within, 0.0):
        found = signal.sigtimedwait({number}, max(seconds, 0.0))
        if found is not None and found.si_signo == number:
            return found
    return None
