"""The messages of the CRI, which the kubelet speaks with containerd: their descriptors, from the published api.proto.

They are made at build time from the module ``k8s.io/cri-api`` and kept in the cache; nothing of it is copied here.
Messages of an older minor pass unharmed: what a field is numbered never changes, and unknown fields are kept.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from clusters.cluster import ClusterError
from clusters.local import build, paths, toolchain
from clusters.progress import step
from machine import folders
from machine.once import made_once

if TYPE_CHECKING:
    from clusters.progress import Report

MODULE = "k8s.io/cri-api"
PROTO = Path("pkg/apis/runtime/v1/api.proto")


def ensure(report: Report) -> Path:
    """Return the file of the CRI's descriptors (a FileDescriptorSet); make it where it is missing.

    Raises:
        ClusterError: The module cannot be downloaded, or its file cannot be compiled.
    """
    module = f"kubernetes-{build.minors()[-1]}"
    key = f"{build.version(module, build.KUBERNETES)}-{metadata.version('grpcio-tools')}"
    folder = folders.cache() / "cri" / key
    made_once(folder, "the CRI's messages", lambda target: _compile(module, target, report), report)
    return folder / "api.pb"


def _compile(module: str, target: Path, report: Report) -> None:
    with step(report, "the CRI's messages: downloading and compiling"):
        environment = {**os.environ, **build.ENVIRONMENT}
        download = [str(toolchain.go(report)), "mod", "download", "-json", MODULE]
        found = subprocess.run(
            download, cwd=paths.MODULES / module, env=environment, capture_output=True, text=True, check=False
        )
        if found.returncode:
            raise ClusterError(
                f"{MODULE} cannot be downloaded: {' / '.join((found.stdout + found.stderr).split()[-40:])}"
            )
        proto = Path(json.loads(found.stdout)["Dir"]) / PROTO
        arguments = [f"--proto_path={proto.parent}", f"--descriptor_set_out={target / 'api.pb'}", "--include_imports"]
        command = [sys.executable, "-m", "grpc_tools.protoc", *arguments, proto.name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ClusterError(f"{proto} does not compile: {' / '.join(done.stderr.strip().splitlines()[:3])}")
