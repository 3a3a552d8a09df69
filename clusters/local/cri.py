"""The CRI, which the kubelet speaks with containerd: its methods, from its messages' descriptors, and a client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from clusters.cluster import ClusterError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Message = Any
"""A protobuf message; its classes are made when the program runs."""

RUNTIME, IMAGES = "runtime.v1.RuntimeService", "runtime.v1.ImageService"
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
