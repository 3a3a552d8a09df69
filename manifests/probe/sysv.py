"""Verbs about System V message queues, through ctypes: msgget(2), msgsnd(2), msgrcv(2), msgctl(2).

A message's content is printed as its length and SHA-256, so that a large one fits on a line.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import time
from typing import TYPE_CHECKING

import event

if TYPE_CHECKING:
    from argparse import Namespace

IPC_CREAT, IPC_EXCL, IPC_NOWAIT = 0o1000, 0o2000, 0o4000
IPC_STAT = 2
MODE = 0o666
INTERVAL = 0.02  # seconds between two looks at what another container is awaited to do
LARGEST = 8192  # bytes: the kernel's default of kernel.msgmax, linux/msg.h MSGMAX

libc = ctypes.CDLL(None, use_errno=True)
libc.msgsnd.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
libc.msgrcv.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_long, ctypes.c_int]
libc.msgrcv.restype = ctypes.c_ssize_t
libc.msgctl.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_void_p]


class Message(ctypes.Structure):
    """``struct msgbuf`` with room for the largest message."""

    _fields_ = (("type", ctypes.c_long), ("text", ctypes.c_char * LARGEST))


def make_queue(arguments: Namespace) -> int:
    """``make-queue KEY``: make the queue, which must not be there yet."""
    return 0 if open_queue(arguments.key, IPC_CREAT | IPC_EXCL) is not None else 1


def send(arguments: Namespace) -> int:
    """``send KEY [--create] [--types 1,2,…] [--bytes N]``: open the queue, send one message of each type in turn."""
    queue = open_queue(arguments.key, IPC_CREAT if arguments.create else 0)
    if queue is None:
        return 1
    for kind in arguments.types:
        text = os.urandom(arguments.bytes)
        message = Message(type=kind)
        ctypes.memmove(ctypes.addressof(message) + Message.text.offset, text, len(text))
        # IPC_NOWAIT: a full queue answers EAGAIN at once, instead of a silence that nobody bounds.
        if libc.msgsnd(queue, ctypes.byref(message), len(text), IPC_NOWAIT) != 0:
            event.emit("not-sent", type=kind, **size_of(text), errno=errno(), msgmax=limit("msgmax"))
            return 1
        event.emit("sent", type=kind, **size_of(text))
    return 0


def receive(arguments: Namespace) -> int:
    """``receive KEY [--types 1,2,…] [--within SECONDS] [--await-queue]``: one message of each type in turn.

    Messages are awaited, all within that time; the queue has to be there at the first look, but with ``--await-queue``.
    """
    end = time.monotonic() + arguments.within
    queue = open_queue(arguments.key, 0, arguments.within if arguments.await_queue else 0.0)
    if queue is None:
        return 1
    for kind in arguments.types:
        if not receive_one(queue, kind, end):
            event.emit("not-received", type=kind, errno=errno(), awaited=arguments.within)
            return 1
    return 0


def receive_one(queue: int, kind: int, end: float) -> bool:
    """Receive one message of a type and print it; False, with errno set, where none came in time."""
    message = Message()
    while True:
        size = libc.msgrcv(queue, ctypes.byref(message), LARGEST, kind, IPC_NOWAIT)
        if size >= 0:
            text = ctypes.string_at(ctypes.addressof(message) + Message.text.offset, size)
            event.emit("received", asked=kind, type=message.type, **size_of(text))
            return True
        if errno() != "ENOMSG" or time.monotonic() >= end:
            return False
        time.sleep(INTERVAL)


def look(arguments: Namespace) -> None:
    """``look-queue KEY --within SECONDS``: is the queue there? Looks until it is, or until the time is over."""
    end = time.monotonic() + arguments.within
    looks = 0
    while True:
        looks += 1
        queue = libc.msgget(arguments.key, 0)
        if queue >= 0:
            event.emit("queue-seen", key=_name(arguments.key), id=queue, looks=looks)
            return
        if errno() != "ENOENT" or time.monotonic() >= end:
            event.emit("queue-absent", key=_name(arguments.key), errno=errno(), looks=looks, awaited=arguments.within)
            return
        time.sleep(INTERVAL)


def check(arguments: Namespace) -> int:
    """``check-queue KEY``: print what the queue holds, or that it is gone."""
    queue = open_queue(arguments.key, 0)
    if queue is None:
        return 1
    # struct msqid_ds: an ipc_perm of 48 bytes, three times of 8 bytes, msg_cbytes, msg_qnum (64-bit Linux).
    status = (ctypes.c_ulong * 32)()
    if libc.msgctl(queue, IPC_STAT, ctypes.byref(status)) != 0:
        event.emit("queue-unread", id=queue, errno=errno())
        return 1
    event.emit("queue-holds", id=queue, bytes=status[9], messages=status[10])
    return 0


def open_queue(key: int, flags: int, within: float = 0.0) -> int | None:
    """msgget(2): the queue's id, or None once it failed; both are events. ENOENT is awaited for ``within`` seconds."""
    end, looks = time.monotonic() + within, 0
    while True:
        looks += 1
        queue = libc.msgget(key, flags | MODE if flags else 0)
        if queue >= 0:
            event.emit("queue-opened", key=_name(key), id=queue, create=bool(flags & IPC_CREAT), looks=looks)
            return int(queue)
        if errno() != "ENOENT" or time.monotonic() >= end:
            event.emit("no-queue", key=_name(key), errno=errno(), looks=looks, awaited=within)
            return None
        time.sleep(INTERVAL)


def size_of(text: bytes) -> dict[str, object]:
    """What is printed of a content."""
    return {"bytes": len(text), "sha256": hashlib.sha256(text).hexdigest()}


def errno() -> str:
    """The name of the last call's errno."""
    return str(event.errno_name(ctypes.get_errno()))


def limit(name: str) -> int | None:
    """A kernel limit of this IPC namespace, or None where it cannot be read."""
    try:
        with open("/proc/sys/kernel/" + name, encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):
        return None


def _types(text: str) -> list[int]:
    """``1,2,3`` as numbers; ``1*3,2`` is ``1,1,1,2``."""
    kinds: list[int] = []
    for part in text.split(","):
        kind, _, times = part.partition("*")
        kinds += [int(kind)] * int(times or 1)
    return kinds


def _parser(name: str) -> event.Parser:
    parser = event.Parser(prog=name)
    parser.add_argument("key", type=_key)
    return parser


def _key(text: str) -> int:
    """Up to four letters as a key of 32 bits, so that manifests can name their queues."""
    return int.from_bytes(text.encode("ascii")[:4], "big")


def _name(key: int) -> str:
    """The letters that a key was made from."""
    return key.to_bytes(4, "big").lstrip(b"\0").decode("ascii", errors="replace")


def _parsers() -> tuple[event.Parser, event.Parser, event.Parser]:
    send_parser, receive_parser, look_parser = _parser("send"), _parser("receive"), _parser("look-queue")
    send_parser.add_argument("--create", action="store_true")
    send_parser.add_argument("--bytes", type=int, default=64)
    for parser in (send_parser, receive_parser):
        parser.add_argument("--types", type=_types, default=[1])
    receive_parser.add_argument("--await-queue", action="store_true")
    for parser in (receive_parser, look_parser):
        parser.add_argument("--within", type=float, default=0.0, metavar="SECONDS")
    return send_parser, receive_parser, look_parser


_send, _receive, _look = _parsers()
VERBS: event.Verbs = {
    "make-queue": (_parser("make-queue"), make_queue),
    "send": (_send, send),
    "receive": (_receive, receive),
    "look-queue": (_look, look),
    "check-queue": (_parser("check-queue"), check),
}
