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


class Pace:
    """Knows which batches are under way in this process, and looks whether others still write."""

    def __init__(self, sequence: Callable[[], str]) -> None:
        """`sequence` gives that of the last write."""
        self._sequence = sequence
        self._condition = threading.Condition()
        self._batches = 0

    @contextmanager
    def taking_batch(self) -> Iterator[None]:
        """Count a batch as under way during a `with` block."""
        with self._condition:
            self._batches += 1
        try:
            yield
        finally:
            with self._condition:
                self._batches -= 1
                self._condition.notify_all()

    def let_gather(self, stop: threading.Event) -> None:
        """Wait until no batch is under way and nothing was written for a moment, but never for long."""
        end = time.monotonic() + LONGEST_BATCH_S
        turns = round(GATHER_S / SETTLE_S)
        seen = None
        while time.monotonic() < end:
            with self._condition:
                # one batch comes right behind the other: the moment between them is not the end
                is_batch = self._batches > 0
                self._condition.wait_for(lambda: not self._batches, end - time.monotonic())
            now, turns = self._sequence(), turns if is_batch else turns - 1
            if now == seen or turns < 0 or stop.wait(SETTLE_S):
                return
            seen = now
