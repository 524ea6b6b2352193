"""A network that can be taken away: a relay in front of a server, which drops every connection while it is off.

The server goes on running, so that what is measured after the network is back is not how it starts.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

PIECE = 1 << 16


class Relay:
    """Passes bytes on to a server of this machine, from a thread of its own; `url` is where it listens."""

    def __init__(self, server_url: str) -> None:
        """Begin, switched on."""
        self._server_port = urlsplit(server_url).port
        self._is_on = True
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True, name="relay").start()
        self._listener = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        self.url = f"http://127.0.0.1:{self._listener.sockets[0].getsockname()[1]}"

    def switch(self, is_on: bool) -> None:
        """Let bytes through, or drop the connections that are open and those to come."""

        async def switch() -> None:
            self._is_on = is_on
            if not is_on:
                for writer in list(self._open):
                    writer.close()

        asyncio.run_coroutine_threadsafe(switch(), self._loop).result()

    def close(self) -> None:
        """End the thread."""
        self.switch(False)
        self._loop.call_soon_threadsafe(self._listener.close)
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._relay, "127.0.0.1", 0)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._is_on:
            writer.close()
            return
        try:
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
        except ConnectionError:
            writer.close()  # the server is away too
            return
        self._open |= {writer, server_writer}
        try:
            await asyncio.gather(_copy(reader, server_writer), _copy(server_reader, writer))
        finally:
            self._open -= {writer, server_writer}


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass bytes on until one side is gone, then end the other."""
    try:
        while piece := await reader.read(PIECE):
            writer.write(piece)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


@contextmanager
def relayed(server_url: str) -> Iterator[Relay]:
    """Give a relay for a `with` block."""
    relay = Relay(server_url)
    try:
        yield relay
    finally:
        relay.close()
