"""What breaks one promise each, to see that the suite notices: faulty runtimes, and lies.

A faulty runtime is a program that containerd's shim runs as if it were runc: it changes the container's bundle, then
runs the real runc. A lie is told to the kubelet by a proxy between it and containerd (``faults.lies``). The
requirements name the faults that break them (``faults`` in ``requirements.toml``).
"""

from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Runtime:
    """A faulty runtime.

    Attributes:
        name: Of the containerd handler and the RuntimeClass that selects it.
        program: The script; it is installed with an interpreter line, beside a link named ``runc`` to the real one.
    """

    name: str
    program: Path


RUNTIMES = tuple(
    Runtime(name, _HERE / "own_namespace.py")
    for name in ("own-ipc", "own-network", "own-pid", "own-uts", "sidecar-apart")
)
LIES = tuple(
    sorted(file.stem.replace("_", "-") for file in (_HERE / "lies").glob("*.py") if not file.stem.startswith("_"))
)
"""The names of all lies; one is told by all of a cluster, which is booted with it."""
FAULTS = (*(runtime.name for runtime in RUNTIMES), *LIES)
"""The names of all."""
SAMPLE = (*(runtime.name for runtime in RUNTIMES), "init-exited", "other-end")
"""Those that are played where a sample will do: every runtime, and two lies."""


def option(name: str) -> tuple[str, str]:
    """Return the option of the suite that selects a fault, with its value."""
    return ("--lie" if name in LIES else "--runtime-class", name)
