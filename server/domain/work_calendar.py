"""The working days of the office: what the law gives free, and what was swapped (Labour Code Articles 111, 112).

Days are ISO dates of Vietnam. A period of working days does not count the day it begins on (Civil Code Article 147.2),
and a period of calendar days that ends on a day off ends on the next working day (148.5). Where a decision of the Prime
Minister swaps days, the office's own mark stands before what is known of the law.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from server.domain.instants import VIETNAM, day_of, written

SATURDAY = 5
LONGEST = 3660
"""Days that are looked at for one answer: a calendar without a working day must not be looked at for ever."""


@dataclass(frozen=True, slots=True)
class DayMark:
    """What a day is, whatever its weekday: `names` by language; the office's own marks have one name for all."""

    is_working: bool
    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, locale: str) -> str:
        """Return why the day is what it is, in a language or else in Vietnamese."""
        return self.names.get(locale) or self.names.get("vi", "")


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Marked days, those of the law and the office's own; every other day is as its weekday is."""

    legal: Mapping[str, DayMark] = field(default_factory=dict)
    own: Mapping[str, DayMark] = field(default_factory=dict)

    def mark_of(self, day: str) -> DayMark | None:
        """Return the mark of an ISO date, the office's own before that of the law."""
        return self.own.get(day) or self.legal.get(day)

    def is_working(self, day: str) -> bool:
        """Tell whether an ISO date is a working day."""
        mark = self.mark_of(day)
        return mark.is_working if mark else date.fromisoformat(day).weekday() < SATURDAY

    def or_next(self, day: str) -> str:
        """Return the day itself if it is a working day, else the next one that is (Civil Code Article 148.5)."""
        return next(one for one in _from(day) if self.is_working(one))

    def after(self, day: str, count: int) -> str:
        """Return the working day that comes so many working days after a day, which is not counted itself."""
        days = (one for one in _from(day, skip=1) if self.is_working(one))
        found = day
        for _ in range(count):
            found = next(days)
        return found

    def after_calendar_days(self, day: str, count: int) -> str:
        """Return where a period of calendar days ends: on a working day."""
        return self.or_next((date.fromisoformat(day) + timedelta(days=count)).isoformat())

    def end_after(self, instant: str, count: int) -> str:
        """Return the last instant, in Vietnam, of the working day that comes so many working days after an instant."""
        day = date.fromisoformat(self.after(day_of(instant), count))
        return written(datetime.combine(day, time.max, VIETNAM))

    def exceptions(self, years: Iterable[int]) -> dict[str, list[str]]:
        """Return weekdays that are off and weekend days that are worked in some years, for devices to count by."""
        heads = tuple(f"{year}-" for year in years)
        days = sorted(day for day in {*self.legal, *self.own} if day.startswith(heads))
        weekend = {day: date.fromisoformat(day).weekday() >= SATURDAY for day in days}
        return {
            "off": [day for day in days if not weekend[day] and not self.is_working(day)],
            "worked": [day for day in days if weekend[day] and self.is_working(day)],
        }

    def left(self, today: str, due_on: str) -> int:
        """Return how many working days are left after today until a day, it included; negative when it has passed."""
        if due_on < today:
            return -self.left(due_on, today)
        span = (date.fromisoformat(due_on) - date.fromisoformat(today)).days
        days = _from(today, skip=1)
        return sum(self.is_working(next(days)) for _ in range(min(span, LONGEST)))


def _from(day: str, *, skip: int = 0) -> Iterator[str]:
    """Yield the days from one on. Raises ValueError after `LONGEST` of them."""
    first = date.fromisoformat(day)
    for number in range(skip, LONGEST + skip):
        yield (first + timedelta(days=number)).isoformat()
    raise ValueError(f"no working day in {LONGEST} days from {day}")


def own_marks(documents: Iterable[Mapping[str, Any]]) -> dict[str, DayMark]:
    """Read the office's own marks from its `calendar:` documents, one for a year."""
    return {
        day: DayMark(mark["is_working"], {"vi": mark["name"]})
        for document in documents
        for day, mark in document.get("days", {}).items()
    }
