"""A waiting device is answered as soon as the fan-out writes its inbox, through the real server."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.config import Config
from server.process import Application, make_server
from sync.waiting import Waiting
from tests.fixtures.office import DIRECTOR, IT_HEAD
from tests.sync.conftest import SyncServer, device_of


@pytest.fixture
def address(server: SyncServer, waiting: Waiting, tmp_path: Path) -> Iterator[str]:
    """Serve the gateway as production does."""
    server.store.on_commit(waiting.notify)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    is_ready = threading.Event()
    config = Config(data=tmp_path, secret="x" * 32)
    served = make_server(Application(server.app, waiting, 2), config, on_ready=is_ready.set)
    thread = threading.Thread(target=lambda: asyncio.run(served.serve(sockets=[listener])))
    thread.start()
    is_ready.wait(10)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    served.should_exit = True
    waiting.close()
    thread.join(20)


@pytest.fixture
def waiting() -> Waiting:
    """Give the place where devices wait."""
    return Waiting()


def wait_for_news(address: str, person_id: str, since: str, timeout_ms: int) -> Any:
    """Ask for changes, waiting; gives the answer."""
    query = {"since": since, "feed": "longpoll", "timeout": str(timeout_ms), "include_docs": "true"}
    headers = {"X-Test-Person": person_id, "X-Congvan-Device": device_of(person_id)}
    response = httpx.get(f"{address}/sync/inbox/_changes", params=query, headers=headers, timeout=60)
    assert response.status_code == 200
    assert "x-congvan-wait" not in response.headers
    return response.json()


def test_news_is_told_to_whom_it_concerns_only(server: SyncServer, address: str, waiting: Waiting) -> None:
    server.enrol(DIRECTOR, device_of(DIRECTOR))
    server.enrol(IT_HEAD, device_of(IT_HEAD))
    since = server.inbox(DIRECTOR).info()["update_seq"]
    answers: dict[str, Any] = {}
    is_answered = threading.Event()

    def ask(person_id: str, timeout_ms: int) -> None:
        answers[person_id] = wait_for_news(address, person_id, since, timeout_ms)
        if person_id == DIRECTOR:
            is_answered.set()

    asking = [
        threading.Thread(target=ask, args=(DIRECTOR, 30_000)),
        threading.Thread(target=ask, args=(IT_HEAD, 5_000)),
    ]
    for thread in asking:
        thread.start()
    wait_until_waiting(waiting, 2)
    server.inbox(DIRECTOR).put({"kind": "incoming", "_id": "incoming:00000001", "title": "Về việc họp"})
    assert is_answered.wait(20)
    for thread in asking:
        thread.join(30)
    assert [row["doc"]["title"] for row in answers[DIRECTOR]["results"]] == ["Về việc họp"]
    assert answers[IT_HEAD]["results"] == []


def wait_until_waiting(waiting: Waiting, count: int) -> None:
    """Return once so many devices wait."""
    tick = threading.Event()
    for _ in range(500):
        if waiting.count() >= count:
            return
        tick.wait(0.01)
    raise AssertionError("nobody waits")
