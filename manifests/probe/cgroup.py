"""Verbs about a container's own control group: what it limits, and memory beyond that."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Optional

import event
import waits

if TYPE_CHECKING:
    from argparse import Namespace

ROOT = "/sys/fs/cgroup"
UNLIMITED = 1 << 62  # version 1 has no word for it: a limit near 2**63, rounded down to whole pages
INTERVAL = 0.1  # seconds between two looks at limits
MEBIBYTE = 1 << 20

_kept: list[bytes] = []


def limits(_arguments: Namespace) -> None:
    """``limits``: print the limits of this container's control group.

    ``memory`` is in bytes, ``cpu`` in CPUs; each is null where there is no limit.
    """
    name, found = _limits()
    event.emit(name, **found)


def follow_limits(_arguments: Namespace) -> None:
    """``follow-limits``: print them, and each new one, until TERM."""
    known = _limits()
    event.emit(known[0], **known[1])
    while not waits.caught(signal.SIGTERM, INTERVAL):
        now = _limits()
        if now != known:
            known = now
            event.emit(f"{now[0]}-changed", **now[1])
    event.emit("terminated", signal="SIGTERM")


def allocate(arguments: Namespace) -> None:
    """``allocate MEBIBYTES [--once FILE] [--below]``: write to so much memory, and keep it for life.

    With ``--once`` it does so in the first run alone, which leaves that file. With ``--below`` a process below this one
    does so and ends, and how it ended is printed.
    """
    if arguments.once and os.path.exists(arguments.once):
        event.emit("allocated-before", file=arguments.once)
        return
    if arguments.once:
        with open(arguments.once, "x", encoding="ascii"):
            pass
    event.emit("allocating", mebibytes=arguments.mebibytes)
    below = os.fork() if arguments.below else 0
    if below:
        _, status = os.waitpid(below, 0)
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        event.emit("ended-below", signal=number, code=None if number else os.WEXITSTATUS(status))
        return
    _kept.extend(b"x" * MEBIBYTE for _ in range(arguments.mebibytes))
    if arguments.below:
        os._exit(0)
    event.emit("allocated", mebibytes=arguments.mebibytes)


def _limits() -> tuple[str, dict[str, object]]:
    """Return an event's name and fields: ``limits``, or ``no-limits`` where the files are not to be read."""
    unified = os.path.exists(f"{ROOT}/cgroup.controllers")
    try:
        found = _unified() if unified else _legacy()
    except OSError as error:
        return "no-limits", {"path": error.filename, "errno": event.errno_name(error.errno)}
    return "limits", {"version": 2 if unified else 1, **found}


def _unified() -> dict[str, object]:
    """Return the limits of a control group of version 2."""
    quota, period = _text("cpu.max").split()
    of_group = _text("memory.oom.group") == "1"  # whether all its processes are killed for want of memory, or one
    return {"memory": _number(_text("memory.max")), "cpu": _cpus(_number(quota), int(period)), "oom_group": of_group}


def _legacy() -> dict[str, object]:
    """Return the limits of the control groups of version 1: each controller has a hierarchy of its own."""
    memory = int(_text("memory/memory.limit_in_bytes"))
    quota, period = int(_text("cpu/cpu.cfs_quota_us")), int(_text("cpu/cpu.cfs_period_us"))
    return {"memory": memory if memory < UNLIMITED else None, "cpu": _cpus(quota if quota >= 0 else None, period)}


def _cpus(quota: Optional[int], period: int) -> Optional[float]:
    return None if quota is None else round(quota / period, 6)


def _number(text: str) -> Optional[int]:
    return None if text == "max" else int(text)


def _text(name: str) -> str:
    with open(os.path.join(ROOT, name), encoding="ascii") as file:
        return file.read().strip()


MEBIBYTES = event.argument("mebibytes", type=int)
ONCE = event.argument("--once", metavar="FILE")
VERBS: event.Verbs = {
    "allocate": (event.parser("allocate", MEBIBYTES, ONCE, event.flag("--below")), allocate),
    "follow-limits": (event.parser("follow-limits"), follow_limits),
    "limits": (event.parser("limits"), limits),
}
