"""Verbs about POSIX message queues: mq_open(3), mq_send(3), mq_receive(3).

A message's content is printed as its length and SHA-256, as that of a System V message is.
"""

from __future__ import annotations

import ctypes
import errno
import os
from typing import TYPE_CHECKING

import clib
import event
import sysv
import waits

if TYPE_CHECKING:
    from argparse import Namespace

MOST = 10  # messages in a queue: the kernel's default of fs.mqueue.msg_max


class Attributes(ctypes.Structure):
    """``struct mq_attr``."""

    _fields_ = (
        ("flags", ctypes.c_long),
        ("most", ctypes.c_long),
        ("size", ctypes.c_long),
        ("messages", ctypes.c_long),
        ("reserved", ctypes.c_long * 4),
    )


mq_open = clib.function("mq_open", ctypes.c_char_p, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(Attributes))
mq_send = clib.function("mq_send", ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint)
mq_receive = clib.function(
    "mq_receive",
    ctypes.c_int,
    ctypes.c_char_p,
    ctypes.c_size_t,
    ctypes.POINTER(ctypes.c_uint),
    result=ctypes.c_ssize_t,
)
mq_getattr = clib.function("mq_getattr", ctypes.c_int, ctypes.POINTER(Attributes))
mq_unlink = clib.function("mq_unlink", ctypes.c_char_p)


def send(arguments: Namespace) -> int:
    """``send-posix NAME [--priorities 1,2,…] [--bytes N]``: make the queue, send one message of each priority in turn.

    A queue holds ten messages; sending to a full one fails with EAGAIN at once.
    """
    queue = open_queue(arguments.name, create=arguments.bytes)
    if queue is None:
        return 1
    for priority in arguments.priorities:
        text = os.urandom(arguments.bytes)
        try:
            mq_send(queue, text, len(text), priority)
        except OSError as error:
            event.emit("not-sent", priority=priority, **sysv.size_of(text), errno=event.errno_name(error.errno))
            return 1
        event.emit("sent", priority=priority, **sysv.size_of(text))
    return 0


def receive(arguments: Namespace) -> int:
    """``receive-posix NAME [--priorities 3,2,…] [--within SECONDS]``: receive one message per priority, highest first.

    It awaits the queue, and then all of the messages, within that time: the order of receipt shows priorities only
    where all of the messages lie in the queue.
    """
    over = clib.Within(arguments.within)
    queue = open_queue(arguments.name, within=arguments.within)
    if queue is None:
        return 1
    for _ in waits.looks(over.left()):
        there = attributes(queue)
        if there.messages >= len(arguments.priorities):
            break
    for asked in arguments.priorities:
        try:
            text, priority = received(queue, there.size)
        except OSError as error:
            number = event.errno_name(error.errno)
            event.emit("not-received", priority=asked, errno=number, awaited=arguments.within)
            return 1
        event.emit("received", asked=asked, priority=priority, **sysv.size_of(text))
    return 0


def open_queue(name: str, *, create: int | None = None, within: float = 0.0) -> int | None:
    """Return the descriptor of mq_open(3), or None once it failed; both are events."""
    for looks, last in enumerate(waits.looks(within), 1):
        try:
            queue = opened(name, create=create)
        except OSError as error:
            if error.errno != errno.ENOENT or last:
                number = event.errno_name(error.errno)
                event.emit("no-queue", key=name, errno=number, looks=looks, awaited=within)
                return None
        else:
            event.emit("queue-opened", key=name, create=create is not None, looks=looks)
            return queue
    return None


def opened(name: str, *, create: int | None = None) -> int:
    """Return a queue's descriptor; a created queue must not exist yet, and takes messages of ``size`` bytes."""
    flags = os.O_RDWR | os.O_NONBLOCK
    if create is None:
        return int(mq_open(path_of(name), flags, 0, None))
    wanted = Attributes(0, MOST, max(create, 1), 0)
    return int(mq_open(path_of(name), flags | os.O_CREAT | os.O_EXCL, sysv.MODE, ctypes.byref(wanted)))


def received(queue: int, size: int) -> tuple[bytes, int]:
    """Return the oldest message of the highest priority, and that priority; raise EAGAIN where there is none."""
    text, priority = ctypes.create_string_buffer(size), ctypes.c_uint()
    length = mq_receive(queue, text, size, ctypes.byref(priority))
    return text.raw[:length], priority.value


def attributes(queue: int) -> Attributes:
    """Return how much the queue holds, and may hold."""
    found = Attributes()
    mq_getattr(queue, ctypes.byref(found))
    return found


def path_of(name: str) -> bytes:
    """Return the queue's name, that of a file under /dev/mqueue."""
    return f"/{name}".encode()


PRIORITIES = event.argument("--priorities", type=sysv.numbers, default=[1])
VERBS: event.Verbs = {
    "send-posix": (event.parser("send-posix", "name", PRIORITIES, event.number("--bytes", 64)), send),
    "receive-posix": (event.parser("receive-posix", "name", PRIORITIES, within=True), receive),
}
