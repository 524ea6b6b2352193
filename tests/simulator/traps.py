"""What can befall the server's process: an end at any write, a full disk, another process in between; and its clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from server.domain.instants import written
from sync.ports import StoreUnavailable


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
    """Stands in for the store's writer, and springs at the write that it is set for."""

    def __init__(self, run: Callable[[Any], Any]) -> None:
        """Stand before a writer's `run`."""
        self._run = run
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
        if self.overtake_in is not None:
            self.overtake_in -= 1
            if self.overtake_in == 0:
                self.overtake_in = None
                self.overtake()
        if self.kill_in is None:
            return self._run(job)
        self.kill_in -= 1
        if self.kill_in > 0:
            return self._run(job)
        if self.is_after:
            self._run(job)
        self.is_dead = True
        raise Killed
