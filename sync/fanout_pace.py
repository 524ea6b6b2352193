"""When the fan-out takes its turn: news are told soon, but a device's batch is told once and not a hundred times.

Its own writes would stand in the way of the batch's; on the other hand people wait for what others did.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SETTLE_S = 0.02
GATHER_S = 0.3
LONGEST_BATCH_S = 2.0
MANY = 50
LINGER_S = 0.1
"""Behind so many acts at once there are mostly more: for that long the next batch is waited for."""


class Pace:
    """Knows which batches are under way in this process, and looks whether others still write."""

    def __init__(self, sequence: Callable[[], str]) -> None:
        """`sequence` gives that of the last write."""
        self._sequence = sequence
        self._condition = threading.Condition()
        self._batches = 0
        self._more_until = 0.0

    @contextmanager
    def taking_batch(self, size: int = 1) -> Iterator[None]:
        """Count a batch of so many acts as under way during a `with` block."""
        with self._condition:
            self._batches += 1
        try:
            yield
        finally:
            with self._condition:
                self._batches -= 1
                if size >= MANY:
                    self._more_until = time.monotonic() + LINGER_S
                self._condition.notify_all()

    def let_gather(self, stop: threading.Event) -> None:
        """Wait until no batch is under way and nothing was written for a moment, but never for long."""
        end = time.monotonic() + LONGEST_BATCH_S
        turns = round(GATHER_S / SETTLE_S)
        seen = None
        while time.monotonic() < end:
            is_batch = self._wait_for_batches(end)
            now, turns = self._sequence(), turns if is_batch else turns - 1
            if now == seen or turns < 0 or stop.wait(SETTLE_S):
                return
            seen = now

    def _wait_for_batches(self, end: float) -> bool:
        """Wait until no batch is under way and none is about to come; tell whether there was any."""
        was_any = False
        with self._condition:
            while (now := time.monotonic()) < end and (self._batches or now < self._more_until):
                was_any = True
                self._condition.wait(end - now if self._batches else self._more_until - now)
        return was_any
