"""``python -m clusters.local.proxy LIE DESCRIPTORS REAL SOCKET``: containerd with a lie, for the kubelet, at SOCKET.

Every call of the CRI goes to the real one, at REAL, and back; what it says otherwise is the lie's (``faults.lies``).
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import grpc.aio

from clusters.local import cri
from faults.lies import lie

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from clusters.local.cri import Method
    from faults.lie import Runtime

OPTIONS = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
SKIPPED = ("grpc-", "user-agent", ":")
"""What metadata begin with that belong to one connection."""


class Ask:
    """The real runtime, for one call.

    Args:
        senders: send a request, by the name of its method.
        method: of the call.
        how: its bound and its metadata.
    """

    def __init__(self, senders: Mapping[str, Sender], method: Method, how: dict[str, Any]) -> None:
        self._senders = senders
        self._method = method
        self._how = how

    async def __call__(self, request: Any) -> Any:
        """Return the response to a request of the call's method."""
        return await self._senders[self._method.name].send(request, **self._how)

    async def other(self, method: str, **fields: Any) -> Any:
        """Return the response to a request of another method, which outlives the call."""
        sender = self._senders[method]
        return await sender.send(sender.method.request(**fields), timeout=cri.SECONDS)

    def response(self) -> Any:
        """Return a response that says nothing: success."""
        return self._method.response()


@dataclass(frozen=True)
class Sender:
    """A method, and what sends its requests."""

    method: Method
    send: Any


class Proxy(grpc.GenericRpcHandler):  # type: ignore[misc] # grpc has no types
    """Hands each call to a runtime.

    Args:
        runtime: what it says otherwise.
        methods: of every service, by their paths.
        channel: to the real runtime.
    """

    def __init__(self, runtime: Runtime, methods: Mapping[str, Method], channel: Any) -> None:
        self._runtime = runtime
        self._methods = methods
        self._channel = channel
        self._senders = {each.name: Sender(each, self._sender(each)) for each in methods.values()}

    def service(self, handler_call_details: Any) -> Any:
        """Return what handles a call; a method that the descriptors lack passes as bytes."""
        path = handler_call_details.method
        method = self._methods.get(path)
        if method is None:
            return grpc.unary_unary_rpc_method_handler(self._passing(path))
        serializers = method.request.FromString, method.response.SerializeToString
        if method.streams:
            return grpc.unary_stream_rpc_method_handler(self._streaming(method), *serializers)
        return grpc.unary_unary_rpc_method_handler(self._answering(method), *serializers)

    def _sender(self, method: Method) -> Any:
        kind = self._channel.unary_stream if method.streams else self._channel.unary_unary
        return kind(method.path, method.request.SerializeToString, method.response.FromString)

    def _passing(self, path: str) -> Any:
        async def handle(request: bytes, context: Any) -> Any:
            try:
                return await self._channel.unary_unary(path)(request, **_as_called(context))
            except grpc.aio.AioRpcError as error:
                await _refuse(context, error)

        return handle

    def _answering(self, method: Method) -> Any:
        async def handle(request: Any, context: Any) -> Any:
            try:
                return await self._runtime.answer(method.name, request, Ask(self._senders, method, _as_called(context)))
            except grpc.aio.AioRpcError as error:
                await _refuse(context, error)

        return handle

    def _streaming(self, method: Method) -> Any:
        async def handle(request: Any, context: Any) -> AsyncIterator[Any]:
            wanted = self._runtime.widen(method.name, request)
            try:
                async for response in self._senders[method.name].send(request, **_as_called(context)):
                    self._runtime.retell(method.name, response, wanted)
                    yield response
            except grpc.aio.AioRpcError as error:
                await _refuse(context, error)

        return handle


def _as_called(context: Any) -> dict[str, Any]:
    """Return the bound and the metadata of a call, for the call that is made of it."""
    given = [(key, value) for key, value in context.invocation_metadata() or () if not key.startswith(SKIPPED)]
    return {"timeout": context.time_remaining(), "metadata": given}


async def _refuse(context: Any, error: Any) -> NoReturn:
    await context.abort(error.code(), error.details() or "", error.trailing_metadata() or ())
    raise AssertionError


async def serve(runtime: Runtime, methods: Mapping[str, Method], real: Path, at: Path) -> Any:
    """Serve at a socket what the runtime makes of the real one; return the server, which is started."""
    # Go's servers refuse a path as the name of their host.
    channel = grpc.aio.insecure_channel(f"unix:{real}", [*OPTIONS, ("grpc.default_authority", "localhost")])
    server = grpc.aio.server(options=OPTIONS)
    server.add_generic_rpc_handlers((Proxy(runtime, methods, channel),))
    server.add_insecure_port(f"unix:{at}")
    await server.start()
    return server


async def _main(name: str, descriptors: str, real: str, at: str) -> None:
    found = [cri.methods(Path(descriptors), service) for service in (cri.RUNTIME, cri.IMAGES)]
    methods = {method.path: method for service in found for method in service.values()}
    Path(at).parent.mkdir(parents=True, exist_ok=True)
    server = await serve(lie(name), methods, Path(real), Path(at))
    _notify(os.environ["NOTIFY_SOCKET"])
    await server.wait_for_termination()


def _notify(address: str) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notice:
        notice.sendto(b"READY=1", f"\0{address[1:]}")


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
