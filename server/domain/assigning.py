"""Transferring an incoming document: who gets it, with which words and by when (Articles 9.3 to 9.5, 13, 15).

A leader confirms type and field before the first transfer (15.3). Every recipient can have a directive and a deadline
of their own; what says nothing else has those of the whole transfer. Naming somebody again who has the document already
changes the words of their row, if the author saw the words that stood there.
"""

from __future__ import annotations

from typing import Any

from server.domain.assignments import HANDLING, branch_of
from server.domain.catalogues import FIELDS, INCOMING_TYPES
from server.domain.commands import Assign
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.records import Assignment, Record, children_of, events_since

ROLES = (("lead", "lead"), ("simultaneous", "simultaneous"), ("collaborating", "collaborate"), ("informed", "inform"))
"""Field of the command → role that it gives, the strongest first."""


def assign(record: Record, above: Assignment, command: Assign, context: Context) -> dict[str, Any]:
    """Return the data of an `Assigned` event: the new rows, those that they replace, those whose words change.

    Raises two_leads, no_recipient, recipient_twice, due_before_arrival, due_after_parent, entry_not_confirmed,
    direct_reason_needed, and what a recipient can be wrong with.
    """
    entry = _confirmed_entry(record, above, command)
    roles, named_as = _roles(command, context)
    _check_deadlines(record, above, command)
    present = [(standing(one["target"], context), one) for one in children_of(record, above["assignment_id"])]
    kept = {target: one for target, one in present if roles.get(target) == one["role"]}
    rows = [
        _new_row(number, role, target, named_as[target], above, command, context)
        for number, (target, role) in enumerate(roles.items())
        if target not in kept
    ]
    names_handlers = bool(HANDLING & set(roles.values()))
    replaced = [
        one
        for target, one in present
        if target not in kept and (target in roles or (names_handlers and one["role"] in HANDLING))
    ]
    told = _told(rows, {one["person_id"] for _, one in present}, above, command, context)
    if told and not command.direct_reason:
        raise DomainError("direct_reason_needed", field="direct_reason")
    ended = [one["assignment_id"] for top in replaced for one in branch_of(record, top["assignment_id"])]
    return {
        "row_id": above["assignment_id"],
        **command.own_values(),
        "entry": entry,
        "rows": rows + told,
        "ended_rows": ended,
        "changed_rows": _changed(record, above, kept, named_as, command),
    }


def standing(target: str, context: Context) -> str:
    """Return whom a target means by now: a unit that was merged means the one in its place."""
    scope, _, key = target.partition(":")
    return f"unit:{context.office.unit_at(key, context.received_at)}" if scope == "unit" else target


def _confirmed_entry(record: Record, above: Assignment, command: Assign) -> dict[str, str] | None:
    """Return type and field as the leader confirms them; None where that was done, or is not the author's to do."""
    if above["role"] != "leader":
        return None
    version = record.get("entry_confirmed_version")
    if version and (version in _unseen(record, command) or not command.is_entry_confirmed):
        return None
    if not command.is_entry_confirmed:
        raise DomainError("entry_not_confirmed", field="is_entry_confirmed")
    entry = {"type": command.type or record["type"], "field": command.field or record["field"]}
    for name, known in (("type", INCOMING_TYPES), ("field", FIELDS)):
        if not entry[name]:
            raise DomainError("required", field=name)
        if entry[name] not in known:
            raise DomainError("bad_value", field=name, value=entry[name])
    return entry


def _roles(command: Assign, context: Context) -> tuple[dict[str, str], dict[str, str]]:
    """Return the role of each recipient, and the target that each was named as."""
    if command.lead and command.simultaneous:
        raise DomainError("two_leads", field="lead")
    given = command.own_values()
    wanted = [
        (role, target)
        for field, role in ROLES
        for target in ([given[field]] if isinstance(given[field], str) else given[field])
        if target
    ]
    if not wanted:
        raise DomainError("no_recipient", field="lead")
    roles: dict[str, str] = {}
    named_as: dict[str, str] = {}
    for role, target in wanted:
        if target in named_as.values():
            raise DomainError("recipient_twice", field="lead", target=target)
        # two units that were merged meanwhile are one recipient, in the stronger of their roles
        roles.setdefault(standing(target, context), role)
        named_as.setdefault(standing(target, context), target)
    return roles, named_as


def _check_deadlines(record: Record, above: Assignment, command: Assign) -> None:
    """Refuse a deadline before the arrival; one after the deadline from above only until its author confirms it.

    What comes from a device is not sent back for that: its author is far, and everybody sees the row marked.
    """
    for name, due_on in (("due_on", command.due_on), *(("due_ons", one) for one in command.due_ons.values())):
        if due_on and due_on < record["arrived_on"]:
            raise DomainError("due_before_arrival", field=name)
        is_later = bool(due_on and above["role"] != "leader" and above["due_on"] and due_on > above["due_on"])
        if is_later and not (command.is_due_confirmed or command.is_offline):
            raise DomainError("due_after_parent", field=name)


def _words(target: str, command: Assign) -> dict[str, Any]:
    """Return the directive and the deadline of a recipient: their own, or those of the whole transfer."""
    return {
        "directive": command.directives.get(target) or command.directive,
        "due_on": command.due_ons.get(target) or command.due_on,
    }


def _answer(role: str, above: Assignment, command: Assign) -> dict[str, bool]:
    """Return whether whoever handles it owes an answer: asked for now, or from above."""
    is_owed = command.is_answer_required or above.get("needs_answer", False)
    return {"needs_answer": True} if is_owed and role in HANDLING else {}


def _changed(
    record: Record, above: Assignment, kept: dict[str, Assignment], named_as: dict[str, str], command: Assign
) -> list[dict[str, Any]]:
    """Return the new words of rows that stay; words that the author had not seen stand as they are."""
    unseen = _unseen(record, command)
    changed = []
    for target, row in kept.items():
        words = {**_words(named_as[target], command), **_answer(row["role"], above, command)}
        is_same = words == {key: row.get(key) for key in words}
        if not is_same and row.get("worded_version", row["since_version"]) not in unseen:
            changed.append({"assignment_id": row["assignment_id"], **words})
    return changed


def _unseen(record: Record, command: Assign) -> set[int]:
    """Return the versions that others made and that were on the author's screen at no time."""
    return {event["version"] for event in events_since(record, command.seen_version, command)}


def _new_row(
    number: int, role: str, target: str, named_as: str, above: Assignment, command: Assign, context: Context
) -> dict[str, Any]:
    person_id, unit_id = _recipient(target, command, context)
    return {
        "assignment_id": f"{command.action_id}:{number}",
        "parent_id": above["assignment_id"],
        "role": role,
        "target": target,
        "unit_id": unit_id,
        "person_id": person_id,
        **_words(named_as, command),
        **_answer(role, above, command),
        "assigned_by": command.authority_id,
        "assigned_at": command.acted_at,
        "state": "waiting",
        "case_file_id": None,
    }


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
        target = f"person:{head.person_id}"
        told.append(_new_row(number, "inform", target, target, above, command, context))
    return told
