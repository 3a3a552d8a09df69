"""Verbs about what the kernel does between processes that share a file: FIFOs, sockets, locks, notices, mappings.

Containers that share a volume share its inodes, if they share a kernel: these verbs show what that kernel does.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import hashlib
import mmap
import os
import select
import socket
import struct
import time
from typing import TYPE_CHECKING

import clib
import event
import net
import waits
from lookup import name_of

if TYPE_CHECKING:
    from argparse import Namespace

NONCE = 16  # bytes
LONGEST = 4096  # bytes of one read
PAGE = 4096  # bytes of a mapping
SLOT = 64  # bytes of a mapping's slot: a nonce, twice
BODY = 64 * 1024  # bytes of a version, many times what one read(2) takes
NOTICES = {"close-write": 0x008, "moved-to": 0x080, "create": 0x100, "delete": 0x200}  # inotify(7)
NOTICE = struct.Struct("iIII")  # watch, mask, cookie, length of the name that follows
LOCKS = {"flock": fcntl.flock, "fcntl": fcntl.lockf}
IN_TWO_STEPS = 0.001  # seconds between the halves of a version that is written in place, or without a file
OLDER = 3  # by how much an older version is older, and how often one comes

inotify_init1 = clib.function("inotify_init1", ctypes.c_int)
inotify_add_watch = clib.function("inotify_add_watch", ctypes.c_int, ctypes.c_char_p, ctypes.c_uint32)

_locked: dict[tuple[str, str], int] = {}
_mapped: dict[str, mmap.mmap] = {}
_watched: dict[str, int] = {}


def send_fifo(arguments: Namespace) -> int:
    """``send-fifo FILE [--within SECONDS]``: make a FIFO, await its reader, and send a nonce through it."""
    os.mkfifo(arguments.file)
    event.emit("fifo-made", file=arguments.file)
    nonce = os.urandom(NONCE).hex()
    for last in waits.looks(arguments.within):
        try:
            descriptor = os.open(arguments.file, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:  # ENXIO: nobody has opened it for reading
            if last:
                why = event.errno_name(error.errno)
                event.emit("fifo-not-sent", file=arguments.file, errno=why, awaited=arguments.within)
        else:
            os.write(descriptor, nonce.encode())
            os.close(descriptor)
            event.emit("fifo-sent", file=arguments.file, content=nonce)
            return 0
    return 1


def receive_fifo(arguments: Namespace) -> int:
    """``receive-fifo FILE [--within SECONDS]``: open a FIFO to read; print what comes until its writer closes it."""
    over = clib.Within(arguments.within)
    descriptor = _opened(arguments.file, arguments.within)
    text = b""
    if isinstance(descriptor, int):
        for last in waits.looks(over.left()):
            while select.select([descriptor], [], [], over.left())[0]:
                part = os.read(descriptor, LONGEST)
                if not part and text:
                    event.emit("fifo-received", file=arguments.file, content=text.decode(errors="replace"))
                    return 0
                text += part
                if not part:  # a writer came and went, and sent nothing yet
                    break
            if last:
                break
        descriptor = OSError(errno.EAGAIN, "nothing came")
    why = event.errno_name(descriptor.errno)
    event.emit("fifo-not-received", file=arguments.file, errno=why, bytes=len(text), awaited=arguments.within)
    return 1


def _opened(file: str, within: float) -> int | OSError:
    """Return a descriptor to read from, once the file exists; else the reason, once the time is over."""
    why = OSError()
    for _ in waits.looks(within):
        try:
            return os.open(file, os.O_RDONLY | os.O_NONBLOCK)
        except OSError as error:
            why = error
    return why


def answer_unix(arguments: Namespace) -> int:
    """``answer-unix FILE [--within SECONDS]``: listen on a socket of that name, and answer one question."""
    end = time.monotonic() + arguments.within
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(arguments.file)
        listening.listen()
        event.emit("serving", file=arguments.file)
        listening.settimeout(arguments.within)
        try:
            connection, _ = listening.accept()
        except socket.timeout:
            event.emit("not-asked", file=arguments.file, awaited=arguments.within)
            return 1
        with connection:
            connection.settimeout(net.left(end))
            connection.sendall(net.answer_to(net.line_from(connection), {"file": arguments.file}, "unix"))
    return 0


def ask_unix(arguments: Namespace) -> int:
    """``ask-unix FILE [--within SECONDS]``: ask at the socket of that name; print the answer, or why there is none."""
    end = time.monotonic() + arguments.within
    nonce = os.urandom(NONCE).hex()
    for last in waits.looks(arguments.within):
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
                asking.settimeout(net.left(end))
                asking.connect(arguments.file)
                asking.sendall(f"{nonce}\n".encode())
                back, _, answer = net.line_from(asking).partition(" ")
        except OSError as error:
            if last:
                why = name_of(error)
                event.emit("unanswered", file=arguments.file, sent=nonce, errno=why, awaited=arguments.within)
        else:
            event.emit("answered", file=arguments.file, sent=nonce, back=back, answer=answer)
            return 0
    return 1


def take_lock(arguments: Namespace) -> None:
    """``take-lock flock|fcntl FILE``: try to lock the file; keep the lock until it is freed.

    An event before the try and one after it enclose the try between two times. The verb that follows runs either way.
    """
    fields = {"kind": arguments.kind, "file": arguments.file}
    event.emit("taking", **fields)
    descriptor = os.open(arguments.file, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        LOCKS[arguments.kind](descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        event.emit("lock-refused", **fields, errno=event.errno_name(error.errno))
    else:
        _locked[arguments.kind, arguments.file] = descriptor
        event.emit("lock-taken", **fields)


def free_lock(arguments: Namespace) -> int:
    """``free-lock flock|fcntl FILE``: free the lock that was taken; print an event before and after."""
    fields = {"kind": arguments.kind, "file": arguments.file}
    descriptor = _locked.pop((arguments.kind, arguments.file), None)
    if descriptor is None:
        event.emit("nothing-to-free", **fields)
        return 1
    event.emit("lock-freeing", **fields)
    LOCKS[arguments.kind](descriptor, fcntl.LOCK_UN)
    os.close(descriptor)
    event.emit("lock-freed", **fields)
    return 0


def watch(arguments: Namespace) -> None:
    """``watch FOLDER``: have the kernel report what happens in that folder from now on (inotify)."""
    _watched[arguments.folder] = watching(arguments.folder)
    event.emit("watching", folder=arguments.folder)


def watching(folder: str) -> int:
    """Return a descriptor of inotify(7) that watches the folder."""
    descriptor = inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    inotify_add_watch(descriptor, folder.encode(), sum(NOTICES.values()))
    return int(descriptor)


def until_notified(arguments: Namespace) -> int:
    """``until-notified FOLDER NAME [--within SECONDS]``: print the kernel's notices until that name was moved there."""
    over = clib.Within(arguments.within)
    descriptor = _watched[arguments.folder]
    while select.select([descriptor], [], [], over.left())[0]:
        for name, changes in notices(os.read(descriptor, LONGEST)):
            event.emit("notified", folder=arguments.folder, name=name, told=changes)
            if name == arguments.name and "moved-to" in changes:
                return 0
    event.emit("not-notified", folder=arguments.folder, name=arguments.name, awaited=arguments.within)
    return 1


