"""Gives every container a namespace of its own where the containers of a Pod must share one.

The name of the program says which namespace: ``own-ipc``, ``own-network``, ``own-pid``, ``own-uts``. SysV objects and
POSIX queues live in the IPC namespace; POSIX segments and semaphores are files in /dev/shm, and stay shared. A new UTS
namespace has the node's hostname. A PID namespace is shared where the Pod asks for it, or a target is named.

``sidecar-apart`` gives sidecars alone a namespace of their own, of each of these kinds: apps share all that they must.
"""

import json
import os
import sys
from pathlib import Path

KINDS = frozenset({"ipc", "network", "pid", "uts"})
SIDECARS = frozenset({"adapter", "ambassador", "beside", "loader", "log-reader", "mounter", "sidecar"})
"""What the suite's sidecars are called, and nothing else in it: a runtime is told a container's name, not its kind."""


def lost(called: str, container: str) -> frozenset[str]:
    """Return the kinds of namespaces that a container has for itself under the runtime of that name."""
    if called == "sidecar-apart":
        return KINDS if container in SIDECARS else frozenset()
    return frozenset({called.removeprefix("own-")})


def main(arguments: list[str]) -> None:
    """Run runc with these arguments; change the bundle first where they create a container."""
    called = Path(sys.argv[0])
    if "create" in arguments:
        path = Path(arguments[arguments.index("--bundle") + 1], "config.json")
        specification = json.loads(path.read_text())
        told = specification.get("annotations", {})
        if told.get("io.kubernetes.cri.container-type") == "container":
            own = lost(called.name, told.get("io.kubernetes.cri.container-name", ""))
            for namespace in specification["linux"]["namespaces"]:
                if namespace["type"] in own:
                    namespace.pop("path", None)  # without a path the namespace is a new one
            path.write_text(json.dumps(specification))
    runc = str(called.with_name("runc"))
    os.execv(runc, [runc, *arguments])  # noqa: S606 -- as containerd asked


if __name__ == "__main__":
    main(sys.argv[1:])
