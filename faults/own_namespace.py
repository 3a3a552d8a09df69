"""Gives every container a namespace of its own where the containers of a Pod must share one.

The name of the program says which namespace: ``own-ipc``, ``own-network``, ``own-pid``, ``own-uts``. SysV objects and
POSIX queues live in the IPC namespace; POSIX segments and semaphores are files in /dev/shm, and stay shared. A new UTS
namespace has the node's hostname. A PID namespace is shared where the Pod asks for it, or a target is named.
"""

import json
import os
import sys
from pathlib import Path


def main(arguments: list[str]) -> None:
    """Run runc with these arguments; change the bundle first where they create a container."""
    called = Path(sys.argv[0])
    if "create" in arguments:
        path = Path(arguments[arguments.index("--bundle") + 1], "config.json")
        specification = json.loads(path.read_text())
        if specification.get("annotations", {}).get("io.kubernetes.cri.container-type") == "container":
            for namespace in specification["linux"]["namespaces"]:
                if namespace["type"] == called.name.removeprefix("own-"):
                    namespace.pop("path", None)  # without a path the namespace is a new one
            path.write_text(json.dumps(specification))
    runc = str(called.with_name("runc"))
    os.execv(runc, [runc, *arguments])  # noqa: S606 -- as containerd asked


if __name__ == "__main__":
    main(sys.argv[1:])