def notices(read: bytes) -> list[tuple[str, list[str]]]:
    """Return the notices of one read(2) of an inotify descriptor: each name, with what happened to it."""
    found, place = [], 0
    while place < len(read):
        _, mask, _, length = NOTICE.unpack_from(read, place)
        name = read[place + NOTICE.size : place + NOTICE.size + length].rstrip(b"\0").decode(errors="replace")
        found.append((name, [word for word, bit in NOTICES.items() if mask & bit]))
        place += NOTICE.size + length
    return found


def map_file(arguments: Namespace) -> None:
    """``map FILE``: map a page of the file, shared (MAP_SHARED), until it is unmapped; make a missing file."""
    descriptor = os.open(arguments.file, os.O_RDWR | os.O_CREAT, 0o666)
    os.ftruncate(descriptor, PAGE)
    _mapped[arguments.file] = mmap.mmap(descriptor, PAGE, mmap.MAP_SHARED)
    os.close(descriptor)  # the mapping stays, without read(2) and write(2)
    event.emit("mapped", file=arguments.file)


def store(arguments: Namespace) -> None:
    """``store FILE SLOT``: put a new nonce into a slot of the mapping, twice.

    Two equal halves show the reader that the nonce is whole.
    """
    nonce = os.urandom(NONCE).hex()
    _mapped[arguments.file][arguments.slot * SLOT : (arguments.slot + 1) * SLOT] = (nonce * 2).encode()
    event.emit("stored", file=arguments.file, slot=arguments.slot, content=nonce)


