"""Events: one JSON line each on stdout, numbered, with the node's monotonic clock."""

from __future__ import annotations

import argparse
import errno
import itertools
import json
import os
import random
import signal
import sys
import threading
import time
from typing import Any, Callable, NoReturn, Union

READINGS = 5  # of two clocks, to learn how far they are apart

JITTER = "PODPROOF_JITTER"  # the variable that a run sets in every container of the probe

_numbers = itertools.count()
_one_line_at_a_time = threading.RLock()
_chances: list[random.Random] = []
_last_acts: list[Callable[[], None]] = []


def emit(name: str, /, **fields: object) -> None:
    """Print one event."""
    jitter(0.1)
    with _one_line_at_a_time:
        line = {"event": name, "seq": next(_numbers), "clock": time.monotonic_ns(), **fields}
        os.write(1, (json.dumps(line) + "\n").encode())


def jitter(probability: float) -> None:
    """Wait for a random time with that probability, where the run asks for it (``--jitter``): as a busy node would.

    The variable is ``SEED:LONGEST:RUN``. A seed gives a process with these arguments the same times again.
    """
    value = os.environ.get(JITTER)
    if value:
        seed, longest, _ = value.split(":")
        if not _chances:
            _chances.append(random.Random(f"{seed} {sys.argv}"))  # noqa: S311 # a delay, no secret
        if _chances[0].random() < probability:
            time.sleep(_chances[0].uniform(0, float(longest)))


def start() -> None:
    """Print the first event: who this process is, and when it began by the kernel's word.

    TERM is blocked from here on, so that an early one waits for the verb that expects it: PID 1 of a container loses a
    signal for which it has no handler.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    who = {"pid": os.getpid(), "uid": os.getuid(), "gid": os.getgid()}
    emit("started", **who, process_start=process_start(), wall_ahead=wall_ahead())


def at_end(act: Callable[[], None]) -> None:
    """Register a function to be called before the last event, whichever verb or thread ends the process."""
    _last_acts.append(act)


def end(code: int) -> NoReturn:
    """Print the last event and end the process with that exit code; no other Python runs, in no thread."""
    with _one_line_at_a_time:
        for act in _last_acts:
            act()
        emit("exit", code=code, wall_ahead=wall_ahead())
        sys.stdout.flush()
        os._exit(code)


def process_start() -> int | None:
    """Return when this process began by the kernel's word, ns on the monotonic clock; None where it has none.

    The kernel counts in ticks (10 ms) from boot and rounds down: the result is never later than the start. Ticks are
    counted on CLOCK_BOOTTIME, which goes on while the machine is suspended: the difference of the clocks is taken off.
    """
    try:
        with open("/proc/self/stat", encoding="ascii") as stat:
            ticks = int(stat.read().rpartition(")")[2].split()[19])
        began = ticks * 1_000_000_000 // os.sysconf("SC_CLK_TCK") - suspended()
    except (OSError, ValueError, IndexError, AttributeError):
        return None
    return began if ticks > 0 and began <= time.monotonic_ns() else None


def suspended() -> int:
    """Return by how much CLOCK_BOOTTIME is ahead of the monotonic clock, ns; never less than it is.

    Time passes between two readings, much of it on a busy machine. The monotonic clock is read first, so the error
    makes a start too early, never too late. The smallest of several differences is the nearest.
    """
    return min(-time.monotonic_ns() + time.clock_gettime_ns(time.CLOCK_BOOTTIME) for _ in range(READINGS))


def wall_ahead() -> int:
    """Return by how much the wall clock is ahead of the monotonic one, ns: it changes where the wall clock is set.

    Of several readings, each between two of the monotonic clock, the one with the least time between these is taken.
    """
    readings = [(time.monotonic_ns(), time.time_ns(), time.monotonic_ns()) for _ in range(READINGS)]
    before, wall, after = min(readings, key=lambda each: each[2] - each[0])
    return wall - (before + after) // 2


def errno_name(number: int | None) -> str:
    """Return the errno's name, ``ENOENT`` for 2; the number itself where it has no name."""
    return errno.errorcode.get(number or 0, str(number))


class Parser(argparse.ArgumentParser):
    """The arguments of one verb; a wrong one is an event, not a usage text on stderr."""

    def error(self, message: str) -> NoReturn:
        """Print the event and end the program with code 2."""
        emit("bad-arguments", message=message)
        end(2)


Argument = tuple[str, dict[str, Any]]  # its name, and argparse's options for it


def argument(name: str, **how: Any) -> Argument:
    """Return an argument that is more than a text, in argparse's words: its type, its choices, its default."""
    return name, how


def number(name: str, default: float) -> Argument:
    """Return an option that is a number, of its default's type."""
    return argument(name, type=type(default), default=default, metavar="N")


def flag(name: str) -> Argument:
    """Return an option without a value."""
    return argument(name, action="store_true")


PORT = argument("port", type=int)


def parser(verb: str, *arguments: str | Argument, within: bool = False) -> Parser:
    """Return a verb's parser; ``within`` adds ``--within SECONDS``, the longest wait, by default 0."""
    # By a width of its own it does not ask for the terminal's: that loads the standard library's compression programs.
    made = Parser(prog=verb, formatter_class=lambda prog: argparse.HelpFormatter(prog, width=80))
    for each in arguments:
        name, how = argument(each) if isinstance(each, str) else each
        made.add_argument(name, **how)
    if within:
        made.add_argument("--within", type=float, default=0.0, metavar="SECONDS")
    return made


# A verb's name, its arguments, and its function, which returns an exit code, or None for 0.
Verbs = dict[str, tuple[Parser, Union[Callable[[argparse.Namespace], int], Callable[[argparse.Namespace], None]]]]
