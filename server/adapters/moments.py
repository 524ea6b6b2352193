"""The server's clock and ids, as the ports ask for them."""

from __future__ import annotations

import threading
import uuid
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

from server.domain.instants import written


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> str:
        """Return the instant."""
        return written(datetime.now(UTC))


def new_id() -> str:
    """Return a fresh random id."""
    return str(uuid.uuid4())


class StripedLocks:
    """Locks by key from a fixed set, so that acts on one document queue up instead of colliding."""

    def __init__(self, stripes: int = 64) -> None:
        """Make the locks."""
        self._locks = [threading.RLock() for _ in range(stripes)]

    def __call__(self, key: str) -> AbstractContextManager[Any]:
        """Return the lock of a key."""
        return self._locks[hash(key) % len(self._locks)]
