"""More time for a part of the work: asked for by who has it, decided by who gave it (Articles 9.4, 13).

A request stands on its row until it is decided, or until a second one takes its place; all of them stay there, the last
one last, so that what somebody could decide can be told afterwards. A granted one changes the deadline of the row.
"""

from __future__ import annotations

from typing import Any

from server.domain.assignments import row
from server.domain.commands import DecideExtension, RequestExtension
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.records import Assignment, Event, Record, assignments_at, authority_of

OPEN, GRANTED, REFUSED, REPLACED = "open", "granted", "refused", "replaced"
Decision = tuple[str, str, dict[str, Any]]


def was_open(one: Assignment, version: int | None) -> bool:
    """Tell whether a row had a request that nobody had decided at a version (now, when the version is None)."""
    requests = one.get("extensions", ())
    if version is None:
        return any(found["state"] == OPEN for found in requests)
    return any(
        found["asked_version"] <= version and (found["ended_version"] is None or found["ended_version"] > version)
        for found in requests
    )


def row_asked(record: Record, request_id: str) -> Assignment | None:
    """Return the row that a request is about, standing or not; of one that was taken up again, where it is now."""
    rows: list[Assignment] = record.get("assignments", [])
    return next((one for one in reversed(rows) if _asked(one, request_id)), None)


def _asked(one: Assignment, request_id: str) -> dict[str, Any] | None:
    return next((found for found in one.get("extensions", ()) if found["request_id"] == request_id), None)


def request(mine: Assignment, command: RequestExtension, context: Context) -> Decision:
    """Return the event of a request. Raises no_deadline, not_later, wrong_state."""
    if mine["state"] == "concluded":
        raise DomainError("wrong_state", state=mine["state"])
    if not mine["due_on"]:
        raise DomainError("no_deadline", field="due_on")
    if not command.due_on or command.due_on <= mine["due_on"]:
        raise DomainError("not_later", field="due_on")
    data = {
        "row_id": mine["assignment_id"],
        "due_on": command.due_on,
        "before_on": mine["due_on"],
        "reason": command.reason,
        "to": mine["assigned_by"],
    }
    return "ExtensionRequested", context.received_at, data


def decide(record: Record, command: DecideExtension, context: Context) -> Decision:
    """Return the event of a decision. Raises no_such_request, wrong_state, due_before_arrival."""
    asked = row_asked(record, command.request_id)
    found = _asked(asked, command.request_id) if asked else None
    if asked is None or found is None:
        raise DomainError("no_such_request", field="request_id")
    if asked not in assignments_at(record) or found["state"] != OPEN:
        raise DomainError("wrong_state", state=record["state"])
    due_on = (command.due_on or found["due_on"]) if command.is_granted else None
    if due_on and due_on < record["arrived_on"]:
        raise DomainError("due_before_arrival", field="due_on")
    data = {
        "row_id": asked["assignment_id"],
        "request_id": command.request_id,
        "is_granted": command.is_granted,
        "due_on": due_on,
        "note": command.note,
        "to": found["asked_by"],
    }
    return "ExtensionDecided", context.received_at, data


def carry_out(record: Record, event: Event) -> None:
    """Write a request or a decision onto its row."""
    data = event["data"]
    mine = row(record, data["row_id"])
    if event["event"] == "ExtensionRequested":
        asked = {
            "request_id": event["action_id"],
            "due_on": data["due_on"],
            "reason": data["reason"],
            "asked_by": authority_of(event),
            "asked_version": event["version"],
            "ended_version": None,
            "state": OPEN,
        }
        mine["extensions"] = [*_ended(mine, REPLACED, event["version"]), asked]
        return
    mine["extensions"] = _ended(mine, GRANTED if data["is_granted"] else REFUSED, event["version"])
    if data["is_granted"]:
        mine["due_on"], mine["worded_version"] = data["due_on"], event["version"]


def _ended(mine: Assignment, state: str, version: int) -> list[dict[str, Any]]:
    """Return the requests of a row, the open one ended."""
    return [
        {**found, "state": state, "ended_version": version} if found["state"] == OPEN else found
        for found in mine.get("extensions", ())
    ]
