"""Events: one JSON line each on stdout, numbered, with the node's monotonic clock."""

import argparse
import errno
import itertools
import json
import os
import signal
import sys
import threading
import time

_numbers = itertools.count()
_one_line_at_a_time = threading.Lock()


def emit(name, **fields):
    """Print one event."""
    with _one_line_at_a_time:
        line = {"event": name, "seq": next(_numbers), "clock": time.monotonic_ns(), **fields}
        os.write(1, (json.dumps(line) + "\n").encode())


def start():
    """Print the first event: who this process is, and when the kernel says that it began.

    TERM is blocked from here on, so that one that comes early waits for the verb that expects it; as PID 1 of a
    container a process without a handler would lose it.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    emit("started", pid=os.getpid(), uid=os.getuid(), gid=os.getgid(), process_start=process_start())


def end(code):
    """Print the last event and end the process with that exit code, running no further Python."""
    emit("exit", code=code)
    sys.stdout.flush()
    os._exit(code)


def process_start():
    """When this process began, ns on the monotonic clock, as the kernel tells; None where it does not.

    The kernel counts in ticks (10 ms) from boot and rounds down: a start is never told later than it was. Ticks are
    counted on CLOCK_BOOTTIME, which goes on while the machine is suspended: the difference of the two clocks is taken off.
    """
    try:
        with open("/proc/self/stat", encoding="ascii") as stat:
            ticks = int(stat.read().rpartition(")")[2].split()[19])
        suspended = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - time.monotonic_ns()
        began = ticks * 1_000_000_000 // os.sysconf("SC_CLK_TCK") - suspended
    except (OSError, ValueError, IndexError, AttributeError):
        return None
    return began if ticks > 0 and began <= time.monotonic_ns() else None


def errno_name(number):
    """``ENOENT`` for 2; the number itself where it has no name."""
    return errno.errorcode.get(number, str(number))


class Parser(argparse.ArgumentParser):
    """Arguments of one verb; a wrong one is an event, not a usage text on stderr."""

    def error(self, message):
        """Print the event and end the program with code 2."""
        emit("bad-arguments", message=message)
        end(2)
