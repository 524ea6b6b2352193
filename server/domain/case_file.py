"""Work case files, hồ sơ công việc (Articles 2, 9.6): opened by whoever handles documents, and theirs to keep."""

from __future__ import annotations

from server.domain.catalogues import RETENTIONS
from server.domain.commands import Command, Conclude, CreateCaseFile
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.records import Event, Record, authority_of, event_of, new_record


def create(command: Command, context: Context) -> tuple[Record, Event]:
    """Return a new case file, from its own command or from concluding a document into a new one."""
    if isinstance(command, CreateCaseFile):
        title, notation, retention = command.title, command.notation, command.retention
    elif isinstance(command, Conclude):
        title, notation, retention = command.new_case_file_title, "", ""
    else:
        raise DomainError("unknown_command", field="command")
    if retention and retention not in RETENTIONS:
        raise DomainError("bad_value", field="retention", value=retention)
    data = {"title": title, "notation": notation, "retention": retention or "5_years"}
    record = new_record("case_file", f"case_file:{command.action_id}")
    return record, event_of(command, "CaseFileCreated", context.received_at, data)


def evolve(record: Record, event: Event) -> None:
    """Carry an event out on the record."""
    record.update(event["data"], owner_id=authority_of(event), state="open")
