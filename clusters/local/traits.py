"""What one local cluster has and another has not: parts, runtimes, a lie, feature gates; and how users say so."""

import argparse
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import faults
from clusters.cluster import ChoiceError
from clusters.local.axes import Axes
from clusters.local.axes import add_options as add_axes

RUNTIME_HELP = "install a further OCI runtime, which a RuntimeClass of that name selects; may be repeated"
LIE_HELP = "have the runtime tell the kubelet this lie: the requirements that name it must be violated"
NODES_HELP = "how many nodes the cluster has; each is a kubelet and a containerd in namespaces of its own"
NODE_RUNTIME_HELP = "run the Pods of that node that name no RuntimeClass by this runtime; may be repeated"
GATE_HELP = "turn a feature gate of Kubernetes on or off, in all its parts; may be repeated"

RUNC = "runc"
ONE_NODE = (RUNC,)
MOST_NODES = 16
"""So many ranges of Pods there are (``link.pods``)."""


@dataclass(frozen=True)
class Traits:
    """What is wanted of a cluster beside its minor.

    Attributes:
        runtimes: Further runtimes, beside runc and the faulty ones: name → program.
        lie: What its containerd is to tell the kubelet otherwise (``faults.lies``); empty for the truth.
        gates: Feature gates of Kubernetes: name → on.
        axes: Which containerd, runc, CNI plugin and the like.
        nodes: The default runtime of each node.
    """

    runtimes: Mapping[str, str] = field(default_factory=dict)
    lie: str = ""
    gates: Mapping[str, bool] = field(default_factory=dict)
    axes: Axes = field(default_factory=Axes)
    nodes: tuple[str, ...] = ONE_NODE

    def __str__(self) -> str:
        """Return what tells them from those of another cluster, with a comma before it; empty where nothing does."""
        told = [
            _nodes(self.nodes) if self.nodes != ONE_NODE else "",
            ", ".join(self.axes.words()),
            f"the lie {self.lie}" if self.lie else "",
            in_words(self.gates) if self.gates else "",
        ]
        return "".join(f", with {each}" for each in told if each)

    def lacking(self, other: "Traits") -> str:
        """Return what a cluster with the traits ``other`` has otherwise than is wanted; empty where it fits."""
        runtimes = [f"{name}={path}" for name, path in self.runtimes.items() if other.runtimes.get(name) != path]
        if runtimes:
            return f"has no runtime {', '.join(runtimes)}"
        if self.lie != other.lie:
            return f"tells {other.lie or 'no lie'}, not {self.lie or 'the truth'}"
        if self.gates != other.gates:
            return f"has {in_words(other.gates)}, not {in_words(self.gates)}"
        if len(self.nodes) > len(other.nodes) or _runtimes(self.nodes) != _runtimes(other.nodes):
            return f"has {_nodes(other.nodes)}, not {_nodes(self.nodes)}"
        return self.axes.lacking(other.axes)


def _runtimes(nodes: tuple[str, ...]) -> dict[int, str]:
    """Return the nodes that have another default runtime than runc, and it."""
    return {number: each for number, each in enumerate(nodes, 1) if each != RUNC}


def _nodes(nodes: tuple[str, ...]) -> str:
    many = f"{len(nodes)} nodes" if nodes[1:] else "1 node"
    return many + "".join(f", node {number} by {each}" for number, each in _runtimes(nodes).items())


def in_words(gates: Mapping[str, bool]) -> str:
    """Return feature gates as users write them."""
    written = ", ".join(f"{name}={str(on).lower()}" for name, on in sorted(gates.items()))
    return f"the feature gates {written}" if written else "the feature gates of its minor"


def add_options(add: Callable[..., Any], further: str, before: str = "") -> None:
    """Add an option for each trait by argparse's or pytest's function; None is the value of one that is not given.

    Args:
        add: The function.
        further: The option of further runtimes, whose name differs.
        before: Stands before each help.
    """
    each: dict[str, Any] = {"action": "append"}
    add(further, type=runtime, metavar="NAME=PATH", help=f"{before}{RUNTIME_HELP}", **each)
    add("--lie", choices=faults.LIES, help=f"{before}{LIE_HELP}")
    add("--feature-gate", type=gate, metavar="NAME=true", help=f"{before}{GATE_HELP}", **each)
    add_axes(add, before)
    add("--nodes", type=int, metavar="N", help=f"{before}{NODES_HELP}")
    add("--node-runtime", type=node_runtime, metavar="N=NAME", help=f"{before}{NODE_RUNTIME_HELP}", **each)


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


def node_runtime(text: str) -> tuple[int, str]:
    """Return the node's number and the handler of ``2=own-ipc``.

    Raises:
        argparse.ArgumentTypeError: It is written in another way.
    """
    number, _, handler = text.partition("=")
    if not number.isdecimal() or not handler:
        raise argparse.ArgumentTypeError(f"{text}: written as 2=own-ipc")
    return int(number), handler


def nodes(count: int | None, defaults: Mapping[int, str], runtimes: Mapping[str, str]) -> tuple[str, ...]:
    """Return the default runtime of each of so many nodes.

    Args:
        count: Of the nodes; None for one.
        defaults: A node's number → its default runtime, where that is not runc.
        runtimes: The further ones that are installed.

    Raises:
        ChoiceError: There are too many or too few, there is no such node, or no such runtime.
    """
    count = 1 if count is None else count
    if not 1 <= count <= MOST_NODES:
        raise ChoiceError(f"--nodes {count}: a local cluster has 1 to {MOST_NODES} nodes")
    known = [RUNC, *(each.name for each in faults.RUNTIMES), *runtimes]
    for number, handler in defaults.items():
        if not 1 <= number <= count:
            raise ChoiceError(f"--node-runtime {number}={handler}: --nodes gives {count}, and node {number} is none")
        if handler not in known:
            raise ChoiceError(f"--node-runtime {number}={handler}: the runtimes are {', '.join(known)}")
    return tuple(defaults.get(number, RUNC) for number in range(1, count + 1))
