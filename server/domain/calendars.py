"""What happens to a year of the office's calendar: days are marked as off or as worked (Labour Code Articles 111, 112).

A year is a document of `accounts`; one that nobody has marked a day of need not be there.
"""

from __future__ import annotations

from typing import Any

from server.domain.commands import Command
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.office_commands import MarkDay
from server.domain.records import Event, Record, event_of

PREFIX = "calendar:"
MOST = 120
"""Days that may be marked in a year."""


def empty_year(record_id: str | None) -> dict[str, Any] | None:
    """Return a year without a marked day; None when the id is not one of a year."""
    if not record_id or not record_id.startswith(PREFIX):
        return None
    return {"_id": record_id, "kind": "calendar", "days": {}}


def state_of(_document: Record) -> str:
    """Return the state of a year, the only one there is."""
    return "kept"


def decide(record: Record, command: Command, context: Context) -> Event:
    """Return what a command causes on a year. Raises bad_value, day_marked, day_not_marked, too_many_days."""
    day = str(command.own_values()["day"])
    if day[:4] != record["_id"].removeprefix(PREFIX):
        raise DomainError("bad_value", field="day", value=day)
    if not isinstance(command, MarkDay):
        if day not in record["days"]:
            raise DomainError("day_not_marked", field="day")
        return event_of(command, "DayUnmarked", context.received_at, {"day": day})
    if context.office.calendar.is_working(day) == command.is_working:
        # it would change no deadline: the office would read a decision that is none
        raise DomainError("day_marked", field="day")
    if len(record["days"]) >= MOST:
        raise DomainError("too_many_days", field="day", limit=MOST)
    data = {"day": day, "is_working": command.is_working, "name": command.reason}
    return event_of(command, "DayMarked", context.received_at, data)


def evolve(record: Record, event: Event) -> None:
    """Carry an event out on the year."""
    data = event["data"]
    days = {day: mark for day, mark in record["days"].items() if day != data["day"]}
    if event["event"] == "DayMarked":
        days[data["day"]] = {"is_working": data["is_working"], "name": data["name"]}
    record["days"] = days
