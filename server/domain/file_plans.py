"""The yearly list of case files to be opened, danh mục hồ sơ (decree 30/2020 Article 28, Appendix V.I).

A year is a document of `accounts`; one in which nothing is planned need not be there. An entry has a code (the notation
of the files opened by it), a title and a term of retention, and is a unit's or the whole office's.
"""

from __future__ import annotations

from typing import Any

from server.domain.catalogues import RETENTIONS
from server.domain.commands import Command
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.office_commands import SetPlanEntry
from server.domain.records import Event, Record, event_of

PREFIX = "file_plan:"
MOST = 1000
"""Entries of a year."""


def empty_year(record_id: str | None) -> dict[str, Any] | None:
    """Return a year in which nothing is planned; None when the id is not one of a year."""
    if not record_id or not record_id.startswith(PREFIX):
        return None
    return {"_id": record_id, "kind": "file_plan", "entries": {}}


def state_of(_document: Record) -> str:
    """Return the state of a year, the only one there is."""
    return "kept"


def decide(record: Record, command: Command, context: Context) -> Event:
    """Return what a command causes on a year. Raises no_plan_entry, bad_value, no_such_unit, too_many_entries."""
    values = command.own_values()
    code = " ".join(str(values["code"]).split())
    if not isinstance(command, SetPlanEntry):
        if code not in record["entries"]:
            raise DomainError("no_plan_entry", field="code")
        return event_of(command, "PlanEntryRemoved", context.received_at, {"code": code})
    if command.retention not in RETENTIONS:
        raise DomainError("bad_value", field="retention", value=command.retention)
    if command.unit_id and command.unit_id not in context.office.units:
        raise DomainError("no_such_unit", field="unit_id", unit_id=command.unit_id)
    if code not in record["entries"] and len(record["entries"]) >= MOST:
        raise DomainError("too_many_entries", field="code", limit=MOST)
    kept = {"title": command.title, "retention": command.retention, "unit_id": command.unit_id}
    return event_of(command, "PlanEntrySet", context.received_at, {"code": code, **kept})


def evolve(record: Record, event: Event) -> None:
    """Carry an event out on the year."""
    data = event["data"]
    entries = {code: entry for code, entry in record["entries"].items() if code != data["code"]}
    if event["event"] == "PlanEntrySet":
        entries[data["code"]] = {key: data[key] for key in ("title", "retention", "unit_id")}
    record["entries"] = entries
