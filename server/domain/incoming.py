"""What may happen to an incoming document, văn bản đến (Articles 9, 12 to 15): decide, then evolve.

`decide` turns a command into an event or raises `DomainError`; `evolve` carries an event out on the record. Assigning
itself is in `assigning`, the rows that it makes are in `assignments`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from server.domain import assigning, assignments, extensions, handovers, scans, urging, withdrawal
from server.domain.catalogues import CONFIDENTIALITIES, DOCUMENT_TYPES, FIELDS, URGENCIES, is_secret
from server.domain.commands import AddComment, Command, Conclude, PresentToLeader, RegisterIncoming
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.permissions import Standing, row_for
from server.domain.records import Assignment, Event, Record, assignments_at, event_of, new_record
from server.domain.subjects import check_subject


def duplicate_key(sender: str, number: str, document_on: str | None) -> str | None:
    """Return the key under which two registrations are of the same document; None when too little is known."""
    if not number or not document_on:
        return None
    plain = unicodedata.normalize("NFD", f"{sender}|{number}".replace("đ", "d").replace("Đ", "D"))
    ascii_only = "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()
    return f"{re.sub(r'[^a-z0-9|]+', '', ascii_only)}|{document_on}"


def book_of(command: RegisterIncoming, today: str) -> str:
    """Return the id of the year's book that the document goes into; secret documents have their own."""
    year = (command.arrived_on or today)[:4]
    return f"den-mat-{year}" if is_secret(command.confidentiality) else f"den-{year}"


def check_registration(command: RegisterIncoming, context: Context) -> None:
    """Check everything about a registration before a number is taken, so that no number is wasted."""
    _one_of("type", command.type, DOCUMENT_TYPES)
    _one_of("urgency", command.urgency, URGENCIES)
    _one_of("confidentiality", command.confidentiality, CONFIDENTIALITIES)
    _one_of("field", command.field, FIELDS)
    arrived_on = command.arrived_on or context.today
    if arrived_on > context.today:
        raise DomainError("document_in_future", field="arrived_on")
    if command.document_on and command.document_on > arrived_on:
        raise DomainError("document_in_future", field="document_on")
    if command.due_on and command.due_on < arrived_on:
        raise DomainError("due_before_arrival", field="due_on")
    if is_secret(command.confidentiality):
        if command.file or command.subject or command.original_subject or command.note:
            raise DomainError("secret_has_content", field="confidentiality")
        if command.leader_id:
            raise DomainError("secret_not_transferable", field="leader_id")
    else:
        if not command.subject:
            raise DomainError("required", field="subject")
        warnings = check_subject(command.subject, command.original_subject)
        if warnings and not command.is_subject_confirmed:
            raise DomainError("subject_too_thin", field="subject", warnings=warnings)
    if command.leader_id:
        context.leader(command.leader_id)
    context.file_entry(command.file)
    if context.duplicates and not command.is_duplicate_confirmed:
        first = context.duplicates[0]
        raise DomainError("duplicate", field="number", document_id=first["_id"], number=first["arrival_number"])


def register(command: RegisterIncoming, context: Context, arrival_number: int) -> tuple[Record, Event]:
    """Return a new record and its first event; `check_registration` has passed."""
    entry = context.file_entry(command.file)
    data: dict[str, Any] = {
        "book": book_of(command, context.today),
        "arrival_number": arrival_number,
        "arrived_on": command.arrived_on or context.today,
        "sender": command.sender,
        "number": command.number,
        "document_on": command.document_on,
        "type": command.type or "CV",
        "subject": command.subject,
        "original_subject": command.original_subject,
        "urgency": command.urgency or "normal",
        "confidentiality": command.confidentiality or "normal",
        "is_priority": command.is_priority,
        "field": command.field,
        "due_on": command.due_on,
        "files": [entry] if entry else [],
        "leader_id": command.leader_id or None,
        "note": command.note,
        "duplicate_key": duplicate_key(command.sender, command.number, command.document_on),
    }
    record = new_record("incoming", f"incoming:{command.action_id}")
    record["assignments"] = []
    return record, event_of(command, "Registered", context.received_at, data)


def decide(record: Record, command: Command, context: Context) -> Event:
    """Return what a command causes on an existing incoming document."""
    decision = _DECISIONS[type(command).__name__]
    return event_of(command, *decision(record, command, context))


def acting_row(record: Record, command: Command, context: Context) -> Assignment:
    """Return the row that the command acts upon as things stand; raises wrong_state."""
    row = row_for(Standing(record, command.authority_id, context.office, command.acted_at))
    if row is None or row["ended_version"] is not None:
        raise DomainError("wrong_state", state=record["state"])
    return row


Decision = tuple[str, str, dict[str, Any]]


