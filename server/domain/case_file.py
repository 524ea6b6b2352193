"""Work case files, hồ sơ công việc (Articles 2, 9.6): opened by whoever handles documents, and theirs to keep.

A document is in the file that it was concluded into (`case_file_id` of the document); what else belongs to the work is
in `filed`, without being copied. A file that is closed takes nothing more until it is opened again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from server.domain.case_file_commands import CloseCaseFile, FileDocument, ReopenCaseFile, UnfileDocument
from server.domain.catalogues import RETENTIONS
from server.domain.commands import Command, Conclude, CreateCaseFile
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.instants import day_of
from server.domain.records import Event, Record, authority_of, event_of, new_record

FILED_LIMIT = 300
OPEN, CLOSED = "open", "closed"
FILABLE = frozenset({"incoming", "outgoing"})
SHORTEST_WORD = 2
FEWEST_WORDS = 2
"""Words that a title and a subject must have in common for the file to be proposed."""


def create(command: Command, context: Context, filed: Sequence[str] = ()) -> tuple[Record, Event]:
    """Return a new case file, from its own command or from concluding a document into a new one.

    `filed`: the document, where it names another file as the one that it was concluded into.
    """
    if isinstance(command, CreateCaseFile):
        planned = _planned(command, context)
        title, notation, retention = (
            getattr(command, name) or planned.get(name, "") for name in ("title", "notation", "retention")
        )
        if not title:
            raise DomainError("required", field="title")
    elif isinstance(command, Conclude):
        title, notation, retention = command.new_case_file_title, "", ""
    else:
        raise DomainError("unknown_command", field="command")
    if retention and retention not in RETENTIONS:
        raise DomainError("bad_value", field="retention", value=retention)
    data = {"title": title, "notation": notation, "retention": retention or "5_years", "filed": list(filed)}
    record = new_record("case_file", f"case_file:{command.action_id}")
    return record, event_of(command, "CaseFileCreated", context.received_at, data)


def _planned(command: CreateCaseFile, context: Context) -> dict[str, str]:
    """Return what this year's list of case files says of a file; what its author wrote stands before it."""
    if not command.plan_code:
        return {}
    # by the year in which it was opened, be it on a device that had no network until the next
    office, at = context.office, command.acted_at
    entry = office.plan_entry(day_of(at)[:4], command.plan_code)
    if entry is None or (entry.unit_id and office.unit_at(entry.unit_id, at) != office.unit_of(command.actor_id, at)):
        raise DomainError("no_plan_entry", field="plan_code")
    return {"title": entry.title, "notation": entry.code, "retention": entry.retention}


def decide(record: Record, command: Command, context: Context) -> Event:
    """Return what a command causes on a case file. Raises not_found, filed_already, not_filed, too_many_documents."""
    filed = record.get("filed", [])
    if isinstance(command, FileDocument):
        found = context.records.get(command.document)
        if found is None or found["kind"] not in FILABLE:
            raise DomainError("no_such_document", field="document")
        if command.document in filed or found.get("case_file_id") == record["_id"]:
            raise DomainError("filed_already", field="document")
        if len(filed) >= FILED_LIMIT:
            raise DomainError("too_many_documents", field="document", limit=FILED_LIMIT)
        return event_of(command, "DocumentFiled", context.received_at, {"document": command.document})
    if isinstance(command, UnfileDocument):
        if command.document not in filed:
            raise DomainError("not_filed", field="document")
        return event_of(command, "DocumentUnfiled", context.received_at, {"document": command.document})
    if isinstance(command, CloseCaseFile):
        return event_of(command, "CaseFileClosed", context.received_at, {"note": command.note})
    if isinstance(command, ReopenCaseFile):
        return event_of(command, "CaseFileReopened", context.received_at, {"reason": command.reason})
    raise DomainError("unknown_command", field="command")


def filed_by(command: Conclude, context: Context) -> Event:
    """Return the event that puts a document into a file where it is concluded, and which is not the lead's."""
    return event_of(command, "DocumentFiled", context.received_at, {"document": command.document_id})


def evolve(record: Record, event: Event) -> None:
    """Carry an event out on the record."""
    data = event["data"]
    match event["event"]:
        case "CaseFileCreated":
            record.update(data, owner_id=authority_of(event), state=OPEN)
        case "DocumentFiled":
            record["filed"] = [*record.get("filed", []), data["document"]]
        case "DocumentUnfiled":
            record["filed"] = [one for one in record["filed"] if one != data["document"]]
        case "CaseFileClosed":
            record["state"] = CLOSED
        case "CaseFileReopened":
            record["state"] = OPEN


def words_of(text: str) -> set[str]:
    """Return the words of a title or a subject by which two of them are compared (pwa/suggest.js does the same)."""
    plain = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "d")
    plain = "".join(one for one in plain if not unicodedata.combining(one)).lower()
    return {word for word in re.findall(r"[a-z0-9]+", plain) if len(word) >= SHORTEST_WORD} - COMMON


COMMON = frozenset(
    ("ho", "so", "cong", "van", "viec", "bao", "cao", "ve", "cua", "va", "cac", "nam", "thang", "ngay", "tinh", "ubnd")
)
"""Words, without their marks, that say nothing of what a file is about."""


def suggested(files: Sequence[Mapping[str, Any]], subject: str) -> list[dict[str, Any]]:
    """Return case files with those first that seem to be about a subject; `is_suggested` marks them."""
    wanted = words_of(subject)
    scored = [(len(words_of(one["title"]) & wanted), one) for one in files]
    ranked = sorted(scored, key=lambda pair: -pair[0] if pair[0] >= FEWEST_WORDS else 0)
    return [{**one, "is_suggested": score >= FEWEST_WORDS} for score, one in ranked]
