"""Days and hours of the demo's story, counted from the day it is seeded; people act in working hours only."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from server.domain.instants import VIETNAM, parse, written

HOURS = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))
ROMAN = ("I", "II", "III", "IV")
_TOKEN = re.compile(r"\{([dymq])([+-]\d+)?\}")


class Days:
    """The calendar around one seed instant."""

    def __init__(self, now_at: str) -> None:
        """Count from the day in Vietnam on which the instant falls."""
        self.now_at = now_at
        self.today = parse(now_at).astimezone(VIETNAM).date()

    def day(self, offset: int) -> date:
        """Return a working day: past ones move back from a weekend, coming ones move on."""
        found = self.today + timedelta(days=offset)
        step = timedelta(days=-1 if offset <= 0 else 1)
        while found.weekday() > 4:
            found += step
        return found

    def iso(self, offset: int | None) -> str:
        """Return a working day as an ISO date; empty for None."""
        return "" if offset is None else self.day(offset).isoformat()

    def filled(self, value: Any) -> Any:
        """Fill {d-3} (a day), {y+1}, {m-1}, {q} (last quarter) in texts, through lists and objects."""
        if isinstance(value, str):
            return _TOKEN.sub(self._token, value)
        if isinstance(value, list):
            return [self.filled(item) for item in value]
        if isinstance(value, dict):
            return {key: self.filled(item) for key, item in value.items()}
        return value

    def _token(self, match: re.Match[str]) -> str:
        offset = int(match[2] or 0)
        if match[1] == "d":
            return self.day(offset).strftime("%d/%m/%Y")
        if match[1] == "y":
            return str(self.today.year + offset)
        if match[1] == "m":
            return str((self.today.month - 1 + offset) % 12 + 1)
        return ROMAN[((self.today.month - 1) // 3 - 1) % 4]

    def spread(self, start_at: str, waits: list[int]) -> list[str]:
        """Return instants that follow a start by working minutes, drawn together so that all lie before now."""
        start = parse(start_at)
        end = parse(self.now_at) - timedelta(minutes=20)
        free = _minutes_between(start, end)
        scale = min(1.0, free / (sum(waits) + 1))
        reached, instants = 0.0, []
        for position, wait in enumerate(waits, 1):
            reached += wait * scale
            moment = _after(start, int(reached)) if free else start
            instants.append(written(moment + timedelta(seconds=position)))
        return instants

    def at(self, day: date, minutes: int) -> str:
        """Return the instant so many minutes after the office opens on a day."""
        opened = datetime.combine(day, HOURS[0][0], VIETNAM)
        return written(opened + timedelta(minutes=minutes))


def _periods(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Return the working periods between two moments, at most forty days."""
    periods = []
    first = start.astimezone(VIETNAM).date()
    for number in range(40):
        day = first + timedelta(days=number)
        if day.weekday() > 4:
            continue
        for opened, closed in HOURS:
            begins = max(datetime.combine(day, opened, VIETNAM), start)
            ends = min(datetime.combine(day, closed, VIETNAM), end)
            if begins < ends:
                periods.append((begins, ends))
    return periods


def _minutes_between(start: datetime, end: datetime) -> int:
    return int(sum((ends - begins).total_seconds() for begins, ends in _periods(start, end)) // 60)


def _after(start: datetime, minutes: int) -> datetime:
    left = timedelta(minutes=minutes)
    for begins, ends in _periods(start, start + timedelta(days=40)):
        if begins + left <= ends:
            return (begins + left).astimezone(UTC)
        left -= ends - begins
    return start
