"""What can befall the server's process: an end at any write, a full disk, another process in between; and its clock.

A write is one of the embedded store's writer, or one request that writes to CouchDB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from server.domain.instants import written
from sync.ports import Store, StoreUnavailable
from sync.stores.couchdb import CouchStore
from sync.stores.embedded import EmbeddedStore
from sync.stores.embedded_connections import Writer


class Killed(BaseException):
    """The process ended here; nothing after this happens."""


class VirtualClock:
    """The server's clock: set by each exchange, a millisecond later at each reading."""

    def __init__(self, at_ms: int) -> None:
        """Start at an instant."""
        self.at_ms = at_ms

    def set(self, at_ms: int) -> None:
        """Go to an instant, never back."""
        self.at_ms = max(self.at_ms, at_ms)

    def now(self) -> str:
        """Return the instant."""
        self.at_ms += 1
        return written(datetime.fromtimestamp(self.at_ms / 1000, UTC))


class Trap:
    """Stands in for what writes to the store, and springs at the write that it is set for.

    Of what is written together the process can end at any piece, and just before or after the commit; another process
    can only come before the first piece.
    """

    def __init__(self, store: Store) -> None:
        """Stand before a store's writing."""
        self._writer: Writer | None = None
        if isinstance(store, EmbeddedStore):
            self._writer = writer = store.writer
            self._write, self._together = writer.run, writer.together
            writer.run = self  # type: ignore[method-assign]
            writer.together = self.together  # type: ignore[method-assign]
        elif isinstance(store, CouchStore):
            self._write = store.client.write
            store.client.write = self  # type: ignore[method-assign]
            store._at_once = in_turn  # type: ignore[method-assign]
        self.is_dead = False
        self.kill_in: int | None = None
        self.is_after = False
        self.full_for = 0
        self.overtake_in: int | None = None
        self.overtake: Callable[[], None] = lambda: None

    def __call__(self, *given: Any, **named: Any) -> Any:
        """Write, unless the trap springs."""
        if self.is_dead:
            raise Killed
        if self.full_for > 0:
            self.full_for -= 1
            raise StoreUnavailable("the data file cannot be used: database or disk is full")
        if self._writer is None or not self._writer.is_together:
            self._let_others_by()
        if not self._is_the_last():
            return self._write(*given, **named)
        if self.is_after:
            self._write(*given, **named)
        raise Killed

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write together, unless the trap springs before or after the commit."""
        self._let_others_by()
        is_last = False
        with self._together():
            yield
            if (is_last := self._is_the_last()) and not self.is_after:
                raise Killed
        if is_last:
            raise Killed

    def _let_others_by(self) -> None:
        if self.overtake_in is None:
            return
        self.overtake_in -= 1
        if self.overtake_in <= 0:
            self.overtake_in = None
            self.overtake()

    def _is_the_last(self) -> bool:
        """Count a write; tell whether the process ends with it."""
        if self.kill_in is None:
            return False
        self.kill_in -= 1
        self.is_dead = self.kill_in <= 0
        return self.is_dead


def in_turn(work: Mapping[str, Callable[[], Any]]) -> tuple[dict[str, Any], list[BaseException]]:
    """Do one after the other what CouchDB is asked at the same time, so that "the third write" is always the same."""
    answers, failures = {}, []
    for name, do in work.items():
        try:
            answers[name] = do()
        except Exception as failure:
            failures.append(failure)
    return answers, failures
