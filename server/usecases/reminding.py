"""Reminding whoever decides a conflict that it is overdue, once a working day, through the one write path."""

from __future__ import annotations

from server.domain.commands import RemindReview
from server.domain.instants import day_of
from server.domain.office import CLOCK
from server.domain.records import open_reviews
from server.domain.reviews import is_overdue, reminder_id
from server.ports import Services
from server.usecases.handle import handle


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
