"""Reminding of deadlines by the clock: once when one is near, then when it has passed, and again every week (2.11).

It is for whoever has work in hand; whoever passed it on sees it in the history and beside the part.
"""

from __future__ import annotations

from typing import Any

from server.domain.assignments import deadline_of, row
from server.domain.commands import RemindDue
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.lists import DUE_SOON, OVERDUE, soon_until
from server.domain.records import Assignment, Event, Record
from server.domain.urging import rows_in_hand
from server.domain.work_calendar import WorkCalendar

AGAIN_DAYS = 5
"""Working days between two reminders of the same deadline once it has passed."""
Decision = tuple[str, str, dict[str, Any]]


def due_rows(record: Record, today: str, calendar: WorkCalendar) -> dict[str, str]:
    """Return the rows of which somebody is to be reminded on a day: row id → due_soon or overdue."""
    until = soon_until(calendar, today)
    found: dict[str, str] = {}
    for one in rows_in_hand(record, None):
        due_on = deadline_of(record, one)
        if due_on and due_on <= until:
            kind = OVERDUE if due_on < today else DUE_SOON
            if _is_time(one, due_on, kind, today, calendar):
                found[one["assignment_id"]] = kind
    return found


def _is_time(one: Assignment, due_on: str, kind: str, today: str, calendar: WorkCalendar) -> bool:
    last = one.get("reminded")
    if last is None or last["due_on"] != due_on or last["kind"] != kind:
        return True
    return kind == OVERDUE and calendar.after(last["on"], AGAIN_DAYS) <= today


def decide(record: Record, _command: RemindDue, context: Context) -> Decision:
    """Return the event of a day's reminders. Raises wrong_state when there is nobody to be reminded."""
    found = due_rows(record, context.today, context.office.calendar)
    if not found:
        raise DomainError("wrong_state", state=record["state"])
    people = [row(record, key)["person_id"] for key in found]
    return "DueReminded", context.received_at, {"on": context.today, "reminded_rows": found, "people": people}


def carry_out(record: Record, event: Event) -> None:
    """Enter the reminder on every row that it is for."""
    data = event["data"]
    for key, kind in data["reminded_rows"].items():
        one = row(record, key)
        count = (one.get("reminded") or {"count": 0})["count"] + 1
        one["reminded"] = {"kind": kind, "on": data["on"], "due_on": deadline_of(record, one), "count": count}
