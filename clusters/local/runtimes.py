"""Further runtimes of a local cluster, which the user has: their names and their programs."""

import argparse
import os
import re
from collections.abc import Sequence
from pathlib import Path

import faults

HELP = "install a further OCI runtime, which a RuntimeClass of that name selects; may be repeated"
LIE_HELP = "have the runtime tell the kubelet this lie: the requirements that name it must be violated"


def runtime(text: str) -> tuple[str, Path]:
    """Return the name and the program of ``NAME=PATH``.

    Raises:
        argparse.ArgumentTypeError: It is written in another way, the name is taken, or there is no such program.
    """
    name, _, path = text.partition("=")
    if not path or not re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?", name):
        raise argparse.ArgumentTypeError(f"{text}: written as NAME=PATH, the name of at most 40 of a-z, 0-9 and -")
    if name == "runc" or name in {each.name for each in faults.RUNTIMES}:
        raise argparse.ArgumentTypeError(f"{name}: every local cluster has a runtime of that name")
    program = Path(path).absolute()
    if not program.is_file() or not os.access(program, os.X_OK):
        raise argparse.ArgumentTypeError(f"{path}: no program that can be run")
    return name, program


def lacking(further: Sequence[tuple[str, Path]], runtimes: dict[str, str]) -> list[str]:
    """Return the wanted runtimes that a cluster's own do not hold, as ``NAME=PATH``."""
    return [f"{name}={path}" for name, path in further if runtimes.get(name) != str(path)]
