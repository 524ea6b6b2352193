"""Rows of the table, and how they are timed: subject and reference in turns, the median of each."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

COLUMNS = ("row", "value", "reference", "ratio", "goal", "")


@dataclass(frozen=True)
class Row:
    """One line of the table.

    `goal` is the largest `ratio` (value by reference) that is good enough or, where there is no reference, the largest
    `value`; both are in `unit`.
    """

    name: str
    value: float
    unit: str
    reference: float | None
    ratio: float | None
    goal: float
    ok: bool


def compared(name: str, value: float, reference: float, goal: float, unit: str = "ms") -> Row:
    """Make a row that is judged by its ratio to a reference."""
    ratio = value / reference
    return Row(name, round(value, 3), unit, round(reference, 3), round(ratio, 3), goal, ratio <= goal)


def counted(name: str, value: float, unit: str, goal: float) -> Row:
    """Make a row that is judged by itself."""
    return Row(name, round(value, 3), unit, None, None, goal, value <= goal)


def milliseconds(work: Callable[[], Any]) -> float:
    """Give how long something takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def in_turns(measured: Mapping[str, Callable[[], float]], repetitions: int, warm_up: int = 1) -> dict[str, float]:
    """Measure several things in turns and give the median of each; every other round goes backwards.

    Each callable gives what it measured, so that it can prepare beforehand without being timed.
    """
    taken: dict[str, list[float]] = {name: [] for name in measured}
    for number in range(warm_up + repetitions):
        order = list(measured) if number % 2 == 0 else list(reversed(measured))
        for name in order:
            value = measured[name]()
            if number >= warm_up:
                taken[name].append(value)
    return {name: statistics.median(values) for name, values in taken.items()}


def table(rows: Sequence[Row]) -> str:
    """Write the rows for people."""
    lines = [COLUMNS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def write(rows: Sequence[Row], path: Path) -> None:
    """Write the rows for programs; rows of other names that the file holds stay."""
    path.parent.mkdir(parents=True, exist_ok=True)
    names = {row.name for row in rows}
    kept = [row for row in _read(path) if row["name"] not in names]
    path.write_text(json.dumps([*kept, *map(asdict, rows)], ensure_ascii=False, indent=1) + "\n", "utf-8")


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return []
    return [row for row in found if isinstance(row, dict) and "name" in row] if isinstance(found, list) else []


def _cells(row: Row) -> tuple[str, ...]:
    is_compared = row.reference is not None
    return (
        row.name,
        f"{row.value:.1f} {row.unit}",
        f"{row.reference:.1f} {row.unit}" if is_compared else "",
        f"{row.ratio:.2f} ×" if is_compared else "",
        f"≤ {row.goal:g} {'×' if is_compared else row.unit}",
        "ok" if row.ok else "MISSED",
    )
