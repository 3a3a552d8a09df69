"""What one local cluster has and another has not: parts, runtimes, a lie, feature gates; and how users say so."""

import argparse
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import faults
from clusters.local.axes import Axes

RUNTIME_HELP = "install a further OCI runtime, which a RuntimeClass of that name selects; may be repeated"
LIE_HELP = "have the runtime tell the kubelet this lie: the requirements that name it must be violated"
GATE_HELP = "turn a feature gate of Kubernetes on or off, in all its parts; may be repeated"


@dataclass(frozen=True)
class Traits:
    """What is wanted of a cluster beside its minor.

    Attributes:
        runtimes: Further runtimes, beside runc and the faulty ones: name → program.
        lie: What its containerd is to tell the kubelet otherwise (``faults.lies``); empty for the truth.
        gates: Feature gates of Kubernetes: name → on.
        axes: Which containerd, runc, CNI plugin and the like.
    """

    runtimes: Mapping[str, str] = field(default_factory=dict)
    lie: str = ""
    gates: Mapping[str, bool] = field(default_factory=dict)
    axes: Axes = field(default_factory=Axes)

    def __str__(self) -> str:
        """Return what tells them from those of another cluster, with a comma before it; empty where nothing does."""
        axes = f", with {', '.join(self.axes.words())}" if self.axes.words() else ""
        lie = f", with the lie {self.lie}" if self.lie else ""
        return f"{axes}{lie}, with {in_words(self.gates)}" if self.gates else f"{axes}{lie}"

    def lacking(self, other: "Traits") -> str:
        """Return what a cluster with the traits ``other`` has otherwise than is wanted; empty where it fits."""
        runtimes = [f"{name}={path}" for name, path in self.runtimes.items() if other.runtimes.get(name) != path]
        if runtimes:
            return f"has no runtime {', '.join(runtimes)}"
        if self.lie != other.lie:
            return f"tells {other.lie or 'no lie'}, not {self.lie or 'the truth'}"
        if self.gates != other.gates:
            return f"has {in_words(other.gates)}, not {in_words(self.gates)}"
        return self.axes.lacking(other.axes)


def in_words(gates: Mapping[str, bool]) -> str:
    """Return feature gates as users write them."""
    written = ", ".join(f"{name}={str(on).lower()}" for name, on in sorted(gates.items()))
    return f"the feature gates {written}" if written else "the feature gates of its minor"


def runtime(text: str) -> tuple[str, str]:
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
    return name, str(program)


def gate(text: str) -> tuple[str, bool]:
    """Return the name of ``NAME=true`` or ``NAME=false``, and whether it is to be on.

    Raises:
        argparse.ArgumentTypeError: It is written in another way.
    """
    name, _, value = text.partition("=")
    if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name) or value not in {"true", "false"}:
        raise argparse.ArgumentTypeError(f"{text}: written as ContainerStopSignals=true, or =false")
    return name, value == "true"
