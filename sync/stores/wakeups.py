"""Waking those who wait for a database to change, inside one process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator


class Bell:
    """Counts the changes of each database that this process heard of, and wakes who waits for more."""

    def __init__(self) -> None:
        """Start with nothing heard."""
        self._condition = threading.Condition()
        self._counts: dict[str, int] = {}
        self._total = 0
        self._closed = False
        self._callbacks: list[Callable[[frozenset[str]], None]] = []

    @property
    def is_closed(self) -> bool:
        """Tell whether waiting is over for good."""
        return self._closed

    def heard(self, name: str | None) -> int:
        """Count what was heard of one database, or of all. Take it before reading, to miss nothing."""
        with self._condition:
            return self._total if name is None else self._counts.get(name, 0)

    def ring(self, names: Iterable[str]) -> None:
        """Say that these databases changed."""
        with self._condition:
            for name in names:
                self._counts[name] = self._counts.get(name, 0) + 1
                self._total += 1
            self._condition.notify_all()

    def wait(self, name: str | None, heard: int, deadline: float) -> bool:
        """Wait until more was heard; False when the monotonic `deadline` came first or it closed."""
        with self._condition:
            while not self._closed:
                if (self._total if name is None else self._counts.get(name, 0)) > heard:
                    return True
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._condition.wait(left)
            return False

    def turns(self, name: str | None, wait_s: float) -> Iterator[None]:
        """Give turns to look: one at once, then one after each change, until `wait_s` seconds are over."""
        deadline = time.monotonic() + wait_s
        while True:
            heard = self.heard(name)
            yield
            if not self.wait(name, heard, deadline) or self._closed:
                return

    def on_commit(self, callback: Callable[[frozenset[str]], None]) -> Callable[[], None]:
        """Add a callback for this process's own writes; gives the way to remove it."""
        self._callbacks = [*self._callbacks, callback]

        def stop() -> None:
            self._callbacks = [other for other in self._callbacks if other is not callback]

        return stop

    def committed(self, names: Iterable[str]) -> None:
        """Say that this process wrote to these databases: rings, and calls back."""
        changed = frozenset(names)
        if not changed:
            return
        self.ring(changed)
        for callback in self._callbacks:
            callback(changed)

    def close(self) -> None:
        """Wake everybody for good."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()
