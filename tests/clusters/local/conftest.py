"""A made-up runtime of the CRI."""

from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import descriptor_pb2

from clusters.local import cri


@pytest.fixture
def descriptors(tmp_path: Path) -> Path:
    """Return the descriptors of a service with one method that takes and returns a text, and one that streams."""
    file = descriptor_pb2.FileDescriptorProto(name="api.proto", package="runtime.v1", syntax="proto3")
    text = file.message_type.add(name="Text").field.add(name="text", number=1)
    text.type, text.label = text.TYPE_STRING, text.LABEL_OPTIONAL
    service = file.service.add(name="RuntimeService")
    for name, streams in (("StopPodSandbox", False), ("StreamPodSandboxes", True)):
        service.method.add(
            name=name, input_type=".runtime.v1.Text", output_type=".runtime.v1.Text", server_streaming=streams
        )
    path = tmp_path / "api.pb"
    path.write_bytes(descriptor_pb2.FileDescriptorSet(file=[file]).SerializeToString())
    return path


@pytest.fixture
def socket(descriptors: Path, tmp_path: Path) -> Iterator[Path]:
    """Return the socket of a runtime that says a text again, each letter in a stream, and refuses the text ``none``."""
    methods = cri.methods(descriptors)

    def say_again(request: Any, context: Any) -> Any:
        if request.text == "none":
            context.abort(grpc.StatusCode.NOT_FOUND, "no such sandbox")
        return type(request)(text=request.text)

    def spell(request: Any, context: Any) -> Any:
        for letter in say_again(request, context).text:
            yield type(request)(text=letter)

    handlers = {
        "StopPodSandbox": grpc.unary_unary_rpc_method_handler,
        "StreamPodSandboxes": grpc.unary_stream_rpc_method_handler,
    }
    made = {
        name: handler(
            spell if methods[name].streams else say_again,
            methods[name].request.FromString,
            methods[name].response.SerializeToString,
        )
        for name, handler in handlers.items()
    }
    server = grpc.server(futures.ThreadPoolExecutor(1))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(cri.RUNTIME, made),))
    server.add_insecure_port(f"unix:{tmp_path / 's'}")
    server.start()
    yield tmp_path / "s"
    server.stop(None).wait()
