"""Devices that wait for news: no thread each, no news lost, no wait left hanging."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from typing import Any, cast

import httpx
import pytest

from server.process import follow_updates
from sync.ports import Updates
from sync.waiting import Waiting
from tests.fixtures.loops import run_apart
from tests.process.conftest import Running, until

FEED = "/sync/inbox/_changes?feed=longpoll&since=7&timeout=60000"
DEVICES = 300


async def ask(client: httpx.AsyncClient, url: str) -> httpx.Response:
    """Ask for changes."""
    return await client.get(url)


def test_300_waiting_devices_need_few_threads_and_one_notice_wakes_them(running: Running) -> None:
    """The promise of the design: a waiting device costs a socket."""
    before = threading.active_count()

    async def devices() -> tuple[int, list[httpx.Response]]:
        limits = httpx.Limits(max_connections=DEVICES)
        async with httpx.AsyncClient(base_url=running.url, limits=limits, timeout=60) as client:
            asked = [asyncio.ensure_future(ask(client, FEED)) for _ in range(DEVICES)]
            while running.waiting.count() < DEVICES:
                await asyncio.sleep(0.01)
            threads = threading.active_count()
            running.pages.results.append({"id": "incoming:1"})
            # From another thread, as a writer would.
            threading.Thread(target=running.waiting.notify, args=(["inbox_minh"],)).start()
            return threads, await asyncio.gather(*asked)

    threads, answers = run_apart(devices())
    assert threads - before <= 10
    assert [answer.json()["results"] for answer in answers] == [[{"id": "incoming:1"}]] * DEVICES
    assert running.waiting.count() == 0


def test_news_is_told_at_once_when_there_is_some(running: Running) -> None:
    """Nobody waits for what is there already."""
    running.pages.results.append({"id": "incoming:1"})
    answer = httpx.get(running.url + FEED, timeout=10)
    assert answer.json()["results"] == [{"id": "incoming:1"}]
    assert "x-congvan-wait" not in answer.headers
    assert "feed=normal" in running.pages.requests[0]["query"]


def test_a_wait_ends_with_the_empty_answer_when_its_time_is_over(running: Running) -> None:
    """The device gets an answer that it can go on from."""
    answer = httpx.get(running.url + "/sync/inbox/_changes?feed=longpoll&timeout=20", timeout=10)
    assert answer.json() == {"results": [], "last_seq": "7", "pending": 0}
    assert "x-congvan-wait" not in answer.headers


def test_news_between_looking_and_waiting_is_not_lost(running: Running) -> None:
    """A commit that falls between the first answer and the wait still wakes the device."""

    def commit() -> None:
        if not running.pages.results:
            running.pages.results.append({"id": "incoming:1"})
            running.waiting.notify(["inbox_minh"])

    running.pages.during = commit
    assert httpx.get(running.url + FEED, timeout=10).json()["results"] == [{"id": "incoming:1"}]


def test_a_refusal_is_passed_on_and_nobody_waits(running: Running) -> None:
    """Signing in and access stay Flask's."""
    running.pages.status = "401 UNAUTHORIZED"
    assert httpx.get(running.url + FEED, timeout=10).status_code == 401
    assert running.waiting.count() == 0


def test_a_question_in_a_body_is_asked_again_with_its_body(running: Running) -> None:
    """POST carries the filter; both rounds see it."""
    result: list[httpx.Response] = []
    thread = threading.Thread(
        target=lambda: result.append(httpx.post(running.url + FEED, json={"doc_ids": ["a"]}, timeout=30))
    )
    thread.start()
    until(lambda: running.waiting.count() == 1)
    running.pages.results.append({"id": "a"})
    running.waiting.notify(["inbox_minh"])
    thread.join(20)
    assert result[0].json()["results"] == [{"id": "a"}]
    assert [json.loads(seen["body"]) for seen in running.pages.requests] == [{"doc_ids": ["a"]}] * 2


def test_a_question_too_large_is_refused(running: Running) -> None:
    """A waiting device cannot fill the memory."""
    assert httpx.post(running.url + FEED, content=b"x" * 1_100_000, timeout=10).status_code == 413
    assert running.pages.requests == []


def test_a_device_that_goes_away_stops_waiting(running: Running) -> None:
    """A closed connection leaves nothing behind."""
    with socket.create_connection(("127.0.0.1", running.port)) as device:
        device.sendall(f"GET {FEED} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        until(lambda: running.waiting.count() == 1)
    until(lambda: running.waiting.count() == 0)


def test_waiting_ends_when_the_server_stops(running: Running) -> None:
    """Stopping answers the waiting devices instead of cutting them off."""
    result: list[httpx.Response] = []
    thread = threading.Thread(target=lambda: result.append(httpx.get(running.url + FEED, timeout=30)))
    thread.start()
    until(lambda: running.waiting.count() == 1)
    running.waiting.close()
    thread.join(20)
    assert result[0].json()["results"] == []


@pytest.mark.parametrize("name", ["inbox_other", "records"])
def test_news_of_others_wakes_nobody(name: str) -> None:
    """A wait is for one database."""

    async def wait() -> bool:
        waiting = Waiting()
        mark = waiting.mark()
        waiting.notify([name])
        return await waiting.wait("inbox_minh", 0.01, since=mark)

    assert run_apart(wait()) is False


def test_who_waited_while_the_feed_was_broken_off_looks_again() -> None:
    """What was written meanwhile is in no feed that begins now."""
    waiting, stop = Waiting(), threading.Event()

    class Store:
        """Nothing new from here on."""

        def updates(self, _since: str = "now", wait_s: float = 0.0) -> Updates:
            if wait_s:
                stop.set()
            return Updates(frozenset(), "5")

    async def device() -> tuple[bool, bool]:
        since = waiting.mark()
        asked = asyncio.ensure_future(waiting.wait("inbox_minh", 60))
        while not waiting.count():
            await asyncio.sleep(0)
        follow_updates(cast(Any, Store()), waiting, stop)
        return await asked, await waiting.wait("inbox_lan", 60, since=since)

    assert run_apart(device()) == (True, True)
