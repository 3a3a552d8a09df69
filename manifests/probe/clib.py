"""Functions of the C library, by name: a failure becomes an OSError with the errno, and EINTR a further call."""

from __future__ import annotations

import ctypes
import errno
import os
import time
from typing import Any, Callable

LIBRARIES = (None, "librt.so.1", "libpthread.so.0")  # a glibc before 2.34 keeps mq_open and sem_open in the latter two
CLOCK = 1_000_000_000  # ns of a second


class Moment(ctypes.Structure):
    """``struct timespec``, where ``long`` is as wide as ``time_t``."""

    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class Within:
    """An argument that bounds a call: the seconds that are left when the call is made, or is taken up again.

    ``since`` is the clock whose time the function takes, such as ``time.time``; None for a mere number of seconds.
    """

    def __init__(self, seconds: float, since: Callable[[], float] | None = None) -> None:
        self.end, self.since = time.monotonic() + seconds, since

    def now(self) -> Any:
        """Return the pointer to a ``Moment`` of what is left."""
        return ctypes.byref(moment(self.left() + (self.since() if self.since else 0.0)))

    def left(self) -> float:
        """Return the seconds that are left, 0 once they are over."""
        return max(self.end - time.monotonic(), 0.0)


def function(name: str, *arguments: Any, result: Any = ctypes.c_int, failed: object = -1) -> Callable[..., Any]:
    """Return a function of the C library, which raises where its result is ``failed``; ENOSYS for a missing one.

    A process that was stopped finds some calls interrupted (EINTR) when it goes on, without any handler of a signal
    (signal(7)): the call is made again, with the time that is left of a ``Within``.
    """

    def checked(answer: Any, _function: object, _arguments: object) -> Any:
        if answer == failed:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return answer

    def missing(*_arguments: Any) -> Any:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    for library in LIBRARIES:
        try:
            found = getattr(ctypes.CDLL(library, use_errno=True), name)
        except (OSError, AttributeError):
            continue
        found.argtypes, found.restype, found.errcheck = list(arguments), result, checked
        return uninterrupted(found)
    return missing


def uninterrupted(call: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that makes a call, again and again until it is not interrupted."""

    def again(*given: Any) -> Any:
        while True:
            try:
                return call(*(each.now() if isinstance(each, Within) else each for each in given))
            except InterruptedError:
                continue

    return again


def moment(seconds: float) -> Moment:
    """Return that many seconds as a ``Moment``; their origin is the caller's."""
    whole, part = divmod(round(seconds * CLOCK), CLOCK)
    return Moment(whole, part)
