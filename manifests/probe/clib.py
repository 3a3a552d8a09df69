"""Functions of the C library, by name: a failure becomes an OSError with the errno."""

from __future__ import annotations

import ctypes
import errno
import os
from typing import Any, Callable

LIBRARIES = (None, "librt.so.1", "libpthread.so.0")  # a glibc before 2.34 keeps mq_open and sem_open in the latter two
CLOCK = 1_000_000_000  # ns of a second


class Moment(ctypes.Structure):
    """``struct timespec``, where ``long`` is as wide as ``time_t``."""

    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


def function(name: str, *arguments: Any, result: Any = ctypes.c_int, failed: object = -1) -> Callable[..., Any]:
    """Return a function of the C library, which raises where its result is ``failed``; ENOSYS for a missing one."""

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
        return found  # type: ignore[no-any-return]
    return missing


def moment(seconds: float) -> Moment:
    """Return that many seconds as a ``Moment``; their origin is the caller's."""
    whole, part = divmod(round(seconds * CLOCK), CLOCK)
    return Moment(whole, part)
