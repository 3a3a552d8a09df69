"""Verbs about processes: mark one, list all, signal one, look into another's root, leave an orphan.

A process gives itself a mark: a name in /proc/PID/comm, which every user may read. The mark is new for every run, so it
identifies the process.
"""

from __future__ import annotations

import ctypes
import os
import signal
from typing import TYPE_CHECKING, Optional

import clib
import event
import waits

if TYPE_CHECKING:
    from argparse import Namespace

PR_SET_NAME = 15  # prctl(2): at most 15 bytes
MARK = "podproof"

prctl = clib.function("prctl", ctypes.c_int, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong)


def mark(arguments: Namespace) -> None:
    """``mark [FILE]``: give this process a new mark, print it, and write it to a file, which appears whole.

    USR1 is blocked from here on, so that an early one waits for the verb that expects it.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    name = MARK + os.urandom(3).hex()
    prctl(PR_SET_NAME, name.encode(), 0, 0, 0)
    event.emit("marked", mark=name, pid=os.getpid())
    if arguments.file:
        with open(arguments.file + ".partial", "w", encoding="ascii") as file:
            file.write(name)
        os.rename(arguments.file + ".partial", arguments.file)


def list_processes(_arguments: Namespace) -> None:
    """``list-processes``: print how many processes /proc shows, this one's id, and the marked ones by their mark.

    ``ancestors`` are this one's parent, its parent, and so on, as far as /proc shows them.
    """
    found = processes()
    marks = {name: pid for pid, name in found.items() if name.startswith(MARK)}
    event.emit(
        "listed-processes", own=os.getpid(), count=len(found), first=found.get(1), ancestors=ancestors(), marks=marks
    )


def ancestors() -> list[int]:
    """Return the ids of this process's parent, its parent, and so on, to the one whose parent /proc does not show."""
    found: list[int] = []
    pid = os.getppid()
    while pid and pid not in found:
        found.append(pid)
        text, _ = content(f"/proc/{pid}/stat")
        pid = int(text.rpartition(")")[2].split()[1]) if text else 0
    return found


def signal_process(arguments: Namespace) -> None:
    """``signal FILE [--within SECONDS]``: send USR1 to the process whose mark is in the file; print the outcome.

    Judges weigh what was printed: the verb that follows runs either way.
    """
    name, pid = look_for(arguments.file, arguments.within)
    if pid is None:
        event.emit("no-process", mark=name, awaited=arguments.within)
        return
    try:
        os.kill(pid, signal.SIGUSR1)
    except OSError as error:
        event.emit("not-signalled", mark=name, pid=pid, errno=event.errno_name(error.errno))
    else:
        event.emit("signalled", mark=name, pid=pid, signal="SIGUSR1", by=os.getpid())


def expect_signal(arguments: Namespace) -> None:
    """``expect-signal [--within SECONDS]``: wait for USR1; print its sender, or that none came in that time."""
    got = waits.caught(signal.SIGUSR1, arguments.within)
    if got is None:
        event.emit("no-signal", signal="SIGUSR1", awaited=arguments.within)
    else:
        event.emit("got-signal", signal="SIGUSR1", sender=got.si_pid, uid=got.si_uid)


def read_root(arguments: Namespace) -> None:
    """``read-root MARKFILE FILE [--within SECONDS]``: read a file in the root of the process with the mark in MARKFILE.

    The event also has the content of the same path in this container's own root, or the errno.
    """
    name, pid = look_for(arguments.markfile, arguments.within)
    if pid is None:
        event.emit("no-process", mark=name, awaited=arguments.within)
        return
    theirs, errno = content(f"/proc/{pid}/root{arguments.file}")
    here, here_errno = content(arguments.file)
    fields = {"mark": name, "pid": pid, "file": arguments.file, "here": here, "here_errno": here_errno}
    if theirs is None:
        event.emit("root-not-read", **fields, errno=errno)
    else:
        event.emit("root-read", **fields, content=theirs)


def orphan(arguments: Namespace) -> int:
    """``orphan [--within SECONDS]``: leave an orphan that ends at once; print whether it is reaped.

    A child forks the orphan and ends. The orphan waits until it has another parent, writes that to a pipe, and ends. It
    is reaped once its id is gone from /proc; until then it is a zombie there.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        parent = os.getpid()
        if os.fork() == 0:
            tell_parent(writing, parent, arguments.within)
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with open(reading, encoding="ascii") as pipe:
        words = pipe.read().split()
    if not words:
        event.emit("no-orphan", awaited=arguments.within)
        return 1
    pid, parent = (int(word) for word in words)
    event.emit("orphaned", pid=pid, parent=parent, own=os.getpid())
    for _ in waits.looks(arguments.within):
        if (state := state_of(pid)) is None:
            break
    if state is None:
        event.emit("reaped", pid=pid)
    else:
        event.emit("not-reaped", pid=pid, state=state, awaited=arguments.within)
    return 0


def tell_parent(writing: int, before: int, within: float) -> None:
    """Wait, in the orphan, for its parent's end; write its own id and its new parent's to the pipe, and end."""
    for _ in waits.looks(within):
        if os.getppid() != before:
            break
    if os.getppid() != before:
        os.write(writing, f"{os.getpid()} {os.getppid()}".encode())
    os._exit(0)


def look_for(file: str, within: float) -> tuple[Optional[str], Optional[int]]:
    """Return the mark in a file, and the id of its process; look for both until the time is over."""
    for _ in waits.looks(within):
        name, _ = content(file)
        pid = next((pid for pid, other in processes().items() if other == name), None) if name else None
        if pid is not None:
            break
    return name, pid


def processes() -> dict[int, str]:
    """Return the names of all processes in /proc by their ids; a process that ends meanwhile may be missing."""
    ids = [int(name) for name in os.listdir("/proc") if name.isdecimal()]
    names = ((pid, content(f"/proc/{pid}/comm")[0]) for pid in ids)
    return {pid: name for pid, name in names if name is not None}


def content(file: str) -> tuple[Optional[str], Optional[str]]:
    """Return a file's content without the end of its last line, else None and the errno's name."""
    try:
        with open(file, encoding="utf-8", errors="replace") as opened:
            return opened.read(4096).rstrip("\n"), None
    except OSError as error:
        return None, event.errno_name(error.errno)


def state_of(pid: int) -> Optional[str]:
    """Return the letter of a process's state in /proc (``Z`` for a zombie); None where there is no such process."""
    text, _ = content(f"/proc/{pid}/stat")
    return text.rpartition(")")[2].split()[0] if text else None


VERBS: event.Verbs = {
    "mark": (event.parser("mark", event.argument("file", nargs="?")), mark),
    "list-processes": (event.parser("list-processes"), list_processes),
    "signal": (event.parser("signal", "file", within=True), signal_process),
    "expect-signal": (event.parser("expect-signal", within=True), expect_signal),
    "read-root": (event.parser("read-root", "markfile", "file", within=True), read_root),
    "orphan": (event.parser("orphan", within=True), orphan),
}