def load(arguments: Namespace) -> int:
    """``load FILE SLOT [--within SECONDS]``: read a slot of the mapping until its nonce is whole; print the nonce."""
    for _ in waits.looks(arguments.within):
        found = _mapped[arguments.file][arguments.slot * SLOT : (arguments.slot + 1) * SLOT]
        if any(found) and found[: SLOT // 2] == found[SLOT // 2 :]:
            content = found[: SLOT // 2].decode(errors="replace")
            event.emit("loaded", file=arguments.file, slot=arguments.slot, content=content)
            return 0
    event.emit("not-loaded", file=arguments.file, slot=arguments.slot, awaited=arguments.within)
    return 1


def unmap(arguments: Namespace) -> None:
    """``unmap FILE``: end the mapping."""
    event.emit("unmapping", file=arguments.file)
    _mapped.pop(arguments.file).close()


def replace(arguments: Namespace) -> int:
    """``replace FILE --until OTHER [--within SECONDS] [HOW…]``: write version after version until OTHER exists.

    Each version is written beside the file and renamed over it. ``--in-place`` writes into the file, in two steps;
    ``--removing`` removes the file before each version; ``--backwards`` makes every third one an older one.
    """
    end = time.monotonic() + arguments.within
    number = 0
    while True:
        last = time.monotonic() >= end
        if os.path.exists(arguments.until):
            break
        number += 1
        whole = version(number - OLDER if arguments.backwards and number % OLDER == 0 else number)
        if arguments.removing and os.path.exists(arguments.file):
            os.remove(arguments.file)
            time.sleep(IN_TWO_STEPS)
        if arguments.in_place:
            with open(arguments.file, "wb", buffering=0) as file:
                file.write(whole[: BODY // 2])
                time.sleep(IN_TWO_STEPS)
                file.write(whole[BODY // 2 :])
        else:
            with open(arguments.file + ".partial", "wb") as file:
                file.write(whole)
            os.rename(arguments.file + ".partial", arguments.file)
        if number == 1:
            event.emit("replacing", file=arguments.file, bytes=len(whole), in_place=arguments.in_place)
        if last:
            event.emit("not-stopped", file=arguments.file, versions=number, awaited=arguments.within)
            return 1
    event.emit("replaced", file=arguments.file, versions=number)
    return 0


def version(number: int) -> bytes:
    """Return a version of a file: its number, a long body of its own, and a digest of both."""
    text = f"{number} ".encode().ljust(BODY, os.urandom(1).hex().encode()[:1])
    return text + hashlib.sha256(text).hexdigest().encode()


def number_of(found: bytes) -> int | None:
    """Return the number of a whole version; None for one that is not whole."""
    text, digest = found[:BODY], found[BODY:]
    if hashlib.sha256(text).hexdigest().encode() != digest:
        return None
    return int(text.partition(b" ")[0])


def read_versions(arguments: Namespace) -> int:
    """``read-versions FILE COUNT [--within SECONDS]``: read the file over and over until that many versions were seen.

    The event counts the ``reads``, the whole ``versions``, the reads that found no file (``missing``, after the first
    read) or no whole version (``torn``), and the older versions after newer ones (``backwards``).
    """
    end = time.monotonic() + arguments.within
    counts = {"reads": 0, "versions": 0, "missing": 0, "torn": 0, "backwards": 0}
    last = 0
    while counts["versions"] < arguments.count and time.monotonic() < end:
        try:
            number = number_of(contents(arguments.file))
        except FileNotFoundError:
            counts["missing"] += bool(counts["reads"])
            time.sleep(0 if counts["reads"] else waits.INTERVAL)
            continue
        counts["reads"] += 1
        if number is None:
            counts["torn"] += 1
            continue
        counts["versions"] += number > last
        counts["backwards"] += number < last
        last = number
    if counts["versions"] < arguments.count:
        event.emit("versions-not-read", file=arguments.file, **counts, awaited=arguments.within)
        return 1
    event.emit("versions-read", file=arguments.file, **counts)
    return 0


def contents(file: str) -> bytes:
    """Return the content of a file, by many reads, as most programs read it."""
    with open(file, "rb", buffering=0) as opened:
        return b"".join(iter(lambda: opened.read(LONGEST), b""))


KIND = event.argument("kind", choices=sorted(LOCKS))
PLACE, COUNT = (event.argument(name, type=int) for name in ("slot", "count"))
UNTIL = event.argument("--until", required=True)
HOW = tuple(event.flag(name) for name in ("--in-place", "--removing", "--backwards"))
VERBS: event.Verbs = {
    "send-fifo": (event.parser("send-fifo", "file", within=True), send_fifo),
    "receive-fifo": (event.parser("receive-fifo", "file", within=True), receive_fifo),
    "answer-unix": (event.parser("answer-unix", "file", within=True), answer_unix),
    "ask-unix": (event.parser("ask-unix", "file", within=True), ask_unix),
    "take-lock": (event.parser("take-lock", KIND, "file"), take_lock),
    "free-lock": (event.parser("free-lock", KIND, "file"), free_lock),
    "watch": (event.parser("watch", "folder"), watch),
    "until-notified": (event.parser("until-notified", "folder", "name", within=True), until_notified),
    "map": (event.parser("map", "file"), map_file),
    "store": (event.parser("store", "file", PLACE), store),
    "load": (event.parser("load", "file", PLACE, within=True), load),
    "unmap": (event.parser("unmap", "file"), unmap),
    "replace": (event.parser("replace", "file", UNTIL, *HOW, within=True), replace),
    "read-versions": (event.parser("read-versions", "file", COUNT, within=True), read_versions),
}
