"""A TCP proxy that treats its connections badly, on a port of this machine."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

RESET = struct.pack("ii", 1, 0)  # SO_LINGER for no time: close() sends RST
CHUNK = 65536  # bytes


class BadProxy:
    """A proxy that refuses some connections and drops the others after a while.

    Attributes:
        port: on 127.0.0.1.
        refused: the number of connections reset before their first byte.
        dropped: the number of connections reset, or silent, after their time.
    """

    def __init__(self, host: str, port: int, *, lasting: float, refuses: float, silent: float = 0.0) -> None:
        """Set the proxy up; it serves while ``serving`` lasts.

        Args:
            host: where the connections go.
            port: there.
            lasting: seconds that a connection lasts, on the average: each is up to a quarter shorter or longer.
            refuses: the share of connections that are reset at once.
            silent: the share of the others whose end is not told: they stay open, and pass nothing on.
        """
        self._to = (host, port)
        self._lasting = lasting
        self._refuses = refuses
        self._silent = silent
        self._over = asyncio.Event()
        self._chance = random.Random(8)  # noqa: S311 # a figure to repeat, no secret
        self.port = 0
        self.refused = 0
        self.dropped = 0

    @contextlib.contextmanager
    def serving(self) -> Iterator[BadProxy]:
        """Serve connections in a thread."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        server = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._pass_on, "127.0.0.1", 0), loop).result()
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(self._end(server), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    async def _end(self, server: asyncio.Server) -> None:
        server.close()
        self._over.set()
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))

    async def _pass_on(self, here: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        back.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        if self._chance.random() < self._refuses:
            self.refused += 1
            await _abort(back)
            return
        there, on = await asyncio.open_connection(*self._to)
        over = asyncio.create_task(self._over.wait())
        ways = [asyncio.create_task(_copy(here, on)), asyncio.create_task(_copy(there, back))]
        lasts = self._lasting * self._chance.uniform(0.75, 1.25)
        ended, _ = await asyncio.wait([*ways, over], timeout=lasts, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        if not ended:
            self.dropped += 1
            if self._chance.random() < self._silent:
                await over
        over.cancel()
        await _abort(back)
        await _abort(on)


async def _abort(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(CHUNK):
            sink.write(data)
            await sink.drain()
