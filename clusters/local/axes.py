"""What nodes differ in beside their Kubernetes: which containerd and runc, and the kind of some other parts."""

import argparse
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from clusters.cluster import ChoiceError

VERSION = re.compile(r"[1-9]\d*\.\d+")
"""How a minor is written."""

KINDS = {
    "oci": ("runc", "youki"),
    "cni": ("bridge", "ptp"),
    "kube_proxy": ("nftables", "iptables"),
    "families": ("dual", "ipv4", "ipv6"),
}
"""The values of each axis that is no version, the default first."""

HELPS = {
    "containerd": "containerd's minor; default: what containerd itself recommends for that Kubernetes",
    "runc": "runc's minor; default: the newest",
    "oci": "the OCI runtime of Pods that name no RuntimeClass; default: runc",
    "cni": "the CNI plugin that connects Pods; default: bridge",
    "kube_proxy": "kube-proxy's mode; default: nftables",
    "families": "IP families of Pods and Services; default: dual",
}


@dataclass(frozen=True)
class Axes:
    """A choice on each axis; empty for the default. ``support.full`` has none that is empty.

    Attributes:
        containerd: Its minor, ``1.7``.
        runc: Its minor, ``1.1``.
        oci: What runs a Pod's containers unless its RuntimeClass says otherwise: ``runc`` or ``youki``.
        cni: The CNI plugin: ``bridge`` or ``ptp``.
        kube_proxy: Its mode: ``nftables`` or ``iptables``.
        families: ``dual``, ``ipv4`` or ``ipv6``.
    """

    containerd: str = ""
    runc: str = ""
    oci: str = ""
    cni: str = ""
    kube_proxy: str = ""
    families: str = ""

    @classmethod
    def of_words(cls, words: Iterable[str]) -> Self:
        """Return the choice that words such as ``containerd-1.7`` and ``ptp`` make.

        Raises:
            ChoiceError: A word is none, or two are of one axis.
        """
        chosen: dict[str, str] = {}
        for word in words:
            axis = _axis(word)
            if axis is None:
                known = ", ".join(
                    ["containerd-2.4", "runc-1.5", *(each for values in KINDS.values() for each in values)]
                )
                raise ChoiceError(f"{word or 'an empty word'} is no part of a cluster; parts are written as {known}")
            if axis in chosen:
                raise ChoiceError(f"{_word(axis, chosen[axis])} and {word} are two of one kind: leave one out")
            chosen[axis] = word.removeprefix(f"{axis}-")
        return cls(**chosen)

    @classmethod
    def of_options(cls, options: argparse.Namespace) -> Self:
        """Return the choice that options make (``add_options``)."""
        return cls(**{axis: getattr(options, axis) or "" for axis in HELPS})

    def words(self) -> list[str]:
        """Return the words of what is chosen."""
        return [_word(axis, value) for axis, value in asdict(self).items() if value]

    def options(self) -> dict[str, str | None]:
        """Return the value of each option; None where nothing is chosen."""
        return {option(axis): value or None for axis, value in asdict(self).items()}

    def lacking(self, other: "Axes") -> str:
        """Return what a cluster with the choice ``other`` has otherwise; empty where it is the same."""
        for axis in HELPS:
            wanted, has = getattr(self, axis), getattr(other, axis)
            if wanted != has:
                name = axis.replace("_", "-")
                return f"has {f'{name} {has}' if has else f'the default {name}'}, not {wanted or 'the default'}"
        return ""

    def unlike(self, parts: Mapping[str, str]) -> str:
        """Return which part of a report (``parts``) is not what was chosen; empty where all are."""
        runtime = f"runc v{self.runc}" if self.runc else self.oci
        wanted = {
            "containerd": self.containerd and f"v{self.containerd}",
            "ociRuntime": runtime,
            "cni": self.cni,
            "kubeProxy": self.kube_proxy,
            "families": self.families,
        }
        for part, value in wanted.items():
            has = parts.get(part, "not told")
            if value and not f"{has}.".replace(" ", ".").startswith(f"{value}.".replace(" ", ".")):
                return f"{part} is {has}, not {value}"
        return ""


def add_options(add: Callable[..., Any], before: str = "") -> None:
    """Add an option for each axis by argparse's or pytest's function; None is the value of one that is not given."""
    for axis, text in HELPS.items():
        if axis in KINDS:
            add(option(axis), choices=KINDS[axis], help=f"{before}{text}")
        else:
            add(option(axis), type=version, metavar="MINOR", help=f"{before}{text}")


def option(axis: str) -> str:
    """Return the option of an axis."""
    return f"--{axis.replace('_', '-')}"


def version(text: str) -> str:
    """Return a minor as it is written.

    Raises:
        argparse.ArgumentTypeError: It is written in another way.
    """
    if not VERSION.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text}: a minor is written as 1.7")
    return text


def _axis(word: str) -> str | None:
    """Return the axis that a word is of; None where it is of none."""
    part, _, minor = word.partition("-")
    if part in HELPS and part not in KINDS and VERSION.fullmatch(minor):
        return part
    return next((axis for axis, values in KINDS.items() if word in values), None)


def _word(axis: str, value: str) -> str:
    return value if axis in KINDS else f"{axis}-{value}"
