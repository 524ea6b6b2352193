"""Conflicts that wait for a person: who owns one, by when, how it is opened, reminded of, ended and told.

A review keeps the whole act that could not be carried out, so that nothing a person did is lost. Its owner is always a
named person, and it is due within some working days (decree 30/2020 Appendix VI IV.2 asks for the handling of each
document to be followed up). Ending it is a command like any other (`ResolveConflict`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from server.domain.assignments import HANDLING
from server.domain.commands import AcknowledgeReview, Assign, Command, RemindReview, ResolveConflict
from server.domain.conflicts import Verdict
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.office import CHIEF_OF_OFFICE, Office
from server.domain.parts import row_acted_upon
from server.domain.payloads import payload_of, rebuild
from server.domain.permissions import Standing
from server.domain.records import Assignment, Event, Record, children_of, event_of, open_reviews
from server.domain.review_owners import review_owner
from server.domain.work_calendar import WorkCalendar

CHOICES: dict[str, tuple[str, ...]] = {"Assign": ("ours", "theirs", "both")}
DEFAULT_CHOICES = ("ours", "theirs")
REVIEW_DAYS = 2
OPENED, RESOLVED = "opened", "resolved"
"""What the author of a held act is told: that a person decides, and what that person decided."""


def owner_of(record: Record, command: Command, office: Office, at: str) -> str:
    """Return who decides: who gave the work out, or the author of an act on a draft; never nobody."""
    wanted: list[str | None] = []
    if record["kind"] == "incoming":
        row = row_acted_upon(
            type(command).__name__,
            Standing(record, command.authority_id, office, command.acted_at, command.seen_version),
        )
        if row is not None:
            wanted = [row["person_id"] if row["role"] == "leader" else row["assigned_by"], record.get("leader_id")]
    wanted += [command.actor_id, *office.with_role(CHIEF_OF_OFFICE, at)]
    return next((one for one in wanted if one and office.is_staff(one, at)), command.actor_id)


def _row_of(record: Record, command: Command, office: Office) -> Assignment | None:
    who = Standing(record, command.authority_id, office, command.acted_at, command.seen_version)
    return row_acted_upon(type(command).__name__, who)


def hold(
    record: Record, command: Command, verdict: Verdict, context: Context, difference: dict[str, Any] | None
) -> Event:
    """Return the event that keeps an act for a person's decision."""
    row = row_acted_upon(
        type(command).__name__,
        Standing(record, command.authority_id, context.office, command.acted_at, command.seen_version),
    )
    review = {
        "row_id": row["assignment_id"] if row else None,
        "review_id": command.action_id,
        "state": "open",
        "command": payload_of(command),
        "author_id": command.actor_id,
        "owner_id": owner_of(record, command, context.office, context.received_at),
        "reason": verdict.reason,
        "acted_at": command.acted_at,
        "opened_at": context.received_at,
        "due_at": context.office.calendar.end_after(context.received_at, context.review_days),
        "meanwhile": [event["version"] for event in verdict.events],
        "difference": difference,
        "choices": _choices(record, command),
    }
    return event_of(command, "ActHeld", context.received_at, {"review": review})


def _choices(record: Record, command: Command) -> list[str]:
    """Return how the conflict may be ended; on a withdrawn document nothing can be carried out any more."""
    if record["state"] == "withdrawn":
        return ["theirs"]
    return list(CHOICES.get(type(command).__name__, DEFAULT_CHOICES))


def due_at(review: Mapping[str, Any]) -> str:
    """Return the last instant in time; of a review from before there were due dates, by when it would have been."""
    found: str = review.get("due_at") or WorkCalendar().end_after(review["opened_at"], REVIEW_DAYS)
    return found


def is_overdue(review: Mapping[str, Any], at: str) -> bool:
    """Tell whether a review is open beyond its time at an instant."""
    return review["state"] == "open" and due_at(review) < at


def reminder_id(review_id: str, day: str) -> str:
    """Return the action id of a day's reminder, the same one however often the job runs on that day."""
    return f"remind-{day}-{sha256(review_id.encode()).hexdigest()[:32]}"


