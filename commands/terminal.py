"""What every command that reads reports says in the same way: its usage errors, its refusals, what it prints."""

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
    """A parser of arguments that says what is wrong with them in one line, and exits as all refusals do."""

    def error(self, message: str) -> NoReturn:
        """Refuse what was given."""
        sys.exit(said(f"{self.prog}: {message}; --help tells what can be given"))


def said(message: str, code: int = USAGE) -> int:
    """Say it in one line on standard error; answers the exit code."""
    _write(sys.stderr, f"podproof: {' '.join(message.split())}\n")
    return code


def show(lines: Iterable[str]) -> int:
    """Print lines on standard output; answers 0, or the exit code of what kept them from being written.

    A character that its encoding lacks is printed as ``?``. A reader that has gone (``| head``) wants no more: what the
    command found stays its exit code.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    if error := _write(sys.stdout, "".join(f"{line}\n" for line in lines)):
        return said(f"cannot write to standard output ({error.strerror or error})")
    return 0


def _write(stream: TextIO | None, text: str) -> OSError | None:
    """Write it at once; answers what went wrong. A stream that was closed before Python began is None."""
    if stream is None:
        return None
    try:
        print(text, end="", file=stream, flush=True)
    except OSError as error:
        # Python flushes it again as it ends, and would exit with 120.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return None if isinstance(error, BrokenPipeError) else error
    return None
