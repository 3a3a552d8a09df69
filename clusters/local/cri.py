"""The CRI, which the kubelet speaks with containerd: its messages from the published api.proto, and a client.

The descriptors are made at build time from the module ``k8s.io/cri-api`` and kept in the cache; nothing of it is copied
here. Messages of an older minor pass unharmed: what a field is numbered never changes, and unknown fields are kept.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from clusters.cluster import ClusterError
from clusters.local import build, paths, toolchain
from clusters.progress import step
from machine import folders
from machine.once import made_once

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusters.progress import Report

Message = Any
"""A protobuf message; its classes are made when the program runs."""

MODULE = "k8s.io/cri-api"
PROTO = Path("pkg/apis/runtime/v1/api.proto")
RUNTIME, IMAGES = "runtime.v1.RuntimeService", "runtime.v1.ImageService"
SOCKET = "/run/containerd/containerd.sock"
"""Of containerd, in the node."""
SECONDS = 60.0
"""A call's bound; containerd kills a container within two seconds, and may be starved meanwhile."""


@dataclass(frozen=True)
class Method:
    """One method of a service.

    Attributes:
        name: Such as ``StopPodSandbox``.
        path: As in HTTP: ``/runtime.v1.RuntimeService/StopPodSandbox``.
        request: The class of its request.
        response: The class of its response, or of each of its responses.
        streams: Whether it has a stream of responses.
    """

    name: str
    path: str
    request: type[Message]
    response: type[Message]
    streams: bool


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


def methods(descriptors: Path, service: str = RUNTIME) -> Mapping[str, Method]:
    """Return the methods of a service by their names."""
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(descriptors.read_bytes()).file:
        pool.Add(file)
    of = message_factory.GetMessageClass
    return {
        each.name: Method(
            each.name, f"/{service}/{each.name}", of(each.input_type), of(each.output_type), each.server_streaming
        )
        for each in pool.FindServiceByName(service).methods
    }


class Client:
    """A client of the runtime service at a socket."""

    def __init__(self, descriptors: Path, socket: Path) -> None:
        self._methods = methods(descriptors)
        self._channel = grpc.insecure_channel(f"unix:{socket}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()

    def call(self, name: str, **fields: Any) -> Message:
        """Call a method with the fields of its request, messages as dicts; return its response.

        Raises:
            ClusterError: The runtime refused it, or did not answer.
        """
        method = self._methods[name]
        send = self._channel.unary_unary(
            method.path,
            request_serializer=method.request.SerializeToString,
            response_deserializer=method.response.FromString,
        )
        try:
            return send(method.request(**fields), timeout=SECONDS, wait_for_ready=True)
        except grpc.RpcError as error:
            raise ClusterError(f"{name} {fields}: {error.code().name}: {error.details()}") from error


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
