"""Who handles an incoming document: lead, simultaneous, collaborating, informed (Articles 9.3 to 9.5).

Rows form a tree: the leader is the root, a division hangs below, a specialist below the division. New
handlers take the place of those given before; collaborators and informed add up.
"""

from __future__ import annotations

from typing import Any

from server.domain.commands import Assign
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.records import Assignment, Event, Record, assignments_at, authority_of, branch_of, children_of

HANDLING = frozenset({"lead", "simultaneous"})
__all__ = ["branch_of"]


def row(record: Record, assignment_id: str) -> Assignment:
    """Return a row by its id, standing or not."""
    found: Assignment = next(one for one in record["assignments"] if one["assignment_id"] == assignment_id)
    return found


def assign(record: Record, above: Assignment, command: Assign, context: Context) -> dict[str, Any]:
    """Return the data of an `Assigned` event: the new rows, and the rows that they replace."""
    if command.lead and command.simultaneous:
        raise DomainError("two_leads", field="lead")
    wanted = [
        *([("lead", command.lead)] if command.lead else []),
        *(("simultaneous", target) for target in command.simultaneous),
        *(("collaborate", target) for target in command.collaborating),
        *(("inform", target) for target in command.informed),
    ]
    if not wanted:
        raise DomainError("no_recipient", field="lead")
    roles: dict[str, str] = {}
    named: set[str] = set()
    for role, target in wanted:
        if target in named:
            raise DomainError("recipient_twice", field="lead", target=target)
        named.add(target)
        # two units that were merged meanwhile are one recipient, in the stronger of their roles
        roles.setdefault(standing(target, context), role)
    if command.due_on and command.due_on < record["arrived_on"]:
        raise DomainError("due_before_arrival", field="due_on")
    present = [(standing(one["target"], context), one) for one in children_of(record, above["assignment_id"])]
    kept = {target for target, one in present if roles.get(target) == one["role"]}
    rows = [
        _new_row(number, role, target, above, command, context)
        for number, (target, role) in enumerate(roles.items())
        if target not in kept
    ]
    names_handlers = bool(HANDLING & set(roles.values()))
    replaced = [
        one
        for target, one in present
        if target not in kept and (target in roles or (names_handlers and one["role"] in HANDLING))
    ]
    rows += _told(rows, {one["person_id"] for _, one in present}, above, command, context)
    ended = [one["assignment_id"] for top in replaced for one in branch_of(record, top["assignment_id"])]
    return {
        "row_id": above["assignment_id"],
        "lead": command.lead,
        "simultaneous": list(command.simultaneous),
        "collaborating": list(command.collaborating),
        "informed": list(command.informed),
        "directive": command.directive,
        "due_on": command.due_on,
        "rows": rows,
        "ended_rows": ended,
    }


def _new_row(
    number: int, role: str, target: str, above: Assignment, command: Assign, context: Context
) -> dict[str, Any]:
    person_id, unit_id = _recipient(target, command, context)
    return {
        "assignment_id": f"{command.action_id}:{number}",
        "parent_id": above["assignment_id"],
        "role": role,
        "target": target,
        "unit_id": unit_id,
        "person_id": person_id,
        "directive": command.directive,
        "due_on": command.due_on,
        "assigned_by": command.authority_id,
        "assigned_at": command.acted_at,
        "state": "waiting",
        "case_file_id": None,
    }


def standing(target: str, context: Context) -> str:
    """Return whom a target means by now: a unit that was merged means the one in its place."""
    scope, _, key = target.partition(":")
    return f"unit:{context.office.unit_at(key, context.received_at)}" if scope == "unit" else target


def _recipient(target: str, command: Assign, context: Context) -> tuple[str, str]:
    """Return the person and unit behind a target, checked against what the actor may address."""
    scope, _, key = target.partition(":")
    if scope == "unit":
        unit = context.office.units.get(key)
        if unit is None:
            raise DomainError("no_such_unit", unit_id=key)
        if unit.head_id is None:
            raise DomainError("unit_without_head", unit_id=key, name=unit.short_name)
        person = context.active_person(unit.head_id)
        unit_id = key
    elif scope == "person":
        person = context.active_person(key)
        unit_id = context.office.unit_of(key, context.received_at)
    else:
        raise DomainError("bad_value", field="lead", value=target)
    if person.person_id == command.authority_id:
        raise DomainError("assigned_to_self", field="lead")
    is_within = scope == "person" and context.office.unit_of(command.authority_id, context.received_at) == unit_id
    if not is_within and not context.office.is_leader(command.authority_id, command.acted_at):
        raise DomainError("outside_own_unit", target=target)
    return person.person_id, unit_id


