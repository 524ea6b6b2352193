"""Many devices in one process, spoken for over sockets: each waits for news and sends actions, as the worker does.

Raw HTTP/1.1 on asyncio's streams, so that three hundred of them leave the processor to the server.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from server.domain.versions import APP_VERSION
from server.web.current import SESSION_COOKIE

LONGPOLL_MS = 25_000
CHANGES = 200


class AnswerError(Exception):
    """The server answered with an error, or not at all."""


class HungUpError(AnswerError):
    """The connection was closed before anything of an answer came."""


class Connection:
    """One keep-alive connection in the name of a device."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        """Connect with the first request."""
        where = urlsplit(url)
        self._host, self._port = str(where.hostname), int(where.port or 80)
        self._head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request and give its JSON; as a browser does, anew when the server had hung up meanwhile.

        Raises AnswerError.
        """
        is_reused = self._streams is not None
        try:
            return await self._ask(method, path, body)
        except HungUpError as error:
            self.close()
            if not is_reused:
                raise AnswerError(f"{method} {path}: {error}") from error
            return await self._ask(method, path, body)

    async def _ask(self, method: str, path: str, body: Any) -> Any:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port, limit=2**20)
        reader, writer = self._streams
        content = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n{self._head}"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        try:
            try:
                writer.write(head.encode() + content)
                status, length = _read_head(await reader.readuntil(b"\r\n\r\n"))
            except ConnectionError as error:
                # it hung up while the request was on its way: the system's word for it then, instead of an end
                raise HungUpError from error
            except asyncio.IncompleteReadError as error:
                if error.partial:
                    raise
                raise HungUpError from error
            answer = await reader.readexactly(length)
        except (OSError, asyncio.IncompleteReadError) as error:
            raise AnswerError(f"{method} {path}: {error}") from error
        if status >= 300:
            raise AnswerError(f"{method} {path}: {status} {answer[:200]!r}")
        return json.loads(answer)

    def close(self) -> None:
        """Hang up."""
        if self._streams:
            self._streams[1].close()
            self._streams = None


def _read_head(head: bytes) -> tuple[int, int]:
    """Give status and length of an answer."""
    first, *rest = head.decode("latin-1").split("\r\n")
    lengths = [line.partition(":")[2] for line in rest if line.lower().startswith("content-length:")]
    return int(first.split()[1]), int(lengths[0]) if lengths else 0


@dataclass
class Device:
    """One device of a person; `on_card` hears of every card that comes, with the instant."""

    url: str
    person_id: str
    token: str
    on_card: Callable[[Device, dict[str, Any], float], None]
    device_id: str = field(default_factory=lambda: f"device-{secrets.token_hex(8)}")
    since: str = "0"
    receipted: set[str] = field(default_factory=set)
    versions: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the two connections: one waits, one sends."""
        headers = {
            "Cookie": f"{SESSION_COOKIE}={self.token}",
            "X-Congvan-Device": self.device_id,
            "Origin": self.url,
        }
        self._waiting, self._sending = Connection(self.url, headers), Connection(self.url, headers)

    async def enrol(self) -> None:
        """Let the server know the device, and pull what is there."""
        await self._sending.ask("POST", "/sync/devices", {"device_id": self.device_id, "name": "bench"})
        while await self.pull():
            pass

    async def pull(self, *, feed: str = "normal") -> int:
        """Ask for news once; give how many documents came."""
        query = f"since={self.since}&limit={CHANGES}&include_docs=true&feed={feed}&timeout={LONGPOLL_MS}"
        connection = self._waiting if feed == "longpoll" else self._sending
        found = await connection.ask("GET", f"/sync/inbox/_changes?{query}")
        now = time.perf_counter()
        self.since = str(found["last_seq"])
        for change in found["results"]:
            document = change.get("doc") or {}
            if document.get("kind") == "receipt":
                self.receipted.add(document["action_id"])
            elif document.get("kind") == "incoming":
                self.versions[document["_id"]] = document["version"]
                self.on_card(self, document, now)
        return len(found["results"])

    async def follow(self, is_over: asyncio.Event) -> None:
        """Wait for news until it is over."""
        while not is_over.is_set():
            await self.pull(feed="longpoll")

    def comment(self, document_id: str, text: str, acted_at: str) -> dict[str, Any]:
        """Make an action on the version that the device has."""
        return {
            "app_version": APP_VERSION,
            "action_id": f"act-{secrets.token_hex(10)}",
            "command": "AddComment",
            "document_id": document_id,
            "seen_version": self.versions.get(document_id, 0),
            "acted_at": acted_at,
            "device_id": self.device_id,
            "after": None,
            "fields": {"text": text},
        }

    async def send(self, actions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Send a batch and give the receipts."""
        batch = {"device_id": self.device_id, "actions": list(actions)}
        answer = await self._sending.ask("POST", "/sync/actions", batch)
        receipts: list[dict[str, Any]] = answer["receipts"]
        return receipts

    def close(self) -> None:
        """Hang up."""
        self._waiting.close()
        self._sending.close()