def noted(record: Record, command: AcknowledgeReview | RemindReview, context: Context) -> Event:
    """Return the event of a reminder, or of an author having been told.

    Raises no_such_review; not_allowed for a reminder before its time; bad_value for what cannot have been told yet.
    """
    review = next((one for one in record["reviews"] if one["review_id"] == command.review_id), None)
    if review is None:
        raise DomainError("no_such_review", field="review_id")
    if isinstance(command, AcknowledgeReview):
        if review["author_id"] != command.actor_id:
            raise DomainError("no_such_review", field="review_id")
        if command.told not in told_of(review):
            raise DomainError("bad_value", field="told")
        data = {"review_id": review["review_id"], "told": command.told, "command": review["command"]["command"]}
        return event_of(command, "ReviewAcknowledged", context.received_at, data)
    if review["state"] != "open":
        raise DomainError("no_such_review", field="review_id")
    if not is_overdue(review, context.received_at):
        raise DomainError("not_allowed", command="RemindReview")
    data = {
        "review_id": review["review_id"],
        "to": review_owner(record, review, context.office, context.received_at),
        "due_at": due_at(review),
        "command": review["command"]["command"],
    }
    return event_of(command, "ReviewReminded", context.received_at, data)


def told_of(review: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what there is to tell the author so far, the latest last."""
    return (OPENED,) if review["state"] == "open" else (OPENED, RESOLVED)


def find_open(record: Record, command: ResolveConflict, office: Office) -> dict[str, Any]:
    """Return the review that a command ends; raises no_such_review, not_allowed, choice_not_offered."""
    review = next((one for one in open_reviews(record) if one["review_id"] == command.review_id), None)
    if review is None:
        raise DomainError("no_such_review", field="review_id")
    if review_owner(record, review, office, command.acted_at) not in (command.actor_id, command.on_behalf_of):
        raise DomainError("not_allowed", command="ResolveConflict")
    if command.choice not in review["choices"]:
        raise DomainError("choice_not_offered", field="choice", value=command.choice)
    return review


def resolved(command: ResolveConflict, review: dict[str, Any], context: Context) -> Event:
    """Return the event that ends a review."""
    data = {
        "review_id": review["review_id"],
        "choice": command.choice,
        "author_id": review["author_id"],
        "command": review["command"]["command"],
        "note": command.note,
    }
    return event_of(command, "ConflictResolved", context.received_at, data)


def held_command(record: Record, command: ResolveConflict, review: dict[str, Any]) -> Command:
    """Return the held act as it is to be carried out now.

    An approval is never carried over to another version: its author, who decides, approves the current one anew, by
    its hash; nobody does that in another's name.
    """
    act = replace(rebuild(review["command"], actor_id=review["author_id"]), acted_at=command.acted_at)
    if isinstance(act, Assign) and command.choice == "both":
        rows = children_of(record, review["row_id"])
        standing = [row["target"] for row in rows if row["role"] in HANDLING]
        ours = [target for target in (act.lead, *act.simultaneous) if target]
        return replace(act, lead="", simultaneous=tuple(dict.fromkeys([*standing, *ours])))
    if command.version_sha256 and "version_sha256" in act.own_fields() and act.actor_id == command.actor_id:
        changed: dict[str, Any] = {"version_sha256": command.version_sha256}
        return replace(act, **changed)
    return act


def evolve(record: Record, event: Event) -> None:
    """Carry out what concerns reviews: open one, remind of it, end it, note that its author knows."""
    data = event["data"]
    if event["event"] == "ActHeld":
        record["reviews"].append({**data["review"]})  # the event stays as it was
    else:
        review = next(one for one in record["reviews"] if one["review_id"] == data["review_id"])
        _CHANGES[event["event"]](review, event)
    waiting = open_reviews(record)
    record["open_review_owner"] = waiting[0]["owner_id"] if waiting else None


def _resolve(review: dict[str, Any], event: Event) -> None:
    data = event["data"]
    review.update(state="resolved", choice=data["choice"], note=data.get("note", ""))
    review.update(resolved_by=event["actor_id"], resolved_at=event["at"])


def _remind(review: dict[str, Any], event: Event) -> None:
    review.update(reminded_at=event["at"], reminder_count=review.get("reminder_count", 0) + 1)


def _acknowledge(review: dict[str, Any], event: Event) -> None:
    if review.get("acknowledged") != RESOLVED:  # what was read of the end is not unread by a late word of the beginning
        review["acknowledged"] = event["data"]["told"]


_CHANGES = {"ConflictResolved": _resolve, "ReviewReminded": _remind, "ReviewAcknowledged": _acknowledge}
