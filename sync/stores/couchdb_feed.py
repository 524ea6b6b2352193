"""One feed for all databases: a thread that follows `_db_updates` and rings the bell of this process.

However many people wait for changes, CouchDB sees one waiting request of this process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from sync.ports import BEGINNING, NOW, StoreError
from sync.stores.couchdb_client import CouchClient
from sync.stores.wakeups import Bell

POLL_MS = 20_000
PAUSE_AFTER_ERROR_S = 2.0


class UpdatesFeed:
    """Which of this store's databases changed, on request and as rings of the bell."""

    def __init__(self, client: CouchClient, bell: Bell, own_name: Callable[[str], str | None]) -> None:
        """`own_name` turns a database name of the server into one of the store, or None."""
        self._client = client
        self._bell = bell
        self._own_name = own_name
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()

    def start(self) -> None:
        """Start following, once; from when this returns, no change goes unheard."""
        with self._lock:
            if self._thread is None and not self._stopped.is_set():
                since = self.updates(NOW)[1]
                self._thread = threading.Thread(target=self._follow, args=(since,), daemon=True, name="updates")
                self._thread.start()

    def updates(self, since: str, wait_ms: int | None = None) -> tuple[frozenset[str], str]:
        """Ask which databases changed after `since`, and for the sequence to go on from."""
        wait = {} if wait_ms is None else {"feed": "longpoll", "timeout": wait_ms}
        answer = self._client.get("/_db_updates", since=since, **wait)
        names = {self._own_name(row["db_name"]) for row in answer["results"] if row["type"] in {"updated", "created"}}
        return frozenset(name for name in names if name is not None), answer["last_seq"]

    def stop(self) -> None:
        """Stop following. The thread ends with its current request; nothing waits for it."""
        self._stopped.set()

    def _follow(self, since: str) -> None:
        """Ring for every change until stopped."""
        while not self._stopped.is_set():
            try:
                names, since = self.updates(since, POLL_MS)
                self._bell.ring(names)
            except ValueError:
                since = BEGINNING  # the server's feed was made anew: hear everything once more
                self._stopped.wait(PAUSE_AFTER_ERROR_S)
            except StoreError:
                self._stopped.wait(PAUSE_AFTER_ERROR_S)
