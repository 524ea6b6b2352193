"""Reminding, once a working day and through the one write path: of conflicts to be decided, of deadlines."""

from __future__ import annotations

from server.domain import due_reminders
from server.domain.commands import RemindDue, RemindReview
from server.domain.instants import day_of
from server.domain.office import CLOCK
from server.domain.records import open_reviews
from server.domain.reviews import is_overdue, reminder_id
from server.ports import Services
from server.usecases.handle import handle

OPEN_STATES = ("assigned", "in_progress")


def overdue_reviews(services: Services) -> int:
    """Enter a reminder on the record of every open review past due; returns how many were entered just now."""
    now = services.clock.now()
    today = day_of(now)
    office = services.directory.office()
    if not office.calendar.is_working(today):
        return 0
    people = sorted(office.people)
    waiting = services.records.find("by_review_owner", any_of={"open_review_owner": people})
    reminded = 0
    for record in waiting:
        for review in open_reviews(record):
            action_id = reminder_id(review["review_id"], today)
            if not is_overdue(review, now) or action_id in record["receipts"]:
                continue
            command = RemindReview(
                action_id=action_id,
                actor_id=CLOCK,
                acted_at=now,
                document_id=record["_id"],
                seen_version=record["version"],
                review_id=review["review_id"],
            )
            reminded += handle(command, services)["status"] == "applied"
    return reminded


def due_work(services: Services) -> int:
    """Remind whoever has work in hand that is nearly or past due; returns on how many documents that was entered."""
    now = services.clock.now()
    today = day_of(now)
    calendar = services.directory.office().calendar
    if not calendar.is_working(today):
        return 0
    reminded = 0
    for state in OPEN_STATES:
        for record in services.records.find("by_kind_state", {"kind": "incoming", "state": state}):
            if not due_reminders.due_rows(record, today, calendar):
                continue
            command = RemindDue(
                action_id=f"remind-due-{today}-{record['_id'].partition(':')[2][-40:]}",
                actor_id=CLOCK,
                acted_at=now,
                document_id=record["_id"],
                seen_version=record["version"],
            )
            reminded += handle(command, services)["status"] == "applied"
    return reminded
