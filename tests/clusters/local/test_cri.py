"""The CRI's methods, from descriptors, and a client, against a server of this process."""

from pathlib import Path

import pytest

from clusters import ClusterError
from clusters.local import cri


def test_the_methods_are_those_of_the_service(descriptors: Path) -> None:
    found = cri.methods(descriptors)
    assert {name: each.streams for name, each in found.items()} == {"StopPodSandbox": False, "StreamPodSandboxes": True}
    assert found["StopPodSandbox"].path == "/runtime.v1.RuntimeService/StopPodSandbox"
    assert found["StopPodSandbox"].request(text="a").SerializeToString() == b"\n\x01a"


def test_a_call_returns_the_response(descriptors: Path, socket: Path) -> None:
    with cri.Client(descriptors, socket) as client:
        assert client.call("StopPodSandbox", text="abc").text == "abc"


def test_a_refusal_says_what_was_called_and_why_it_failed(descriptors: Path, socket: Path) -> None:
    refused = r"StopPodSandbox \{'text': 'none'\}: NOT_FOUND: no such sandbox"
    with cri.Client(descriptors, socket) as client, pytest.raises(ClusterError, match=refused):
        client.call("StopPodSandbox", text="none")