def _told(
    rows: list[dict[str, Any]], present: set[str], above: Assignment, command: Assign, context: Context
) -> list[dict[str, Any]]:
    """Return rows that tell a division's head of a document given straight to their specialist (Article 9.5)."""
    if not context.office.is_leader(command.authority_id, command.acted_at):
        return []
    reached = {one["person_id"] for one in rows} | present
    told: list[dict[str, Any]] = []
    for one in rows:
        unit = context.office.units.get(one["unit_id"])
        head_id = unit.head_id if unit else None
        if one["target"].startswith("unit:") or one["role"] == "inform" or head_id in (None, *reached):
            continue
        head = context.office.person(head_id)
        if head is None or not head.was_active(context.received_at) or head.person_id == command.authority_id:
            continue
        reached.add(head.person_id)
        number = len(rows) + len(told) + 1000
        told.append(_new_row(number, "inform", f"person:{head.person_id}", above, command, context))
    return told


def present(record: Record, event: Event, leader_id: str) -> None:
    """Give the document to a leader, the root of the tree; one to whom it was presented before no longer has it."""
    _end(record, [one["assignment_id"] for one in assignments_at(record)], "revoked", event["version"])
    record["leader_id"] = leader_id
    record["assignments"].append(
        {
            "assignment_id": f"{event['action_id']}:leader",
            "parent_id": None,
            "role": "leader",
            "target": f"person:{leader_id}",
            "unit_id": "",
            "person_id": leader_id,
            "directive": event["data"].get("note", ""),
            "due_on": record.get("due_on"),
            "assigned_by": authority_of(event),
            "assigned_at": event["at"],
            "state": "waiting",
            "since_version": event["version"],
            "ended_version": None,
            "case_file_id": None,
        }
    )


def carry_out(record: Record, event: Event) -> None:
    """Add the rows of an `Assigned` event and end those that it replaces."""
    data = event["data"]
    _end(record, data["ended_rows"], "revoked", event["version"])
    for one in data["rows"]:
        record["assignments"].append({**one, "since_version": event["version"], "ended_version": None})
    above = row(record, data["row_id"])
    if any(one["role"] in HANDLING for one in children_of(record, data["row_id"])):
        above["state"] = "passed_on"
    if above["role"] == "leader" and data["due_on"]:
        record["due_on"] = data["due_on"]


def give_back(record: Record, event: Event) -> None:
    """End a returned row with everything below it; the assigner's row waits again when no handler is left."""
    data = event["data"]
    _end(record, [one for one in data["ended_rows"] if one != data["row_id"]], "revoked", event["version"])
    _end(record, [data["row_id"]], "returned", event["version"])
    parent_id = row(record, data["row_id"])["parent_id"]
    if parent_id is not None:
        above = row(record, parent_id)
        handlers = [one for one in children_of(record, parent_id) if one["role"] in HANDLING]
        if not handlers and above["state"] == "passed_on":
            above["state"] = "waiting"


def conclude(record: Record, done: Assignment) -> None:
    """Conclude a row, and upwards every row whose handlers have all concluded."""
    done["state"] = "concluded"
    if done["role"] not in HANDLING or done["parent_id"] is None:
        return
    handlers = [one for one in children_of(record, done["parent_id"]) if one["role"] in HANDLING]
    if all(one["state"] == "concluded" for one in handlers):
        conclude(record, row(record, done["parent_id"]))


def open_handlers(record: Record, assignment_id: str) -> list[Assignment]:
    """Return the handlers directly below a row who have not concluded."""
    return [
        one for one in children_of(record, assignment_id) if one["role"] in HANDLING and one["state"] != "concluded"
    ]


def state_of(record: Record) -> str:
    """Return the state of an incoming document, as its rows tell it."""
    standing = assignments_at(record)
    roots = [one for one in standing if one["role"] == "leader"]
    if not roots:
        return "registered"
    if all(one["state"] == "concluded" for one in roots):
        return "concluded"
    working = [one for one in standing if one["role"] != "inform"]
    if any(one["state"] in ("taken_on", "concluded") for one in working):
        return "in_progress"
    if any(one["role"] != "leader" for one in working):
        return "assigned"
    return "presented"


def _end(record: Record, ended: list[str], state: str, version: int) -> None:
    for one in record["assignments"]:
        if one["assignment_id"] in ended and one["ended_version"] is None:
            one["state"] = state
            one["ended_version"] = version
