"""Instants and days as ISO strings, which compare and sort as they stand.

Instants are UTC with milliseconds and Z; days are those of Vietnam (UTC+7 all year, decision 28/2018 Article 14.4).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))
_INVERTED = str.maketrans("0123456789", "9876543210")


def parse(instant: str) -> datetime:
    """Read an instant."""
    return datetime.fromisoformat(instant)


def written(moment: datetime) -> str:
    """Write an instant the one way it is stored: `2026-11-22T08:15:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day_of(instant: str) -> str:
    """Return the day in Vietnam on which an instant falls, as an ISO date."""
    return parse(instant).astimezone(VIETNAM).date().isoformat()


def begin_of(day: str) -> str:
    """Return the instant at which a day, an ISO date, begins in Vietnam."""
    return written(datetime.combine(date.fromisoformat(day), time(), VIETNAM))


def day_before(instant: str) -> str:
    """Return the last day of Vietnam that lies wholly or partly before an instant, as an ISO date."""
    return day_of(written(parse(instant) - timedelta(milliseconds=1)))


def inverted(text: str) -> str:
    """Return a key that sorts the other way round, for instants and ISO dates."""
    return text.translate(_INVERTED)
