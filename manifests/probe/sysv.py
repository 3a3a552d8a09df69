"""Verbs about System V message queues: msgget(2), msgsnd(2), msgrcv(2).

A message's content is printed as its length and SHA-256, so that a large one fits on a line.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
from typing import TYPE_CHECKING

import clib
import event
import waits

if TYPE_CHECKING:
    from argparse import Namespace

IPC_CREAT, IPC_EXCL, IPC_NOWAIT = 0o1000, 0o2000, 0o4000
IPC_RMID = 0
MODE = 0o666
KEY = 4  # bytes of a key_t
LARGEST = 8192  # bytes: the kernel's default of kernel.msgmax, linux/msg.h MSGMAX

msgget = clib.function("msgget", ctypes.c_int, ctypes.c_int)
msgsnd = clib.function("msgsnd", ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
msgrcv = clib.function(
    "msgrcv",
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_size_t,
    ctypes.c_long,
    ctypes.c_int,
    result=ctypes.c_ssize_t,
)
msgctl = clib.function("msgctl", ctypes.c_int, ctypes.c_int, ctypes.c_void_p)


class Message(ctypes.Structure):
    """``struct msgbuf`` with room for the largest message."""

    _fields_ = (("type", ctypes.c_long), ("text", ctypes.c_char * LARGEST))


def make_queue(arguments: Namespace) -> int:
    """``make-queue KEY``: make the queue, which must not exist yet."""
    return 0 if open_queue(arguments.key, IPC_CREAT | IPC_EXCL) is not None else 1


def send(arguments: Namespace) -> int:
    """``send KEY [--create] [--types 1,2,…] [--bytes N]``: open the queue, send one message of each type in turn."""
    queue = open_queue(arguments.key, IPC_CREAT if arguments.create else 0)
    if queue is None:
        return 1
    for kind in arguments.types:
        text = os.urandom(arguments.bytes)
        try:
            put(queue, text, kind)
        except OSError as error:
            number = event.errno_name(error.errno)
            event.emit("not-sent", type=kind, **size_of(text), errno=number, msgmax=limit("msgmax"))
            return 1
        event.emit("sent", type=kind, **size_of(text))
    return 0


def receive(arguments: Namespace) -> int:
    """``receive KEY [--types 1,2,…] [--within SECONDS] [--await-queue]``: receive one message of each type in turn.

    It awaits messages, all within that time. It awaits the queue only with ``--await-queue``.
    """
    over = clib.Within(arguments.within)
    queue = open_queue(arguments.key, 0, arguments.within if arguments.await_queue else 0.0)
    if queue is None:
        return 1
    for kind in arguments.types:
        for last in waits.looks(over.left()):
            try:
                text, got_kind = got(queue, kind)
            except OSError as error:
                if error.errno != errno.ENOMSG or last:
                    number = event.errno_name(error.errno)
                    event.emit("not-received", type=kind, errno=number, awaited=arguments.within)
                    return 1
            else:
                event.emit("received", asked=kind, type=got_kind, **size_of(text))
                break
    return 0


def open_queue(key: str, flags: int, within: float = 0.0) -> int | None:
    """Return the id of msgget(2), or None once it failed; both are events.

    A missing queue (ENOENT) is awaited for ``within`` seconds.
    """
    for looks, last in enumerate(waits.looks(within), 1):
        try:
            queue = opened(key, flags | MODE if flags else 0)
        except OSError as error:
            if error.errno != errno.ENOENT or last:
                event.emit("no-queue", key=key, errno=event.errno_name(error.errno), looks=looks, awaited=within)
                return None
        else:
            event.emit("queue-opened", key=key, id=queue, create=bool(flags & IPC_CREAT), looks=looks)
            return queue
    return None


def opened(key: str, flags: int = 0) -> int:
    """Return the id of the queue of a key."""
    return int(msgget(key_of(key), flags))


def put(queue: int, text: bytes, kind: int = 1) -> None:
    """Send a message.

    IPC_NOWAIT: a full queue fails with EAGAIN at once, instead of an unbounded wait.
    """
    message = Message(type=kind)
    ctypes.memmove(ctypes.addressof(message) + Message.text.offset, text, len(text))
    msgsnd(queue, ctypes.byref(message), len(text), IPC_NOWAIT)


def got(queue: int, kind: int = 0) -> tuple[bytes, int]:
    """Return a message of a type, or of any (0), and its type; raise ENOMSG where there is none."""
    message = Message()
    size = msgrcv(queue, ctypes.byref(message), LARGEST, kind, IPC_NOWAIT)
    return ctypes.string_at(ctypes.addressof(message) + Message.text.offset, size), message.type


def remove_queue(key: str) -> None:
    """Remove the queue, with its messages."""
    msgctl(opened(key), IPC_RMID, None)


def key_of(name: str) -> int:
    """Return a key of 32 bits: the four letters of the name, or the digest of a longer one."""
    text = name.encode()
    return int.from_bytes(
        text if len(text) <= KEY else hashlib.sha256(text).digest()[:KEY], "big", signed=len(text) > KEY
    )


def size_of(text: bytes) -> dict[str, object]:
    """Return the event fields of a content: its length and its SHA-256."""
    return {"bytes": len(text), "sha256": hashlib.sha256(text).hexdigest()}


def limit(name: str) -> int | None:
    """Return a kernel limit of this IPC namespace, or None where it cannot be read."""
    try:
        with open("/proc/sys/kernel/" + name, encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):
        return None


def numbers(text: str) -> list[int]:
    """Return ``1,2,3`` as numbers; ``1*3,2`` is ``1,1,1,2``."""
    kinds: list[int] = []
    for part in text.split(","):
        kind, _, times = part.partition("*")
        kinds += [int(kind)] * int(times or 1)
    return kinds


TYPES = event.argument("--types", type=numbers, default=[1])
VERBS: event.Verbs = {
    "make-queue": (event.parser("make-queue", "key"), make_queue),
    "send": (event.parser("send", "key", event.flag("--create"), event.number("--bytes", 64), TYPES), send),
    "receive": (event.parser("receive", "key", TYPES, event.flag("--await-queue"), within=True), receive),
}
