"""What may happen to an outgoing document, văn bản đi, until it is approved (Article 10): decide, then evolve.

A draft is held by one person at a time (`custody`): drafter, division, leader. Agreement always names the
exact version, by the hash of its content. Numbering, signing and issue come after `approved` (docs/architecture.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server.domain import following, withdrawal
from server.domain.catalogues import DOCUMENT_TYPES, URGENCIES
from server.domain.commands import (
    AddComment,
    AddVersion,
    Approve,
    Command,
    ReturnDraft,
    StartDraft,
    SubmitDraft,
    SubmitToLeader,
    WithdrawDocument,
)
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.records import (
    Custody,
    Event,
    Record,
    authority_of,
    current_version_of,
    custody_at,
    event_of,
    new_record,
)


def start(command: StartDraft, context: Context) -> tuple[Record, Event]:
    """Return a new draft that answers an incoming document, and its first event."""
    if command.type not in DOCUMENT_TYPES:
        raise DomainError("bad_value", field="type", value=command.type)
    if command.urgency and command.urgency not in URGENCIES:
        raise DomainError("bad_value", field="urgency", value=command.urgency)
    answered = context.records[command.document_id or ""]
    for related in command.related:
        if related not in context.records:
            raise DomainError("not_found", field="related")
    data = {
        "subject": command.subject,
        "type": command.type,
        "urgency": command.urgency or "normal",
        "due_on": command.due_on,
        "field": answered.get("field", ""),
        "is_priority": answered.get("is_priority", False),
        "reply_to": command.document_id,
        "related": list(command.related),
        "unit_id": context.office.unit_of(command.authority_id, context.received_at),
        "version": context.file_entry(command.file),
        "note": command.note,
    }
    record = new_record("outgoing", f"outgoing:{command.action_id}")
    record.update(versions=[], custody=[], approvals=[], round=1, confidentiality="normal", number="")
    return record, event_of(command, "DraftStarted", context.received_at, data)


def decide(record: Record, command: Command, context: Context) -> Event:
    """Return what a command causes on an existing draft."""
    if isinstance(command, WithdrawDocument):
        return event_of(command, *withdrawal.decide(record, command, context))
    name, data = _DECISIONS[type(command).__name__](record, command, context)
    return event_of(command, name, context.received_at, data)


def _comment(record: Record, command: AddComment, _context: Context) -> tuple[str, dict[str, Any]]:
    current = current_version_of(record)
    return "Commented", {"text": command.text, "number": current["number"] if current else None}


def _add_version(record: Record, command: AddVersion, context: Context) -> tuple[str, dict[str, Any]]:
    _holding(record, "drafter")
    entry = context.file_entry(command.file)
    current = current_version_of(record)
    if entry and current and entry["sha256"] == current["sha256"]:
        raise DomainError("same_version_again", field="file", number=current["number"])
    return "VersionAdded", {"version": entry, "note": command.note}


def _submit(record: Record, command: SubmitDraft, context: Context) -> tuple[str, dict[str, Any]]:
    _holding(record, "drafter")
    to = context.active_person(command.to_person)
    office, at = context.office, context.received_at
    if not office.heads(to.person_id, to.unit_id, at):
        raise DomainError("not_a_division_head", person_id=to.person_id, name=to.name)
    if office.unit_of(to.person_id, at) != office.unit_at(record["unit_id"], at):
        raise DomainError("outside_own_unit", target=f"person:{to.person_id}")
    if to.person_id == command.authority_id:
        raise DomainError("assigned_to_self", field="to_person")
    return "DraftSubmitted", {**_bound(record, command.version_sha256), "person_id": to.person_id, "note": command.note}


def _submit_to_leader(record: Record, command: SubmitToLeader, context: Context) -> tuple[str, dict[str, Any]]:
    _holding(record, "division", "drafter")
    leader = context.leader(command.leader_id)
    bound = _bound(record, command.version_sha256)
    return "SubmittedToLeader", {**bound, "person_id": leader.person_id, "note": command.note}


def _give_back(record: Record, command: ReturnDraft, _context: Context) -> tuple[str, dict[str, Any]]:
    held = _holding(record, "division", "leader")
    if command.return_to not in ("", "drafter", "division"):
        raise DomainError("bad_value", field="return_to", value=command.return_to)
    division = [row for row in record["custody"] if row["role"] == "division"]
    to_division = command.return_to == "division" and held["role"] == "leader" and bool(division)
    current = current_version_of(record)
    return "DraftReturned", {
        "reason": command.reason,
        "target": "division" if to_division else "drafter",
        "person_id": division[-1]["person_id"] if to_division else record["drafter_id"],
        "number": current["number"] if current else None,
    }


def _approve(record: Record, command: Approve, _context: Context) -> tuple[str, dict[str, Any]]:
    _holding(record, "leader")
    if not (command.is_content_approved and command.is_form_approved):
        raise DomainError("form_not_approved", field="is_form_approved")
    bound = _bound(record, command.version_sha256)
    return "Approved", {**bound, "is_content_approved": True, "is_form_approved": True, "note": command.note}


_DECISIONS: dict[str, Callable[[Record, Any, Context], tuple[str, dict[str, Any]]]] = {
    "AddComment": _comment,
    "AddVersion": _add_version,
    "SubmitDraft": _submit,
    "SubmitToLeader": _submit_to_leader,
    "ReturnDraft": _give_back,
    "Approve": _approve,
    "Follow": lambda _record, command, _context: (following.FOLLOWED, following.data_of(command)),
}


def _holding(record: Record, *roles: str) -> Custody:
    held = custody_at(record)
    if held is None or held["role"] not in roles:
        raise DomainError("wrong_state", state=record["state"])
    return held


def _bound(record: Record, sha256: str) -> dict[str, Any]:
    """Return the version that an agreement names; it must be the current one."""
    current = current_version_of(record)
    if current is None or current["sha256"] != sha256:
        number = current["number"] if current else None
        raise DomainError("not_the_current_version", field="version_sha256", number=number)
    return {"sha256": sha256, "number": current["number"]}


def evolve(record: Record, event: Event) -> None:
    """Carry an event out on the record; its version is already the event's."""
    data = event["data"]
    match event["event"]:
        case "DraftStarted":
            record.update({key: value for key, value in data.items() if key not in ("version", "note")})
            record["drafter_id"] = authority_of(event)
            _add(record, event, data["version"])
            _hand(record, event, record["drafter_id"], "drafter", "drafting")
        case "VersionAdded":
            _add(record, event, data["version"])
        case "DraftSubmitted":
            _hand(record, event, data["person_id"], "division", "with_division")
        case "SubmittedToLeader":
            _agree(record, event, "division")
            _hand(record, event, data["person_id"], "leader", "with_leader")
        case "DraftReturned":
            record["round"] += 1
            to_division = data["target"] == "division"
            state = "with_division" if to_division else "returned"
            _hand(record, event, data["person_id"], "division" if to_division else "drafter", state)
        case "Approved":
            _agree(record, event, "leader")
            _end_custody(record, event)
            record["state"] = "approved"
        case following.FOLLOWED:
            following.carry_out(record, event)
        case "Withdrawn":
            withdrawal.carry_out(record, event)


def _add(record: Record, event: Event, entry: dict[str, Any]) -> None:
    record["versions"].append(
        {
            **entry,
            "number": len(record["versions"]) + 1,
            "author_id": event["actor_id"],
            "at": event["at"],
            "note": event["data"].get("note", ""),
        }
    )


def _hand(record: Record, event: Event, person_id: str, role: str, state: str) -> None:
    _end_custody(record, event)
    record["custody"].append(
        {
            "person_id": person_id,
            "unit_id": record["unit_id"],
            "role": role,
            "since_version": event["version"],
            "ended_version": None,
        }
    )
    record["state"] = state


def _end_custody(record: Record, event: Event) -> None:
    for row in record["custody"]:
        if row["ended_version"] is None:
            row["ended_version"] = event["version"]


def _agree(record: Record, event: Event, level: str) -> None:
    data = event["data"]
    record["approvals"].append(
        {
            "level": level,
            "person_id": event["actor_id"],
            "on_behalf_of": event.get("on_behalf_of"),
            "at": event["at"],
            "version_number": data["number"],
            "sha256": data["sha256"],
            "is_content_approved": data.get("is_content_approved", True),
            "is_form_approved": data.get("is_form_approved", level == "leader"),
        }
    )