def _present(record: Record, command: PresentToLeader, context: Context) -> Decision:
    context.leader(command.leader_id)
    if any(row["state"] != "waiting" or row["role"] != "leader" for row in assignments_at(record)):
        # somebody works on it, or was told of it: it is theirs to give back
        raise DomainError("wrong_state", state=record["state"])
    if record["leader_id"] == command.leader_id:
        raise DomainError("recipient_twice", field="leader_id", target=f"person:{command.leader_id}")
    return "Presented", context.received_at, {"leader_id": command.leader_id, "note": command.note}


def _assign(record: Record, command: Any, context: Context) -> Decision:
    row = acting_row(record, command, context)
    return "Assigned", context.received_at, assigning.assign(record, row, command, context)


def _take_on(record: Record, command: Any, context: Context) -> Decision:
    row = acting_row(record, command, context)
    if row["state"] != "waiting":
        raise DomainError("wrong_state", state=row["state"])
    return "TakenOn", context.received_at, {"row_id": row["assignment_id"], "note": command.note}


def _give_back(record: Record, command: Any, context: Context) -> Decision:
    row = acting_row(record, command, context)
    if row["role"] == "leader" or row["state"] == "concluded":
        raise DomainError("wrong_state", state=row["state"])
    ended = [one["assignment_id"] for one in assignments.branch_of(record, row["assignment_id"])]
    data = {"row_id": row["assignment_id"], "reason": command.reason, "ended_rows": ended, "to": row["assigned_by"]}
    return "AssignmentReturned", context.received_at, data


def _request_extension(record: Record, command: Any, context: Context) -> Decision:
    return extensions.request(acting_row(record, command, context), command, context)


def _hand_over(record: Record, command: Any, context: Context) -> Decision:
    return handovers.decide(record, acting_row(record, command, context), command, context)


def _comment(_record: Record, command: AddComment, context: Context) -> Decision:
    return "Commented", context.received_at, {"text": command.text}


def _conclude(record: Record, command: Conclude, context: Context) -> Decision:
    row = acting_row(record, command, context)
    below = assignments.open_handlers(record, row["assignment_id"])
    if row["state"] == "concluded" or below:
        raise DomainError("wrong_state", state=row["state"])
    if command.new_case_file_title:
        case_file_id = f"case_file:{command.action_id}"
    elif command.case_file_id:
        case_file_id = command.case_file_id
        found = context.records.get(case_file_id)
        if found is None or found.get("owner_id") not in (command.actor_id, command.authority_id):
            raise DomainError("no_such_case_file", field="case_file_id")
    else:
        raise DomainError("case_file_needed", field="case_file_id")
    data = {
        "row_id": row["assignment_id"],
        "role": row["role"],
        "case_file_id": case_file_id,
        "new_case_file_title": command.new_case_file_title,
        "result": command.result,
    }
    return "Concluded", context.received_at, data


_DECISIONS: dict[str, Callable[[Record, Any, Context], Decision]] = {
    "PresentToLeader": _present,
    "Assign": _assign,
    "TakeOn": _take_on,
    "ReturnAssignment": _give_back,
    "RequestExtension": _request_extension,
    "DecideExtension": extensions.decide,
    "HandOver": _hand_over,
    "Urge": urging.decide,
    "AddScan": scans.decide,
    "AddComment": _comment,
    "Conclude": _conclude,
    "WithdrawDocument": withdrawal.decide,
}


def evolve(record: Record, event: Event) -> None:
    """Carry an event out on the record; its version is already the event's."""
    data = event["data"]
    match event["event"]:
        case "Registered":
            record.update({key: value for key, value in data.items() if key not in ("leader_id", "note")})
            record["leader_id"] = None
            if data["leader_id"]:
                assignments.present(record, event, data["leader_id"])
        case "Presented":
            assignments.present(record, event, data["leader_id"])
        case "Assigned":
            assignments.carry_out(record, event)
        case "TakenOn":
            assignments.row(record, data["row_id"])["state"] = "taken_on"
        case "AssignmentReturned":
            assignments.give_back(record, event)
        case "Concluded":
            row = assignments.row(record, data["row_id"])
            row["case_file_id"] = data["case_file_id"]
            record["case_file_id"] = record["case_file_id"] or data["case_file_id"]
            assignments.conclude(record, row)
        case "ExtensionRequested" | "ExtensionDecided":
            extensions.carry_out(record, event)
        case "HandedOver":
            handovers.carry_out(record, event)
        case "Urged":
            urging.carry_out(record, event)
        case "ScanAdded":
            scans.carry_out(record, event)
        case "Withdrawn":
            withdrawal.carry_out(record, event)
    if record["state"] != "withdrawn":
        record["state"] = assignments.state_of(record)


def _one_of(name: str, value: str, known: Any) -> None:
    if value and value not in known:
        raise DomainError("bad_value", field=name, value=value)
