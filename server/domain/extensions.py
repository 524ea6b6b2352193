"""More time for a part of the work: asked for by who has it, decided by who gave it (Articles 9.4, 13).

A granted request changes the deadline of the row (`row_requests` says how requests stand on it).
"""

from __future__ import annotations

from typing import Any

from server.domain.assignments import row
from server.domain.commands import DecideExtension, RequestExtension
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.records import Assignment, Event, Record
from server.domain.row_requests import EXTENSIONS, GRANTED, REFUSED, decision, end, put, to_decide

Decision = tuple[str, str, dict[str, Any]]


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
    asked, found = to_decide(record, EXTENSIONS, command.request_id)
    due_on = (command.due_on or found["due_on"]) if command.is_granted else None
    if due_on and due_on < record["arrived_on"]:
        raise DomainError("due_before_arrival", field="due_on")
    return "ExtensionDecided", context.received_at, {**decision(asked, found, command), "due_on": due_on}


def carry_out(record: Record, event: Event) -> None:
    """Write a request or a decision onto its row."""
    data = event["data"]
    mine = row(record, data["row_id"])
    if event["event"] == "ExtensionRequested":
        put(mine, EXTENSIONS, event, due_on=data["due_on"], reason=data["reason"])
        return
    end(mine, EXTENSIONS, GRANTED if data["is_granted"] else REFUSED, event["version"])
    if data["is_granted"]:
        mine["due_on"], mine["worded_version"] = data["due_on"], event["version"]
