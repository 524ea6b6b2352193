"""What happens to a unit: it is merged into another (Articles 12, 13: who receives and distributes for a unit).

One write on the merged unit is all of it: who belongs where, and who heads what, is resolved at the instant asked about
(`Office.unit_at`), so that what was done before stays judged by the office of then.
"""

from __future__ import annotations

from server.domain.commands import Command
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.office_commands import MergeUnit
from server.domain.records import Event, Record, event_of


def state_of(document: Record) -> str:
    """Return the state of a unit as stored."""
    return "merged" if document.get("merged_at") else "standing"


def decide(record: Record, command: Command, context: Context) -> Event:
    """Return what a command causes on a unit. Raises no_such_unit, merged_into_itself, unit_without_head."""
    assert isinstance(command, MergeUnit)
    office, at = context.office, context.received_at
    into = office.units.get(command.into)
    if into is None or into.merged_at is not None:
        raise DomainError("no_such_unit", field="into", unit_id=command.into)
    if into.unit_id == record["unit_id"]:
        raise DomainError("merged_into_itself", field="into")
    if into.head_id is None:
        raise DomainError("unit_without_head", field="into", unit_id=into.unit_id, name=into.short_name)
    if office.leads_department(record["unit_id"], at):
        raise DomainError("leadership_not_merged", field="into")
    return event_of(command, "UnitMerged", at, {"into": into.unit_id, "reason": command.reason})


def evolve(record: Record, event: Event) -> None:
    """Carry an event out on the unit."""
    data = event["data"]
    record.update(merged_into=data["into"], merged_at=event["received_at"], merge_reason=data["reason"], state="merged")
