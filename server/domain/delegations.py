"""Delegations, ủy quyền (Articles 4.5, 11, 13.3): asked for, permitted by a leader of the department, ended.

A document `delegation:<action_id>` of its own holds state, history and receipts, as a record does. What a delegate may
do is in `permissions`: everything the delegator may, nothing that was delegated to the delegator by somebody else.
"""

from __future__ import annotations

from datetime import date, timedelta

from server.domain.commands import Command
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.instants import begin_of, parse
from server.domain.office import DEPUTY_DIVISION_HEAD, DIVISION_HEAD, Office
from server.domain.office_commands import PermitDelegation, RefuseDelegation, RequestDelegation
from server.domain.payloads import INSTANT
from server.domain.records import Event, Record, event_of

LONGEST = timedelta(days=31)
HEADS = frozenset({DIVISION_HEAD, DEPUTY_DIVISION_HEAD})


def request(command: RequestDelegation, context: Context) -> tuple[Record, Event]:
    """Return a new delegation that waits for permission, and its first event."""
    from_at, until_at = _moment(command.from_at, "from_at"), _moment(command.until_at, "until_at", is_end=True)
    if until_at <= max(from_at, context.received_at):
        raise DomainError("delegation_over", field="until_at")
    if parse(until_at) - parse(from_at) > LONGEST:
        raise DomainError("delegation_too_long", field="until_at", limit=LONGEST.days)
    _check_delegate(command.actor_id, command.to_person, context)
    _check_free(command.actor_id, from_at, until_at, context.office)
    data = {
        "from_person": command.actor_id,
        "to_person": command.to_person,
        "from_at": from_at,
        "until_at": until_at,
        "reason": command.reason,
    }
    record: Record = {
        "_id": f"delegation:{command.action_id}",
        "kind": "delegation",
        "version": 0,
        "state": "",
        "updated_at": "",
        "permitted_at": None,
        "ended_at": None,
        "events": [],
        "receipts": {},
    }
    return record, event_of(command, "DelegationRequested", context.received_at, data)


def decide(record: Record, command: Command, context: Context) -> Event:
    """Return what a command causes on a delegation."""
    if isinstance(command, PermitDelegation):
        if record["until_at"] <= context.received_at:
            raise DomainError("delegation_over", field="note")
        # both may have changed since it was asked for
        _check_delegate(record["from_person"], record["to_person"], context)
        _check_free(record["from_person"], record["from_at"], record["until_at"], context.office)
        return event_of(command, "DelegationPermitted", context.received_at, {"note": command.note})
    if isinstance(command, RefuseDelegation):
        return event_of(command, "DelegationRefused", context.received_at, {"reason": command.reason})
    note = command.own_values()["note"]
    return event_of(command, "DelegationEnded", context.received_at, {"note": note})


def evolve(record: Record, event: Event) -> None:
    """Carry an event out on the delegation; what counts is when the server learnt of it, not a device's clock."""
    match event["event"]:
        case "DelegationRequested":
            record.update(event["data"], state="requested")
        case "DelegationPermitted":
            record.update(state="permitted", permitted_at=event["received_at"], permitted_by=event["actor_id"])
        case "DelegationRefused":
            record["state"] = "refused"
        case "DelegationEnded":
            record.update(state="ended", ended_at=event["received_at"])


def is_possible(from_person: str, to_person: str, office: Office, at: str) -> bool:
    """Tell whether one may delegate to the other: within the own unit; a leader to a leader or the head of a unit."""
    giver, taker = office.person(from_person), office.person(to_person)
    if giver is None or taker is None or giver is taker or not office.is_staff(to_person, at):
        return False
    if office.is_leader(from_person, at):
        return office.is_leader(to_person, at) or bool(taker.roles(at) & HEADS)
    return office.unit_of(from_person, at) == office.unit_of(to_person, at)


def _check_delegate(from_person: str, to_person: str, context: Context) -> None:
    context.active_person(from_person)
    taker = context.active_person(to_person)
    if from_person == to_person:
        raise DomainError("delegated_to_self", field="to_person")
    if not is_possible(from_person, to_person, context.office, context.received_at):
        code = (
            "not_a_head_or_leader" if context.office.is_leader(from_person, context.received_at) else "outside_own_unit"
        )
        raise DomainError(code, field="to_person", person_id=to_person, name=taker.name)


def _check_free(from_person: str, from_at: str, until_at: str, office: Office) -> None:
    """Keep one person's authority from being in two others' hands at once."""
    for given in office.delegations.values():
        for one in given:
            term = one.term()
            if one.from_person == from_person and term and term[0] < until_at and from_at < term[1]:
                raise DomainError("delegated_already", field="from_at", name=office.name_of(one.to_person))


def _moment(text: str, field: str, *, is_end: bool = False) -> str:
    """Read an instant, or a day of Vietnam: its beginning, or as an end the beginning of the next."""
    try:
        if INSTANT.fullmatch(text):
            parse(text)
            head, _, fraction = text.rstrip("Z").partition(".")
            return f"{head}.{fraction[:3]:0<3}Z"
        day = date.fromisoformat(text)
        if day.isoformat() != text or not 2000 <= day.year <= 2200:
            raise ValueError(text)
    except ValueError:
        raise DomainError("bad_date", field=field) from None
    return begin_of((day + timedelta(days=1) if is_end else day).isoformat())
