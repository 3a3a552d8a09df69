"""Runtimes that break one promise each, so that the suite is seen to notice.

Each is a program that containerd's shim runs as if it were runc: it changes what the container is made from, then runs
the real one. What it breaks stands with the requirements (``faults`` in ``requirements.toml``).
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
    """

    name: str
    program: Path


FAULTS = (
    Fault("own-ipc", _HERE / "own_namespace.py"),
    Fault("own-network", _HERE / "own_namespace.py"),
)
