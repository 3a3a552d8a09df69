"""Verbs about IPC objects of any kind: make, look for, read and remove them.

Each verb takes kinds (``sysv-queue,posix-shm``, or ``all``) and one name, and prints an event for each kind: a failure
of one kind stops none of the others. An object holds a nonce, and reading leaves it there.
"""

from __future__ import annotations

import errno
import os
import random
from typing import TYPE_CHECKING, Callable, NamedTuple, Optional

import event
import mqueue
import segments
import semaphores
import sysv
import waits

if TYPE_CHECKING:
    from argparse import Namespace

NONCE = 16  # bytes, printed as twice as many characters
MOST = 32767  # of a semaphore's value: the kernel's limit for System V, include/uapi/linux/sem.h SEMVMX
SHM = "/dev/shm"  # noqa: S108 # the folder itself is the subject


class Kind(NamedTuple):
    """The operations on a kind of object by its name; each raises an OSError where it fails."""

    make: Callable[[str], str]
    look: Callable[[str], object]
    find: Callable[[str], str]
    remove: Callable[[str], object]


_made: set[tuple[str, str]] = set()


def make(arguments: Namespace) -> None:
    """``make-objects KINDS NAME``: make them; they must not exist yet."""
    for kind in arguments.kinds:
        make_one(kind, arguments.name)


def keep(arguments: Namespace) -> None:
    """``keep-objects KINDS NAME [--within SECONDS]``: print what they hold; make those that are missing."""
    for kind in arguments.kinds:
        for last in waits.looks(arguments.within):
            error = found(kind, arguments.name)
            if isinstance(error, FileNotFoundError):
                make_one(kind, arguments.name)
            elif error and last:
                event.emit("object-lost", kind=kind, key=arguments.name, errno=event.errno_name(error.errno))
            if error is None or isinstance(error, FileNotFoundError):
                break


def look(arguments: Namespace) -> None:
    """``look-objects KINDS NAME [--within SECONDS]``: look until they exist, or the time is over; print which do."""
    left = list(arguments.kinds)
    for looks, last in enumerate(waits.looks(arguments.within), 1):
        for kind in tuple(left):
            try:
                KINDS[kind].look(arguments.name)
            except OSError as error:
                if last or not isinstance(error, FileNotFoundError):
                    left.remove(kind)
                    said = {"errno": event.errno_name(error.errno), "looks": looks, "awaited": arguments.within}
                    event.emit("object-absent", kind=kind, key=arguments.name, **said)
            else:
                left.remove(kind)
                event.emit("object-seen", kind=kind, key=arguments.name, looks=looks)
        if not left:
            break


def find(arguments: Namespace) -> None:
    """``find-objects KINDS NAME,… [--within SECONDS]``: print what they hold, or why they are not found in that time.

    A look that comes while another container has a queue's message in its hands finds none: within that time it looks
    again.
    """
    left = [(kind, name) for name in arguments.name.split(",") for kind in arguments.kinds]
    for last in waits.looks(arguments.within):
        for kind, name in tuple(left):
            error = found(kind, name)
            if error and last:
                number = event.errno_name(error.errno)
                event.emit("object-lost", kind=kind, key=name, errno=number, awaited=arguments.within)
            if last or not error:
                left.remove((kind, name))
        if not left:
            break


def found(kind: str, name: str) -> Optional[OSError]:
    """Print what an object holds, or return why it cannot be found."""
    try:
        content = KINDS[kind].find(name)
    except OSError as error:
        return error
    event.emit("object-holds", kind=kind, key=name, content=content)
    return None


def remove(arguments: Namespace) -> None:
    """``remove-objects KINDS NAME``: remove those that this process made, and no other's."""
    for kind in arguments.kinds:
        if (kind, arguments.name) in _made:
            try:
                KINDS[kind].remove(arguments.name)
            except OSError as error:
                number = event.errno_name(error.errno)
                event.emit("object-not-removed", kind=kind, key=arguments.name, errno=number)
            else:
                event.emit("object-removed", kind=kind, key=arguments.name)


def make_one(kind: str, name: str) -> None:
    """Make one, for every user, and print what it holds, or why it cannot be made."""
    mask = os.umask(0)
    try:
        content = KINDS[kind].make(name)
    except OSError as error:
        event.emit("object-not-made", kind=kind, key=name, errno=event.errno_name(error.errno))
    else:
        _made.add((kind, name))
        event.emit("object-made", kind=kind, key=name, content=content)
    finally:
        os.umask(mask)


