"""A flow that went wrong, mended when it can no longer be undone (Article 12.4).

Who has the work asks, the head of their unit confirms, the head of IT carries it out: work that was finished too early
is opened again, or goes to where it ought to have gone. Both keep who gave it, the directive and the deadline.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from server.domain import mending_steps
from server.domain.assignments import HANDLING, branch_of, end_rows, row
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.office import Office
from server.domain.parts import row_for
from server.domain.permissions import Standing
from server.domain.records import Assignment, Event, Record, assignments_at, children_of
from server.domain.repair_commands import (
    AcknowledgeRepair,
    CarryOutRepair,
    ConfirmRepair,
    RefuseRepair,
    RequestRepair,
)
from server.domain.undoing import require_open

Repair = dict[str, Any]
Decision = tuple[str, str, dict[str, Any]]

REOPEN, REROUTE = "reopen", "reroute"
REQUESTED, CONFIRMED, REFUSED, DONE, LAPSED = "requested", "confirmed", "refused", "done", "lapsed"
OPEN = frozenset({REQUESTED, CONFIRMED})
EVENTS = frozenset({"RepairRequested", "RepairConfirmed", "RepairRefused", "Repaired", "RepairAcknowledged"})


def open_one(record: Record) -> Repair | None:
    """Return the repair that somebody has yet to confirm or to carry out; there is one at most."""
    return mending_steps.first_in(record.get("repairs", []), OPEN)


def find(record: Record, repair_id: str) -> Repair | None:
    """Return a repair of the document by its id."""
    return mending_steps.named(record.get("repairs", []), "repair_id", repair_id)


def _request(record: Record, command: RequestRepair, context: Context) -> Decision:
    if open_one(record) is not None:
        raise DomainError("repair_open", field="reason")
    mine = row_for(Standing(record, command.authority_id, context.office, command.acted_at))
    if mine is None or mine["role"] == "leader":
        raise DomainError("wrong_state", state=record["state"])
    if command.wanted not in (REOPEN, REROUTE):
        raise DomainError("bad_value", field="wanted", value=command.wanted)
    if command.wanted == REOPEN and mine["state"] != "concluded":
        raise DomainError("repair_not_finished", field="wanted")
    if command.wanted == REROUTE:
        _recipient(record, mine, command.target, context)
    heads_unit = context.office.heads(command.actor_id, mine["unit_id"], command.acted_at)
    data = {
        "repair_id": command.action_id,
        "row_id": mine["assignment_id"],
        "unit_id": mine["unit_id"],
        "wanted": command.wanted,
        "target": command.target if command.wanted == REROUTE else "",
        "reason": command.reason,
        # who would confirm it has asked: it goes straight to the IT division
        "is_confirmed": heads_unit,
    }
    return "RepairRequested", context.received_at, data


def _recipient(record: Record, mine: Assignment, target: str, context: Context) -> tuple[str, str]:
    """Return person and unit of where the work ought to have gone; raises what is wrong with it."""
    scope, _, key = target.partition(":")
    if scope == "unit" and key in context.office.units:
        key = context.office.unit_at(key, context.received_at)
        unit = context.office.units[key]
        if unit.head_id is None:
            raise DomainError("unit_without_head", field="target", unit_id=key, name=unit.short_name)
        person_id, unit_id = context.active_person(unit.head_id).person_id, key
    elif scope == "person":
        person_id = context.active_person(key).person_id
        unit_id = context.office.unit_of(key, context.received_at)
    else:
        raise DomainError("required", field="target")
    beside = [one for one in children_of(record, mine["parent_id"]) if one["role"] != "inform"]
    if any(one["target"] in (target, f"{scope}:{key}") for one in (mine, *beside)):
        raise DomainError("recipient_twice", field="target", target=target)
    return person_id, unit_id


def _confirm(record: Record, command: ConfirmRepair, context: Context) -> Decision:
    _waiting(record, command.repair_id, REQUESTED)
    return "RepairConfirmed", context.received_at, {"repair_id": command.repair_id, "note": command.note}


def _refuse(record: Record, command: RefuseRepair, context: Context) -> Decision:
    _waiting(record, command.repair_id, *OPEN)
    return "RepairRefused", context.received_at, {"repair_id": command.repair_id, "reason": command.reason}


def _carry_out(record: Record, command: CarryOutRepair, context: Context) -> Decision:
    found = _waiting(record, command.repair_id, CONFIRMED)
    mine = next((one for one in assignments_at(record) if one["assignment_id"] == found["row_id"]), None)
    if mine is None:
        raise DomainError("repair_row_gone", field="repair_id")
    require_open(mine.get("case_file_id"), context, "repair_id")
    data: dict[str, Any] = {
        "repair_id": found["repair_id"],
        "row_id": mine["assignment_id"],
        "wanted": found["wanted"],
        "to": found["asked_by"],
    }
    if found["wanted"] == REOPEN:
        if mine["state"] != "concluded":
            raise DomainError("repair_row_gone", field="repair_id")
        return "Repaired", context.received_at, data
    person_id, unit_id = _recipient(record, mine, found["target"], context)
    scope, _, key = found["target"].partition(":")
    new = {
        **{name: mine[name] for name in ("parent_id", "role", "directive", "due_on", "assigned_by")},
        **({"needs_answer": True} if mine.get("needs_answer") else {}),
        "assignment_id": f"{command.action_id}:0",
        "target": f"unit:{unit_id}" if scope == "unit" else f"person:{key}",
        "unit_id": unit_id,
        "person_id": person_id,
        "assigned_at": command.acted_at,
        "state": "waiting",
        "case_file_id": None,
    }
    ended = [one["assignment_id"] for one in branch_of(record, mine["assignment_id"])]
    return "Repaired", context.received_at, {**data, "rows": [new], "ended_rows": ended}


def _acknowledge(record: Record, command: AcknowledgeRepair, context: Context) -> Decision:
    found = find(record, command.repair_id)
    mending_steps.to_acknowledge(found, command.actor_id, OPEN, code="repair_not_open", field="repair_id")
    return "RepairAcknowledged", context.received_at, {"repair_id": command.repair_id}


def _waiting(record: Record, repair_id: str, *states: str) -> Repair:
    return mending_steps.in_state(find(record, repair_id), states, code="repair_not_open", field="repair_id")


DECISIONS: dict[str, Callable[[Record, Any, Context], Decision]] = {
    "RequestRepair": _request,
    "ConfirmRepair": _confirm,
    "RefuseRepair": _refuse,
    "CarryOutRepair": _carry_out,
    "AcknowledgeRepair": _acknowledge,
}


def evolve(record: Record, event: Event) -> None:
    """Carry an event of a repair out on the record."""
    data = event["data"]
    if event["event"] == "RepairRequested":
        asked = mending_steps.asked_by(event)
        kept = {key: data[key] for key in ("repair_id", "row_id", "unit_id", "wanted", "target", "reason")}
        state = CONFIRMED if data["is_confirmed"] else REQUESTED
        record.setdefault("repairs", []).append({**kept, **asked, "state": state})
    else:
        found = find(record, data["repair_id"]) or {}
        match event["event"]:
            case "RepairConfirmed":
                found.update(state=CONFIRMED, **mending_steps.decided(event, data["note"]))
            case "RepairRefused":
                found.update(state=REFUSED, **mending_steps.decided(event, data["reason"]))
                found["is_acknowledged"] = event["actor_id"] == found["asked_by"]  # taken back by who asked
            case "Repaired":
                found.update(state=DONE, **mending_steps.done(event))
                _mend(record, event)
            case "RepairAcknowledged":
                found["is_acknowledged"] = True
    _note_state(record)


def _mend(record: Record, event: Event) -> None:
    data, version = event["data"], event["version"]
    mine = row(record, data["row_id"])
    if record["case_file_id"] == mine["case_file_id"]:
        record["case_file_id"] = None  # whoever finishes it now says where it belongs
    if data["wanted"] == REOPEN:
        mine["state"], mine["case_file_id"] = "taken_on", None
    else:
        end_rows(record, data["ended_rows"], "rerouted", version)
        for one in data["rows"]:
            record["assignments"].append({**one, "since_version": version, "ended_version": None})
    _open_above(record, mine)


def _open_above(record: Record, mine: Assignment) -> None:
    """Let what was finished above with this work go on: it was finished only because all below it was."""
    above = mine
    while above["role"] in HANDLING and above["parent_id"] is not None:
        above = row(record, above["parent_id"])
        if above["state"] != "concluded":
            return
        above["state"] = "passed_on"


def end_with_entry(record: Record) -> None:
    """End the open repair of a document that was withdrawn: there is nothing left to mend."""
    found = open_one(record)
    if found is not None:
        found["state"] = LAPSED
        _note_state(record)


def _note_state(record: Record) -> None:
    """Enter what an index finds the record by: the state of the last repair."""
    record["repair_state"] = record["repairs"][-1]["state"]


def entry(repair: Mapping[str, Any], record: Record, office: Office) -> dict[str, Any]:
    """Return how a repair is shown: what was asked for, of whose part, and who asked, confirmed and did it when."""
    mine = row(record, repair["row_id"])
    return {
        **{key: repair[key] for key in ("repair_id", "state", "wanted", "reason", "decision")},
        **{key: repair[key] for key in ("asked_at", "decided_at", "done_at")},
        "from_name": office.name_of_target(mine["target"]),
        "to_name": office.name_of_target(repair["target"]),
        "asked_by_name": office.name_of(repair["asked_by"]),
        "decided_by_name": office.name_of(repair["decided_by"]),
        "done_by_name": office.name_of(repair["done_by"]),
    }
