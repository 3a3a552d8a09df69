"""Runtimes that break one promise each, to see that the suite notices.

Each is a program that containerd's shim runs as if it were runc: it changes the container's bundle, then runs the real
runc. The requirements name the faults that break them (``faults`` in ``requirements.toml``).
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


FAULTS = tuple(
    Fault(name, _HERE / "own_namespace.py")
    for name in ("own-ipc", "own-network", "own-pid", "own-uts", "sidecar-apart")
)
