"""Output of the commands that read reports: usage errors, refusals, lines on standard output."""

from __future__ import annotations

import argparse
import io
import os
import sys
from typing import TYPE_CHECKING, NoReturn, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable

USAGE = 4
"""The exit code where what was given cannot be done; 1 is a verdict's, and argparse's own 2 is pytest's."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line on standard error, with the exit code USAGE."""

    def error(self, message: str) -> NoReturn:
        """Print the error and exit."""
        sys.exit(fail(f"{self.prog}: {message}; --help tells what can be given"))


def fail(message: str, code: int = USAGE) -> int:
    """Print the message in one line on standard error; return the exit code."""
    _write(sys.stderr, f"podproof: {' '.join(message.split())}\n")
    return code


def show(lines: Iterable[str]) -> int:
    """Print lines on standard output; return 0, or USAGE where they cannot be written.

    A character that its encoding lacks is printed as ``?``. A reader that closed the pipe (``| head``) is no error: the
    command's verdict stays its exit code.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    if error := _write(sys.stdout, "".join(f"{line}\n" for line in lines)):
        return fail(f"cannot write to standard output ({error.strerror or error})")
    return 0


def _write(stream: TextIO | None, text: str) -> OSError | None:
    """Write and flush the text; return the error, if any. A stream closed before Python began is None."""
    if stream is None:
        return None
    try:
        print(text, end="", file=stream, flush=True)
    except OSError as error:
        # Python flushes it again as it ends, and would exit with 120.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return None if isinstance(error, BrokenPipeError) else error
    return None
