"""Make a failing schedule small: leave out steps as long as it still fails in the same way (delta debugging)."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.simulator.schedule import Schedule, Step

Fails = Callable[[Schedule], bool]


def shrink(schedule: Schedule, fails: Fails, tries: int = 150, patience_s: float = 120.0) -> Schedule:
    """Return a schedule with as few steps as `tries` runs within `patience_s` could find; the one given must fail."""
    end = time.monotonic() + patience_s
    steps: tuple[Step, ...] = schedule.steps
    pieces = 2
    while len(steps) > 1 and tries > 0 and time.monotonic() < end:
        size = max(len(steps) // pieces, 1)
        for start in range(0, len(steps), size):
            fewer = _without(steps, start, size)
            tries -= 1
            if fewer and fails(schedule.with_steps(fewer)):
                steps, pieces = fewer, max(pieces - 1, 2)
                break
            if tries <= 0 or time.monotonic() >= end:
                break
        else:
            if size == 1:
                break
            pieces = min(pieces * 2, len(steps))
    return schedule.with_steps(steps)


def _without(steps: tuple[Step, ...], start: int, size: int) -> tuple[Step, ...]:
    """Leave steps out, and let the next one come when it did before."""
    skipped = steps[start : start + size]
    rest = steps[start + size :]
    if rest:
        waited = sum(step["wait_ms"] for step in skipped)
        rest = ({**rest[0], "wait_ms": rest[0]["wait_ms"] + waited}, *rest[1:])
    return (*steps[:start], *rest)
