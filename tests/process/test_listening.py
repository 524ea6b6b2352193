"""The listening socket as the event loop takes it over."""

from __future__ import annotations

import asyncio
import socket

from server.config import Config
from server.process import open_socket
from tests.fixtures.loops import run_apart


def test_small_answers_are_sent_at_once() -> None:
    async def connect() -> int:
        accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def look(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted.set_result(
                writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY),
            )
            writer.close()

        with open_socket(Config(port=0)) as listener:
            async with await asyncio.start_server(look, sock=listener):
                _reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
                found = await accepted
                writer.close()
                return found

    assert run_apart(connect()) != 0
