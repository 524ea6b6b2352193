"""Answer a device that waits for news of its inbox, holding a coroutine and not a thread.

Flask does not know about waiting: it is asked the same question with `feed=normal`, so that signing in,
access and parsing stay its own. When it has nothing new, its header X-Congvan-Wait names the database to wait
for.
"""

from __future__ import annotations

import asyncio
import json
from urllib.parse import parse_qsl, urlencode

from server.static_files import AsgiApp, Message, Receive, Scope, Send
from sync.waiting import Waiting

PATH = "/sync/inbox/_changes"
WAIT_HEADER = b"x-congvan-wait"
LONGEST_WAIT_S = 60.0
LARGEST_BODY = 1024 * 1024
LARGEST_EMPTY_ANSWER = 8 * 1024


class LongPolls:
    """ASGI middleware that turns `feed=longpoll` into asking, waiting for news, and asking again."""

    def __init__(self, app: AsgiApp, waiting: Waiting) -> None:
        """Wrap the app that knows only `feed=normal`."""
        self.app = app
        self.waiting = waiting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        query = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True))
        is_waiting = scope["path"] == PATH and scope["method"] in {"GET", "POST"}
        if not is_waiting or query.get("feed") != "longpoll":
            await self.app(scope, receive, _without_wait_header(send) if is_waiting else send)
            return
        body = await _read_body(receive)
        if body is None:
            await send({"type": "http.response.start", "status": 413, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
            return
        asked = {**scope, "query_string": urlencode({**query, "feed": "normal"}).encode()}
        gone = asyncio.ensure_future(_disconnected(receive))
        try:
            await self._ask_until_news(asked, body, _timeout_of(query), send, gone)
        finally:
            gone.cancel()

    async def _ask_until_news(
        self, scope: Scope, body: bytes, timeout_s: float, send: Send, gone: asyncio.Future[bool]
    ) -> None:
        """Ask the app; while it has nothing new, wait and ask again, until the time is over."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        while True:
            mark = self.waiting.mark()
            answer = HeldAnswer(send)
            await self.app(scope, _replay(body), answer)
            if answer.is_sent:
                return
            news = asyncio.ensure_future(self.waiting.wait(answer.database, deadline - loop.time(), since=mark))
            await asyncio.wait([news, gone], return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                news.cancel()
                return
            if not news.result():
                await answer.release()
                return


class HeldAnswer:
    """Takes the app's answer: passes it on at once, or holds it back when it says that there is no news."""

    def __init__(self, send: Send) -> None:
        """Pass on to `send`."""
        self._send = send
        self._start: Message = {}
        self._body = b""
        self.database = ""
        self.is_sent = False

    async def __call__(self, message: Message) -> None:
        """Take one ASGI message."""
        if message["type"] == "http.response.start":
            self._start, self.database = _strip_wait_header(message)
            if message["status"] != 200 or not self.database:
                await self._pass_on()
        elif self.is_sent:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            is_whole = not message.get("more_body", False)
            if len(self._body) > LARGEST_EMPTY_ANSWER or (is_whole and not _has_no_news(self._body)):
                await self._pass_on()
                await self._send({"type": "http.response.body", "body": self._body, "more_body": not is_whole})

    async def release(self) -> None:
        """Send what was held back."""
        await self._pass_on()
        await self._send({"type": "http.response.body", "body": self._body})

    async def _pass_on(self) -> None:
        """Send the head; what follows is no longer held."""
        self.is_sent = True
        await self._send(self._start)


def _strip_wait_header(start: Message) -> tuple[Message, str]:
    """Return the head without X-Congvan-Wait, and that header's value."""
    names = [value.decode("latin-1") for key, value in start["headers"] if key.lower() == WAIT_HEADER]
    kept = [(key, value) for key, value in start["headers"] if key.lower() != WAIT_HEADER]
    return {**start, "headers": kept}, names[0] if names else ""


def _without_wait_header(send: Send) -> Send:
    """Wrap `send` so that X-Congvan-Wait never leaves the process."""

    async def stripped(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = _strip_wait_header(message)[0]
        await send(message)

    return stripped


def _has_no_news(body: bytes) -> bool:
    """Tell whether a `_changes` answer has no results."""
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and answer.get("results") == []


def _timeout_of(query: dict[str, str]) -> float:
    """Return how long the device wants to wait, in seconds, up to the longest allowed."""
    asked = query.get("timeout", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 10):
        return LONGEST_WAIT_S
    return min(int(asked) / 1000, LONGEST_WAIT_S)


async def _read_body(receive: Receive) -> bytes | None:
    """Return the request's body; None when it is larger than a question can be."""
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            return None
        if not message.get("more_body", False):
            return body


async def _disconnected(receive: Receive) -> bool:
    """Return once the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
    return True


def _replay(body: bytes) -> Receive:
    """Return a `receive` that gives the body, then nothing for ever."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if messages:
            return messages.pop()
        return {"type": "http.disconnect"}

    return receive