def nonce() -> str:
    """Return a new content for an object."""
    return os.urandom(NONCE).hex()


def make_sysv_queue(name: str) -> str:
    """Make a System V queue with one message in it; return the message."""
    content = nonce()
    sysv.put(sysv.opened(name, sysv.IPC_CREAT | sysv.IPC_EXCL | sysv.MODE), content.encode())
    return content


def find_sysv_queue(name: str) -> str:
    """Return the message of a System V queue: receive it, and send it again."""
    queue = sysv.opened(name)
    text, _ = sysv.got(queue)
    sysv.put(queue, text)
    return text.decode(errors="replace")


def make_posix_queue(name: str) -> str:
    """Make a POSIX queue with one message in it; return the message."""
    content = nonce()
    mqueue.mq_send(mqueue.opened(name, create=len(content)), content.encode(), len(content), 1)
    return content


def find_posix_queue(name: str) -> str:
    """Return the message of a POSIX queue: receive it, and send it again."""
    queue = mqueue.opened(name)
    text, priority = mqueue.received(queue, mqueue.attributes(queue).size)
    mqueue.mq_send(queue, text, len(text), priority)
    return text.decode(errors="replace")


def _semaphore(kind: str) -> Kind:
    """Return the operations on semaphores; the nonce is the semaphore's number, for it holds nothing else."""

    def make_it(name: str) -> str:
        value = random.randint(1, MOST)  # noqa: S311 # a nonce, no secret
        semaphores.opened(kind, name, create=value)
        return str(value)

    def find_it(name: str) -> str:
        value = semaphores.value_of(kind, semaphores.opened(kind, name))
        if not value:  # made, and not set yet
            raise OSError(errno.ENODATA, os.strerror(errno.ENODATA))
        return str(value)

    return Kind(
        make_it,
        lambda name: semaphores.opened(kind, name),
        find_it,
        lambda name: semaphores.remove(kind, name),
    )


def _segment(kind: str) -> Kind:
    return Kind(
        lambda name: segments.put(segments.attached(kind, name, create=True), "left"),
        lambda name: segments.attached(kind, name),
        lambda name: segments.got(segments.attached(kind, name), "left"),
        lambda name: segments.remove(kind, name),
    )


def make_file(name: str) -> str:
    """Make a file of that content; return the content."""
    content = nonce()
    with open(file_of(name), "x", encoding="ascii") as file:
        file.write(content)
    return content


def find_file(name: str) -> str:
    """Return a file's content."""
    with open(file_of(name), encoding="utf-8", errors="replace") as file:
        return file.read(4096)


def file_of(name: str) -> str:
    """Return a file's path; the suffix keeps it apart from the C library's other objects in that folder."""
    return f"{SHM}/{name}.file"


KINDS = {
    "sysv-queue": Kind(make_sysv_queue, sysv.opened, find_sysv_queue, sysv.remove_queue),
    "sysv-semaphore": _semaphore("sysv-semaphore"),
    "sysv-shm": _segment("sysv-shm"),
    "posix-shm": _segment("posix-shm"),
    "posix-semaphore": _semaphore("posix-semaphore"),
    "posix-queue": Kind(
        make_posix_queue,
        lambda name: os.close(mqueue.opened(name)),
        find_posix_queue,
        lambda name: mqueue.mq_unlink(mqueue.path_of(name)),
    ),
    "dev-shm": Kind(make_file, lambda name: os.stat(file_of(name)), find_file, lambda name: os.remove(file_of(name))),
}


def _kinds(text: str) -> list[str]:
    kinds = list(KINDS) if text == "all" else text.split(",")
    if unknown := set(kinds) - set(KINDS):
        raise ValueError(f"no kinds of objects: {', '.join(sorted(unknown))}")
    return kinds


WHICH = (event.argument("kinds", type=_kinds), "name")
VERBS: event.Verbs = {
    "make-objects": (event.parser("make-objects", *WHICH), make),
    "keep-objects": (event.parser("keep-objects", *WHICH, within=True), keep),
    "look-objects": (event.parser("look-objects", *WHICH, within=True), look),
    "find-objects": (event.parser("find-objects", *WHICH, within=True), find),
    "remove-objects": (event.parser("remove-objects", *WHICH), remove),
}
