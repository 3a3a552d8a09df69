"""Verbs about semaphores: System V ones (semget(2)) and POSIX named ones (sem_open(3))."""

from __future__ import annotations

import ctypes
import os
import time
from typing import TYPE_CHECKING

import clib
import event
import sysv
import waits

if TYPE_CHECKING:
    from argparse import Namespace

KINDS = ("sysv-semaphore", "posix-semaphore")
GETVAL, SETVAL = 12, 16  # semctl(2)


class Operation(ctypes.Structure):
    """``struct sembuf``."""

    _fields_ = (("number", ctypes.c_ushort), ("change", ctypes.c_short), ("flags", ctypes.c_short))


semget = clib.function("semget", ctypes.c_int, ctypes.c_int, ctypes.c_int)
semctl = clib.function("semctl", ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long)
semtimedop = clib.function(
    "semtimedop", ctypes.c_int, ctypes.POINTER(Operation), ctypes.c_size_t, ctypes.POINTER(clib.Moment)
)
sem_open = clib.function(
    "sem_open", ctypes.c_char_p, ctypes.c_int, ctypes.c_uint, ctypes.c_uint, result=ctypes.c_void_p, failed=None
)
sem_trywait = clib.function("sem_trywait", ctypes.c_void_p)
sem_timedwait = clib.function("sem_timedwait", ctypes.c_void_p, ctypes.POINTER(clib.Moment))
sem_post = clib.function("sem_post", ctypes.c_void_p)
sem_getvalue = clib.function("sem_getvalue", ctypes.c_void_p, ctypes.POINTER(ctypes.c_int))
sem_unlink = clib.function("sem_unlink", ctypes.c_char_p)


def make_semaphore(arguments: Namespace) -> None:
    """``make-semaphore KIND NAME VALUE``: make one of that value; it must not exist yet."""
    opened(arguments.kind, arguments.name, create=arguments.value)
    event.emit("semaphore-made", **of(arguments), value=arguments.value)


def await_semaphore(arguments: Namespace) -> int:
    """``await-semaphore KIND NAME [--within SECONDS]``: wait until it exists."""
    for last in waits.looks(arguments.within):
        try:
            opened(arguments.kind, arguments.name)
        except OSError as error:
            if last:
                why = event.errno_name(error.errno)
                event.emit("no-semaphore", **of(arguments), errno=why, awaited=arguments.within)
        else:
            event.emit("semaphore-there", **of(arguments))
            return 0
    return 1


def try_semaphore(arguments: Namespace) -> None:
    """``try-semaphore KIND NAME``: take it without waiting; print why where that fails."""
    semaphore = opened(arguments.kind, arguments.name)
    try:
        take(arguments.kind, semaphore)
    except OSError as error:
        event.emit("semaphore-refused", **of(arguments), errno=event.errno_name(error.errno))
    else:
        event.emit("semaphore-taken", **of(arguments))


def take_semaphore(arguments: Namespace) -> int:
    """``take-semaphore KIND NAME [--within SECONDS]``: take it, waiting in the kernel until it is free."""
    semaphore = opened(arguments.kind, arguments.name)
    try:
        take(arguments.kind, semaphore, arguments.within)
    except OSError as error:
        number = event.errno_name(error.errno)
        event.emit("semaphore-not-taken", **of(arguments), errno=number, awaited=arguments.within)
        return 1
    event.emit("semaphore-taken", **of(arguments))
    return 0


def release_semaphore(arguments: Namespace) -> None:
    """``release-semaphore KIND NAME``: release it; print that before anyone can take it."""
    semaphore = opened(arguments.kind, arguments.name)
    event.emit("semaphore-released", **of(arguments))
    if arguments.kind == "sysv-semaphore":
        semtimedop(semaphore, ctypes.byref(Operation(0, 1, 0)), 1, None)
    else:
        sem_post(semaphore)


def opened(kind: str, name: str, *, create: int | None = None) -> int:
    """Return an open semaphore; a created one has that value, and must not exist yet."""
    if kind == "posix-semaphore":
        flags = 0 if create is None else os.O_CREAT | os.O_EXCL
        return int(sem_open(path_of(name), flags, sysv.MODE, create or 0))
    flags = 0 if create is None else sysv.IPC_CREAT | sysv.IPC_EXCL | sysv.MODE
    semaphore = semget(sysv.key_of(name), 0 if create is None else 1, flags)
    if create:  # Linux makes it with 0
        semctl(semaphore, 0, SETVAL, create)
    return int(semaphore)


def take(kind: str, semaphore: int, within: float = 0.0) -> None:
    """Take it at once (EAGAIN where it is taken), or within some seconds (then EAGAIN or ETIMEDOUT)."""
    if kind == "sysv-semaphore":
        operation = Operation(0, -1, 0 if within else sysv.IPC_NOWAIT)
        semtimedop(semaphore, ctypes.byref(operation), 1, clib.Within(within) if within else None)
    elif within:
        sem_timedwait(semaphore, clib.Within(within, time.time))
    else:
        sem_trywait(semaphore)


def value_of(kind: str, semaphore: int) -> int:
    """Return how many may still take it."""
    if kind == "sysv-semaphore":
        return int(semctl(semaphore, 0, GETVAL, 0))
    value = ctypes.c_int()
    sem_getvalue(semaphore, ctypes.byref(value))
    return value.value


def remove(kind: str, name: str) -> None:
    """Remove the semaphore of that name."""
    if kind == "sysv-semaphore":
        semctl(semget(sysv.key_of(name), 0, 0), 0, sysv.IPC_RMID, 0)
    else:
        sem_unlink(path_of(name))


def path_of(name: str) -> bytes:
    """Return a POSIX semaphore's name; the suffix keeps it apart from the C library's other objects in that folder."""
    return f"/{name}.semaphore".encode()


def of(arguments: Namespace) -> dict[str, object]:
    """Return the event fields that name the semaphore."""
    return {"kind": arguments.kind, "key": arguments.name}


WHICH = (event.argument("kind", choices=KINDS), "name")
VERBS: event.Verbs = {
    "make-semaphore": (event.parser("make-semaphore", *WHICH, event.argument("value", type=int)), make_semaphore),
    "await-semaphore": (event.parser("await-semaphore", *WHICH, within=True), await_semaphore),
    "try-semaphore": (event.parser("try-semaphore", *WHICH), try_semaphore),
    "take-semaphore": (event.parser("take-semaphore", *WHICH, within=True), take_semaphore),
    "release-semaphore": (event.parser("release-semaphore", *WHICH), release_semaphore),
}
