"""One door into the aggregates: make, decide, evolve, whatever the kind of record."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from server.domain import (
    calendars,
    case_file,
    delegations,
    due_targets,
    file_plans,
    history_chain,
    incoming,
    outgoing,
    people,
    registration,
    reviews,
    units,
)
from server.domain.commands import Command, CreateCaseFile, StartDraft
from server.domain.context import Context
from server.domain.document_states import STATES
from server.domain.errors import DomainError
from server.domain.office_commands import RequestDelegation
from server.domain.office_permissions import OFFICE_STATES
from server.domain.records import Event, Record

REVIEW_EVENTS = frozenset({"ActHeld", "ConflictResolved", "ReviewReminded", "ReviewAcknowledged"})
_KINDS: dict[str, Any] = {
    "incoming": incoming,
    "outgoing": outgoing,
    "case_file": case_file,
    "delegation": delegations,
    "person": people,
    "unit": units,
    "calendar": calendars,
    "file_plan": file_plans,
    "due_targets": due_targets,
}
_STATES = {**STATES, **OFFICE_STATES}


def opened(document: Record) -> Record:
    """Return a stored document as decisions and events expect it: what nobody's act made may have no history yet."""
    kind = _KINDS[document["kind"]]
    if kind not in (people, units, calendars, file_plans, due_targets):
        return document
    return {"version": 0, "events": [], "receipts": {}, **document, "state": kind.state_of(document)}


def empty(record_id: str | None) -> Record | None:
    """Return a record of the office that is there without having been made; None when the id is none of such."""
    return calendars.empty_year(record_id) or file_plans.empty_year(record_id) or due_targets.empty(record_id)


def make(command: Command, context: Context, arrival_number: int = 0) -> tuple[Record, Event]:
    """Return a new record and its first event."""
    if isinstance(command, StartDraft):
        return outgoing.start(command, context)
    if isinstance(command, CreateCaseFile):
        return case_file.create(command, context)
    if isinstance(command, RequestDelegation):
        return delegations.request(command, context)
    return registration.register(command, context, arrival_number)  # type: ignore[arg-type]


_SHARED: dict[str, Callable[[Any], Any]] = {"events": list, "receipts": dict}
"""What grows with the history and is only added to: nothing in it is ever changed, so it need not be copied."""


def decide(record: Record, command: Command, context: Context) -> Event:
    """Return the event that a command causes on a record; raises wrong_state and what the kind of record raises."""
    if record["state"] not in _STATES[record["kind"]].get(type(command).__name__, ()):
        raise DomainError("wrong_state" if record["kind"] in STATES else "settled_already", state=record["state"])
    event: Event = _KINDS[record["kind"]].decide(record, command, context)
    return event


def apply(record: Record, event: Event) -> Record:
    """Return a copy of the record with the event carried out and added to its history."""
    after: Record = {key: _SHARED.get(key, copy.deepcopy)(value) for key, value in record.items()}
    after["version"] += 1
    event = {**event, "version": after["version"]}
    if event["event"] in REVIEW_EVENTS:
        reviews.evolve(after, event)
    else:
        _KINDS[after["kind"]].evolve(after, event)
    after["events"].append(history_chain.linked(after, event))
    after["updated_at"] = event["received_at"]
    return after
