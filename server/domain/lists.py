"""In which list of a person's inbox a document is: what it asks of them now (Articles 9, 10, 13).

Every document of an inbox is in one list, and every list in one folder. What is due soon or overdue depends on the day
that it is looked at, so it is no list of its own: it is asked for by the deadline, in the folders of what is open.
"""

from __future__ import annotations

from server.domain.following import follows
from server.domain.parts import decides_excuse, decides_extension, row_for
from server.domain.permissions import Standing, is_addressed, owns_review
from server.domain.records import Assignment, Record, custody_at
from server.domain.work_calendar import WorkCalendar

LISTS = {
    "to_decide": "todo",
    "returned": "todo",
    "waiting": "todo",
    "to_approve": "todo",
    "in_hand": "todo",
    "passed_on": "watching",
    "to_know": "watching",
    "followed": "watching",
    "done": "done",
}
"""List → folder, in the order in which they are offered."""
COLUMNS = (
    "arrival",
    "arrived_on",
    "sender",
    "number",
    "document_on",
    "title",
    "due_on",
    "held_by",
    "state",
    "latest",
)
"""What a list can show side by side, in this order; the title always (decree 30/2020 Appendix IV 1, as on screen)."""
QUIET = frozenset({"passed_on", "to_know", "done"})
"""Lists that ask nothing of the person: what they follow is among the followed instead."""
OVERDUE, DUE_SOON = "overdue", "due_soon"
"""What is asked for by the deadline; offered before the lists."""
SOON_DAYS = 2
"""Working days, today not counted, within which a deadline is near (pwa/lists.js says the same)."""


def list_of(who: Standing) -> str:
    """Return the list that a document is in for a person who has it."""
    if owns_review(who):
        return "to_decide"
    found = _of_kind(who)
    if follows(who.record, who.person_id) and (found in QUIET or not is_addressed(who)):
        return "followed"
    return found


def _of_kind(who: Standing) -> str:
    return _of_draft(who) if who.record["kind"] == "outgoing" else _of_incoming(who)


def _of_draft(who: Standing) -> str:
    held = custody_at(who.record)
    if held is None:
        return "done"
    if held["person_id"] != who.person_id:
        return "passed_on"
    if held["role"] != "drafter":
        return "to_approve"
    return "returned" if who.record["state"] == "returned" else "in_hand"


def _of_incoming(who: Standing) -> str:
    record, row = who.record, row_for(who)
    if record["state"] in ("concluded", "withdrawn"):
        return "done"
    if record["state"] == "registered":
        return "waiting"
    if decides_extension(who) or decides_excuse(who):
        return "to_decide"
    if row is None:
        return "to_know"
    if row["state"] == "waiting":
        return "returned" if was_given_back(record, row) else "waiting"
    return {"concluded": "done", "passed_on": "passed_on"}.get(row["state"], "in_hand")


def was_given_back(record: Record, row: Assignment) -> bool:
    """Tell whether the work waits again because somebody below gave it back."""
    return any(one["parent_id"] == row["assignment_id"] and one["state"] == "returned" for one in record["assignments"])


def soon_until(calendar: WorkCalendar, today: str) -> str:
    """Return the last day on which a deadline is near."""
    return calendar.after(today, SOON_DAYS)
