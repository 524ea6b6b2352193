"""What may happen to an incoming document, văn bản đến (Articles 9, 12 to 15): decide, then evolve.

`decide` turns a command into an event or raises `DomainError`; `evolve` carries an event out on the record. Registering
is in `registration`, assigning in `assigning`, the rows that it makes are in `assignments`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server.domain import (
    assigning,
    assignments,
    corrections,
    due_reminders,
    excuses,
    extensions,
    following,
    handovers,
    repairs,
    scans,
    undoing,
    urging,
    withdrawal,
)
from server.domain.commands import AddComment, Command, Conclude, Follow, PresentToLeader
from server.domain.context import Context
from server.domain.duplicates import duplicate_key
from server.domain.errors import DomainError
from server.domain.parts import row_for
from server.domain.permissions import Standing
from server.domain.records import Assignment, Event, Record, assignments_at, event_of


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


def _request_excuse(record: Record, command: Any, context: Context) -> Decision:
    return excuses.request(record, acting_row(record, command, context), command, context)


def _hand_over(record: Record, command: Any, context: Context) -> Decision:
    return handovers.decide(record, acting_row(record, command, context), command, context)


def _comment(_record: Record, command: AddComment, context: Context) -> Decision:
    return "Commented", context.received_at, {"text": command.text}


def _follow(_record: Record, command: Follow, context: Context) -> Decision:
    return following.FOLLOWED, context.received_at, following.data_of(command)


def _conclude(record: Record, command: Conclude, context: Context) -> Decision:
    row = acting_row(record, command, context)
    below = assignments.open_handlers(record, row["assignment_id"])
    if row["state"] == "concluded" or below:
        raise DomainError("wrong_state", state=row["state"])
    if assignments.owes_answer(record, row) and "approved" not in context.answers:
        raise DomainError("answer_needed")
    if command.new_case_file_title:
        case_file_id = f"case_file:{command.action_id}"
    elif command.case_file_id:
        case_file_id = command.case_file_id
        found = context.records.get(case_file_id)
        if found is None or found.get("owner_id") not in (command.actor_id, command.authority_id):
            raise DomainError("no_such_case_file", field="case_file_id")
        if found["state"] == "closed":
            raise DomainError("case_file_closed", field="case_file_id")
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
    "RequestExcuse": _request_excuse,
    "DecideExcuse": excuses.decide,
    "HandOver": _hand_over,
    "Urge": urging.decide,
    "RemindDue": due_reminders.decide,
    "AddScan": scans.decide,
    "AddComment": _comment,
    "Conclude": _conclude,
    "WithdrawDocument": withdrawal.decide,
    "Follow": _follow,
    "UndoAct": undoing.decide,
    **corrections.DECISIONS,
    **repairs.DECISIONS,
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
            if data["role"] != "collaborate":
                # the file of the document is that of who handled it; others have it in theirs as well
                record["case_file_id"] = record["case_file_id"] or data["case_file_id"]
            assignments.conclude(record, row)
        case "ExtensionRequested" | "ExtensionDecided":
            extensions.carry_out(record, event)
        case "ExcuseRequested" | "ExcuseDecided":
            excuses.carry_out(record, event)
        case "HandedOver":
            handovers.carry_out(record, event)
        case "Urged":
            urging.carry_out(record, event)
        case "DueReminded":
            due_reminders.carry_out(record, event)
        case "ScanAdded":
            scans.carry_out(record, event)
        case "Withdrawn":
            withdrawal.carry_out(record, event)
            corrections.end_with_entry(record, event)
            repairs.end_with_entry(record)
        case following.FOLLOWED:
            following.carry_out(record, event)
        case "ActUndone":
            undoing.carry_out(record, event, evolve)
        case name if name in corrections.EVENTS:
            corrections.evolve(record, event)
            record["duplicate_key"] = duplicate_key(record["sender"], record["number"])
        case name if name in repairs.EVENTS:
            repairs.evolve(record, event)
    if record["state"] != "withdrawn":
        record["state"] = assignments.state_of(record)
