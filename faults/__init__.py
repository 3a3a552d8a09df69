"""Runtimes that break one promise each, so that the suite is seen to notice.

Each is a program that containerd's shim runs as if it were runc: it changes what the container is made from, then runs
the real one.
"""

from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Fault:
    """A faulty runtime.

    Attributes:
        name: Of the containerd handler and the RuntimeClass that selects it.
        program: The script; it is installed with an interpreter line, beside a link named ``runc`` to the real one.
        breaks: Which requirement, in which case (empty: in every one), must be found violated under it.
    """

    name: str
    program: Path
    breaks: frozenset[tuple[str, str]]


FAULTS = (
    Fault(
        name="own-ipc",
        program=_HERE / "own_ipc.py",
        breaks=frozenset(
            {("IPC-SYSV-QUEUE", ""), ("PATTERN-PRODUCER-CONSUMER", ""), ("INIT-PREPARES", "sysv-queue")},
        ),
    ),
)
