"""The CRI's methods, from descriptors, and a client, against a server of this process."""

from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import descriptor_pb2

from clusters import ClusterError
from clusters.local import cri

SERVICE = "runtime.v1.RuntimeService"


@pytest.fixture
def descriptors(tmp_path: Path) -> Path:
    """Return the descriptors of a service with one method that takes and returns a text, and one that streams."""
    file = descriptor_pb2.FileDescriptorProto(name="api.proto", package="runtime.v1", syntax="proto3")
    text = file.message_type.add(name="Text").field.add(name="text", number=1)
    text.type, text.label = text.TYPE_STRING, text.LABEL_OPTIONAL
    service = file.service.add(name="RuntimeService")
    for name, streams in (("StopPodSandbox", False), ("GetContainerEvents", True)):
        service.method.add(
            name=name, input_type=".runtime.v1.Text", output_type=".runtime.v1.Text", server_streaming=streams
        )
    path = tmp_path / "api.pb"
    path.write_bytes(descriptor_pb2.FileDescriptorSet(file=[file]).SerializeToString())
    return path


@pytest.fixture
def socket(descriptors: Path, tmp_path: Path) -> Iterator[Path]:
    """Return the socket of a runtime that says a text again, and refuses the text ``none``."""
    method = cri.methods(descriptors)["StopPodSandbox"]

    def say_again(request: Any, context: Any) -> Any:
        if request.text == "none":
            context.abort(grpc.StatusCode.NOT_FOUND, "no such sandbox")
        return method.response(text=request.text)

    handler = grpc.unary_unary_rpc_method_handler(
        say_again, method.request.FromString, method.response.SerializeToString
    )
    server = grpc.server(futures.ThreadPoolExecutor(1))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, {method.name: handler}),))
    server.add_insecure_port(f"unix:{tmp_path / 's'}")
    server.start()
    yield tmp_path / "s"
    server.stop(None).wait()


def test_the_methods_are_those_of_the_service(descriptors: Path) -> None:
    found = cri.methods(descriptors)
    assert {name: each.streams for name, each in found.items()} == {"StopPodSandbox": False, "GetContainerEvents": True}
    assert found["StopPodSandbox"].path == "/runtime.v1.RuntimeService/StopPodSandbox"
    assert found["StopPodSandbox"].request(text="a").SerializeToString() == b"\n\x01a"


def test_a_call_returns_the_response(descriptors: Path, socket: Path) -> None:
    with cri.Client(descriptors, socket) as client:
        assert client.call("StopPodSandbox", text="abc").text == "abc"


def test_a_refusal_says_what_was_called_and_why_it_failed(descriptors: Path, socket: Path) -> None:
    refused = r"StopPodSandbox \{'text': 'none'\}: NOT_FOUND: no such sandbox"
    with cri.Client(descriptors, socket) as client, pytest.raises(ClusterError, match=refused):
        client.call("StopPodSandbox", text="none")
