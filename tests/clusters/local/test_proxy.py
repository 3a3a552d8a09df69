"""The proxy hands on every call of the CRI, and what a lie makes of it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import grpc
import pytest

from clusters.local import cri, proxy
from faults.lie import Ask, Runtime

STOP = f"/{cri.RUNTIME}/StopPodSandbox"
EVENTS = f"/{cri.RUNTIME}/StreamPodSandboxes"


class _Louder(Runtime):
    async def answer(self, method: str, request: Any, ask: Ask) -> Any:
        response = await super().answer(method, request, ask)
        response.text = response.text.upper()
        return response


def _through(
    runtime: Runtime, descriptors: Path, socket: Path, ask: Callable[[Any], Awaitable[Any]], *, known: bool = True
) -> Any:
    """Return what ``ask`` returns of a channel to the proxy."""

    async def run() -> Any:
        methods = {each.path: each for each in cri.methods(descriptors).values()} if known else {}
        server = await proxy.serve(runtime, methods, socket, socket.with_name("p"))
        async with grpc.aio.insecure_channel(f"unix:{socket.with_name('p')}") as channel:
            try:
                return await ask(channel)
            finally:
                await server.stop(None)

    return asyncio.run(run())


def _text(content: bytes) -> bytes:
    return b"\n" + bytes([len(content)]) + content


async def _stop(channel: Any, content: bytes = b"abc") -> bytes:
    return await channel.unary_unary(STOP)(_text(content))  # type: ignore[no-any-return]


def test_a_call_goes_to_the_real_runtime_and_back(descriptors: Path, socket: Path) -> None:
    assert _through(Runtime(), descriptors, socket, _stop) == _text(b"abc")


def test_a_lie_says_otherwise(descriptors: Path, socket: Path) -> None:
    assert _through(_Louder(), descriptors, socket, _stop) == _text(b"ABC")


def test_a_method_that_the_descriptors_lack_passes_as_it_is(descriptors: Path, socket: Path) -> None:
    assert _through(_Louder(), descriptors, socket, _stop, known=False) == _text(b"abc")


def test_a_field_that_the_descriptors_lack_passes(descriptors: Path, socket: Path) -> None:
    async def stop(channel: Any) -> Any:
        return await channel.unary_unary(STOP)(_text(b"abc") + b"\x10\x01")

    assert _through(Runtime(), descriptors, socket, stop) == _text(b"abc")  # the runtime's own answer has none


def test_a_stream_passes_message_by_message(descriptors: Path, socket: Path) -> None:
    async def events(channel: Any) -> list[bytes]:
        return [each async for each in channel.unary_stream(EVENTS)(_text(b"abc"))]

    assert _through(Runtime(), descriptors, socket, events) == [_text(b"a"), _text(b"b"), _text(b"c")]


@pytest.mark.parametrize("known", [True, False])
def test_a_refusal_passes_with_its_code_and_words(descriptors: Path, socket: Path, *, known: bool) -> None:
    async def none(channel: Any) -> tuple[Any, str]:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await _stop(channel, b"none")
        return refused.value.code(), str(refused.value.details())

    refused = _through(Runtime(), descriptors, socket, none, known=known)
    assert refused == (grpc.StatusCode.NOT_FOUND, "no such sandbox")


def test_a_refused_stream_passes_with_its_code_and_words(descriptors: Path, socket: Path) -> None:
    async def none(channel: Any) -> Any:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            [each async for each in channel.unary_stream(EVENTS)(_text(b"none"))]
        return refused.value.code()

    assert _through(Runtime(), descriptors, socket, none) == grpc.StatusCode.NOT_FOUND
