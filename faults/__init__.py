"""Runtimes that break one promise each, so that the suite is seen to notice.

Each is a program that containerd's shim runs as if it were runc: it changes what the container is made from, then runs
the real one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Fault:
    """A faulty runtime.

    Attributes:
        name: Of the containerd handler and the RuntimeClass that selects it.
        program: The script; it is installed with an interpreter line, beside a link named ``runc`` to the real one.
        breaks: Requirement and case (empty: every one) → the rules that must fire; nothing else may be violated.
    """

    name: str
    program: Path
    breaks: Mapping[tuple[str, str], tuple[str, ...]]


# Objects of the kernel's IPC namespace; POSIX segments and semaphores are files in /dev/shm, and stay shared.
OF_THE_NAMESPACE = ("sysv-queue", "sysv-semaphore", "sysv-shm", "posix-queue")

FAULTS = (
    Fault(
        name="own-ipc",
        program=_HERE / "own_namespace.py",
        breaks={
            ("IPC-SYSV-QUEUE", ""): ("no-queue", "lost"),
            ("IPC-SYSV-SEMAPHORE", ""): ("no-semaphore",),
            ("IPC-SYSV-SHM", ""): ("not-read",),
            ("IPC-POSIX-QUEUE", "posix-queue"): ("no-queue", "lost"),
            ("IPC-POSIX-QUEUE", "listing"): ("unlisted",),
            **{("IPC-HOST", kind): ("not-found",) for kind in OF_THE_NAMESPACE},
            ("IPC-OUTLIVES-CONTAINER", "sysv-queue"): ("lost",),
            ("IPC-OUTLIVES-CONTAINER", "posix-queue"): ("lost",),
            ("PATTERN-PRODUCER-CONSUMER", ""): ("no-queue",),
            ("INIT-PREPARES", "sysv-queue"): ("not-found",),
            ("EPHEMERAL-JOINS", "ipc"): ("no-queue",),
        },
    ),
    Fault(
        name="own-network",
        program=_HERE / "own_namespace.py",
        breaks={
            ("NET-LOCALHOST", ""): ("not-reached",),
            ("NET-ONE-ADDRESS", "one-address"): ("absent",),
            ("NET-ONE-ADDRESS", "mac"): ("unseen",),
            ("NET-PORT-SPACE", ""): ("bound-twice",),
            ("NET-DISTINCT-PORTS", ""): ("not-reached",),
            ("NET-LOOPBACK-PRIVATE", ""): ("unwitnessed",),
            ("NET-ABSTRACT-SOCKET", "shared"): ("not-reached",),
            ("NET-ABSTRACT-SOCKET", "private"): ("unwitnessed",),
            ("NET-SERVICE-PORTS", ""): ("not-reached",),
            ("NET-SERVICE-SIDECAR-PORT", ""): ("not-reached",),
            ("NET-SERVICE-NAME", ""): ("unresolved",),
            ("NET-POD-NAME", ""): ("unresolved", "not-reached"),
            ("INIT-PORTS", ""): ("unwitnessed",),
            ("NET-HOST-NETWORK", "addresses"): ("absent",),
            ("NET-SYSCTL", "holds"): ("differs",),
            ("NET-SYSCTL", "private"): ("unwitnessed",),
            ("EPHEMERAL-JOINS", "localhost"): ("not-reached",),
            ("PATTERN-LOG-SIDECAR", "log-sidecar"): ("unwitnessed",),
            ("PATTERN-LOG-SIDECAR", "rotation"): ("not-reopened",),
            ("PATTERN-DATA-LOADER", ""): ("not-refreshed",),
            ("PATTERN-PROXY", "proxy"): ("not-reached",),
            ("PATTERN-PROXY", "reload"): ("unwitnessed",),
        },
    ),
)
