"""What can befall the server's process: an end at any write, a full disk, another process in between; and its clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from server.domain.instants import written
from sync.ports import StoreUnavailable
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
    """Stands in for the store's writer, and springs at the write that it is set for.

    Of what is written together the process can end at any piece, and just before or after the commit; another process
    can only come before the first piece.
    """

    def __init__(self, writer: Writer) -> None:
        """Stand before a writer's `run` and `together`."""
        self._run, self._together = writer.run, writer.together
        self._writer = writer
        writer.run = self  # type: ignore[method-assign]
        writer.together = self.together  # type: ignore[method-assign]
        self.is_dead = False
        self.kill_in: int | None = None
        self.is_after = False
        self.full_for = 0
        self.overtake_in: int | None = None
        self.overtake: Callable[[], None] = lambda: None

    def __call__(self, job: Any) -> Any:
        """Write, unless the trap springs."""
        if self.is_dead:
            raise Killed
        if self.full_for > 0:
            self.full_for -= 1
            raise StoreUnavailable("the data file cannot be used: database or disk is full")
        if not self._writer.is_together:
            self._let_others_by()
        if not self._is_the_last():
            return self._run(job)
        if self.is_after:
            self._run(job)
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
