"""Let devices wait for news of their inbox without a thread each.

A waiting device is one coroutine here. Writers in this process (`Store.on_commit`) and the one feed that
follows other processes (`Store.updates`) call `notify` from whatever thread they run in.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterable


class Waiting:
    """Who waits for which database. Make it anywhere; wait on one event loop; notify from any thread.

    To lose nothing between looking and waiting, take `mark()` before looking and hand it to `wait`.
    """

    def __init__(self) -> None:
        """Start with nobody waiting."""
        self._lock = threading.Lock()
        self._moment = 0
        self._changed: dict[str, int] = {}
        self._all_changed = 0
        self._waiters: dict[str, set[asyncio.Future[bool]]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_closed = False

    def mark(self) -> int:
        """Return this moment, for `wait` to compare later news with."""
        with self._lock:
            return self._moment

    def count(self) -> int:
        """Return how many are waiting."""
        with self._lock:
            return sum(map(len, self._waiters.values()))

    async def wait(self, db_name: str, timeout: float, since: int | None = None) -> bool:
        """Wait up to `timeout` seconds for news of the database after `since` (default: now).

        True when there is news, False when there is none in time or the server is stopping.
        """
        loop = asyncio.get_running_loop()
        with self._lock:
            if self._is_closed:
                return False
            if since is not None and max(self._changed.get(db_name, 0), self._all_changed) > since:
                return True
            self._loop = loop
            future: asyncio.Future[bool] = loop.create_future()
            self._waiters.setdefault(db_name, set()).add(future)
        handle = loop.call_later(max(timeout, 0), _resolve, future, False)
        try:
            return await future
        finally:
            handle.cancel()
            with self._lock:
                waiters = self._waiters.get(db_name, set())
                waiters.discard(future)
                if not waiters:
                    self._waiters.pop(db_name, None)

    def notify(self, db_names: Iterable[str]) -> None:
        """Wake everybody who waits for one of the databases; from any thread; never blocks or raises."""
        with self._lock:
            self._moment += 1
            woken: list[asyncio.Future[bool]] = []
            for name in db_names:
                self._changed[name] = self._moment
                woken.extend(self._waiters.get(name, ()))
            self._wake(woken, True)

    def notify_all(self) -> None:
        """Wake everybody, when it is not known what changed."""
        with self._lock:
            self._moment += 1
            self._all_changed = self._moment
            self._wake([future for waiters in self._waiters.values() for future in waiters], True)

    def close(self) -> None:
        """End every wait, and those to come, with False: the server is stopping."""
        with self._lock:
            self._is_closed = True
            self._wake([future for waiters in self._waiters.values() for future in waiters], False)

    def _wake(self, futures: list[asyncio.Future[bool]], answer: bool) -> None:
        """Hand the answer to the loop's thread, all at once."""
        if not futures or self._loop is None or self._loop.is_closed():
            return
        with contextlib.suppress(RuntimeError):  # the loop closed meanwhile, and its waits with it
            self._loop.call_soon_threadsafe(_resolve_all, futures, answer)


def _resolve(future: asyncio.Future[bool], answer: bool) -> None:
    """Give the answer unless one was given."""
    if not future.done():
        future.set_result(answer)


def _resolve_all(futures: list[asyncio.Future[bool]], answer: bool) -> None:
    """Give many the same answer."""
    for future in futures:
        _resolve(future, answer)
