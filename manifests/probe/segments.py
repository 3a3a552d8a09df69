"""Verbs about shared memory: System V segments (shmget(2)) and POSIX ones (shm_open(3)).

A segment has places; a container leaves a nonce at one, and reads what its neighbour left at another.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
from typing import TYPE_CHECKING, Any

import clib
import event
import sysv
import waits

if TYPE_CHECKING:
    from argparse import Namespace

SIZE = 4096  # bytes
PLACES = {"left": 0, "right": 64}  # where a nonce begins, bytes from the segment's beginning
NONCE = 16  # bytes, printed as twice as many characters
KINDS = ("sysv-shm", "posix-shm")

shmget = clib.function("shmget", ctypes.c_int, ctypes.c_size_t, ctypes.c_int)
shmat = clib.function(
    "shmat",
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_int,
    result=ctypes.c_void_p,
    failed=ctypes.c_void_p(-1).value,
)
shmctl = clib.function("shmctl", ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
shm_open = clib.function("shm_open", ctypes.c_char_p, ctypes.c_int, ctypes.c_uint)
shm_unlink = clib.function("shm_unlink", ctypes.c_char_p)


def write_segment(arguments: Namespace) -> None:
    """``write-segment KIND NAME PLACE [--create]``: write a new random nonce at the place and print it."""
    content = put(attached(arguments.kind, arguments.name, create=arguments.create), arguments.place)
    event.emit("wrote", kind=arguments.kind, key=arguments.name, place=arguments.place, content=content)


def read_segment(arguments: Namespace) -> int:
    """``read-segment KIND NAME PLACE [--within SECONDS]``: print the nonce there, or why there is none in that time."""
    where = {"kind": arguments.kind, "key": arguments.name, "place": arguments.place}
    memory = None
    for last in waits.looks(arguments.within):
        try:
            if memory is None:
                memory = attached(arguments.kind, arguments.name)
            event.emit("read", **where, content=got(memory, arguments.place))
        except OSError as error:
            if last:
                event.emit("not-read", **where, errno=event.errno_name(error.errno), awaited=arguments.within)
        else:
            return 0
    return 1


def put(memory: Any, place: str) -> str:
    """Write a nonce at a place, and return it."""
    content = os.urandom(NONCE).hex()
    memory[PLACES[place] : PLACES[place] + len(content)] = content.encode()
    return content


def got(memory: Any, place: str) -> str:
    """Return the nonce at a place; raise ENODATA where it is not whole."""
    content = bytes(memory[PLACES[place] : PLACES[place] + 2 * NONCE])
    if b"\0" in content:
        raise OSError(errno.ENODATA, os.strerror(errno.ENODATA))
    return content.decode(errors="replace")


def attached(kind: str, name: str, *, create: bool = False) -> Any:
    """Return a segment's bytes as an array to read and write; a created segment must not exist yet."""
    return (sysv_segment if kind == "sysv-shm" else posix_segment)(name, create=create)


def sysv_segment(name: str, *, create: bool) -> Any:
    """Return the bytes of the System V segment of a name."""
    flags = sysv.IPC_CREAT | sysv.IPC_EXCL | sysv.MODE if create else 0
    address = shmat(shmget(sysv.key_of(name), SIZE if create else 0, flags), None, 0)
    return (ctypes.c_char * SIZE).from_address(address)


def posix_segment(name: str, *, create: bool) -> Any:
    """Return the bytes of the POSIX segment of a name; raise ENODATA where it has no length yet."""
    descriptor = shm_open(path_of(name), os.O_RDWR | (os.O_CREAT | os.O_EXCL if create else 0), sysv.MODE)
    try:
        if create:
            os.ftruncate(descriptor, SIZE)
        elif os.fstat(descriptor).st_size < SIZE:
            raise OSError(errno.ENODATA, os.strerror(errno.ENODATA))
        return mmap.mmap(descriptor, SIZE)
    finally:
        os.close(descriptor)


def remove(kind: str, name: str) -> None:
    """Remove the segment of that name; the kernel frees it once nobody uses it any more."""
    if kind == "sysv-shm":
        shmctl(shmget(sysv.key_of(name), 0, 0), sysv.IPC_RMID, None)
    else:
        shm_unlink(path_of(name))


def path_of(name: str) -> bytes:
    """Return a POSIX segment's name; the suffix keeps it apart from the C library's other objects in that folder."""
    return f"/{name}.segment".encode()


WHERE = (event.argument("kind", choices=KINDS), "name", event.argument("place", choices=list(PLACES)))
VERBS: event.Verbs = {
    "write-segment": (event.parser("write-segment", *WHERE, event.flag("--create")), write_segment),
    "read-segment": (event.parser("read-segment", *WHERE, within=True), read_segment),
}
