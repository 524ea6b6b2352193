"""Registering an incoming document (Article 9.1): what has to be right before it takes a number; its first event."""

from __future__ import annotations

from typing import Any

from server.domain.catalogues import (
    CONFIDENTIALITIES,
    FIELDS,
    INCOMING_TYPES,
    OPEN_NETWORKS,
    SOURCES,
    URGENCIES,
    is_secret,
)
from server.domain.commands import CODE_NOTATION_LIMIT, CODE_NUMBER_LIMIT, RegisterIncoming
from server.domain.context import Context
from server.domain.correction_commands import RequestCorrection
from server.domain.dossiers import is_dossier
from server.domain.due_targets import target_of
from server.domain.duplicates import Candidate, code_key, duplicate_key
from server.domain.errors import DomainError
from server.domain.records import Event, Record, event_of, new_record
from server.domain.subjects import check_subject

CONTENT = ("subject", "original_subject", "note", "to_places", "signer_position", "signer_name", "file")
"""What says something of a document's content, or of whom it concerns: never kept of a secret one."""
REASONS = ("subject_reason", "dossier_reason", "duplicate_reason")
"""Why the clerk goes on in spite of a warning."""
FORMAL = ("sender", "number", "document_on", "arrived_on", "type", "field", "urgency", "confidentiality", "source")
"""What the clerk can fill in of every document, a secret one too."""
PRESCRIBED = (
    *FORMAL, "original_subject", "subject", "language", "page_count", "signer_position", "signer_name",
    "to_places",
)  # fmt: skip
"""What decree 30/2020 Appendix VI and Article 9.1 prescribe, as far as a clerk fills it in."""
_CHOICES = {
    "type": INCOMING_TYPES,
    "urgency": URGENCIES,
    "confidentiality": CONFIDENTIALITIES,
    "field": FIELDS,
    "source": SOURCES,
}


def prescribed(confidentiality: str) -> tuple[str, ...]:
    """Return the fields that should be filled in for a document of a level."""
    return FORMAL if is_secret(confidentiality) else PRESCRIBED


def book_of(command: RegisterIncoming, today: str) -> str:
    """Return the id of the year's book that the document goes into; secret documents have their own."""
    year = (command.arrived_on or today)[:4]
    return f"den-mat-{year}" if is_secret(command.confidentiality) else f"den-{year}"


def check_registration(command: RegisterIncoming, context: Context) -> None:
    """Check everything about a registration but duplicates before a number is taken, so that no number is wasted."""
    _check_values(command)
    _check_days(command, context)
    if is_secret(command.confidentiality):
        if command.source in OPEN_NETWORKS:
            raise DomainError("secret_over_network", field="source")
        if command.is_offline:
            # not even the bare entry of a secret document is kept on a device
            raise DomainError("secret_online_only", field="confidentiality")
        if any(getattr(command, name) for name in (*CONTENT, "subject_reason", "dossier_reason")):
            raise DomainError("secret_has_content", field="confidentiality")
        if command.leader_id:
            raise DomainError("secret_not_transferable", field="leader_id")
    else:
        check_subject_of(command)
    if is_dossier(command.subject, command.original_subject) and not command.dossier_reason:
        raise DomainError("one_stop_dossier", field="dossier_reason")
    if command.leader_id:
        context.leader(command.leader_id)
    context.file_entry(command.file)


def candidate_of(command: RegisterIncoming) -> Candidate:
    """Return what earlier registrations are compared with."""
    sha256 = command.file["sha256"] if command.file else ""
    return Candidate(command.sender, command.number, command.document_on, command.document_code, sha256)


def check_duplicates(command: RegisterIncoming | RequestCorrection, context: Context) -> None:
    """Raise duplicate, with every earlier registration, unless the clerk said why this one is another."""
    if context.duplicates and not command.duplicate_reason:
        first = context.duplicates[0].record
        documents = [earlier.told() for earlier in context.duplicates]
        raise DomainError(
            "duplicate",
            field="duplicate_reason",
            document_id=first["_id"],
            number=first["arrival_number"],
            documents=documents,
        )


def _check_values(command: RegisterIncoming) -> None:
    for name, known in _CHOICES.items():
        value = getattr(command, name)
        if value and value not in known:
            raise DomainError("bad_value", field=name, value=value)
    number, _, notation = command.number.partition("/")
    if len(notation) > CODE_NOTATION_LIMIT or (notation and len(number) > CODE_NUMBER_LIMIT):
        raise DomainError("number_too_long", field="number")


def _check_days(command: RegisterIncoming, context: Context) -> None:
    arrived_on = command.arrived_on or context.today
    if arrived_on > context.today:
        raise DomainError("document_in_future", field="arrived_on")
    if command.document_on and command.document_on > arrived_on:
        raise DomainError("document_in_future", field="document_on")
    if command.due_on and command.due_on < arrived_on:
        raise DomainError("due_before_arrival", field="due_on")
    if command.expires_on and command.document_on and command.expires_on < command.document_on:
        raise DomainError("expires_before_document", field="expires_on")


def check_subject_of(command: RegisterIncoming | RequestCorrection) -> None:
    """Raise required, or subject_too_thin with what is thin, unless the clerk said why the subject stays."""
    if not command.subject:
        raise DomainError("required", field="subject")
    warnings = check_subject(command.subject, command.original_subject)
    if warnings and not command.subject_reason:
        raise DomainError("subject_too_thin", field="subject", warnings=warnings)


def register(command: RegisterIncoming, context: Context, arrival_number: int) -> tuple[Record, Event]:
    """Return a new record and its first event; `check_registration` has passed."""
    entry = context.file_entry(command.file)
    target = target_of(command.urgency, context.today, context.office)
    data: dict[str, Any] = {
        "book": book_of(command, context.today),
        "arrival_number": arrival_number,
        "arrived_on": command.arrived_on or context.today,
        "source": command.source or "paper",
        "sender": command.sender,
        "number": command.number,
        "document_on": command.document_on,
        "document_code": code_key(command.document_code),
        "type": command.type or "CV",
        "subject": command.subject,
        "original_subject": command.original_subject,
        "language": command.language,
        "page_count": command.page_count or (entry["pages"] if entry else None),
        "signer_position": command.signer_position,
        "signer_name": command.signer_name,
        "to_places": command.to_places,
        "urgency": command.urgency or "normal",
        "confidentiality": command.confidentiality or "normal",
        "is_priority": command.is_priority,
        "is_provincial_task": command.is_provincial_task,
        "field": command.field,
        "due_on": command.due_on or target,
        "is_due_by_urgency": not command.due_on and target is not None,
        "expires_on": command.expires_on,
        "files": [entry] if entry else [],
        "file_sha256": entry["sha256"] if entry else None,
        "leader_id": command.leader_id or None,
        "note": command.note,
        "duplicate_key": duplicate_key(command.sender, command.number),
        "confirmations": _confirmations(command, context),
    }
    record = new_record("incoming", f"incoming:{command.action_id}")
    record["assignments"] = []
    return record, event_of(command, "Registered", context.received_at, data)


def _confirmations(command: RegisterIncoming, context: Context) -> list[dict[str, Any]]:
    """Return the warnings that the clerk went on in spite of, each with the reason; a reason for none is dropped."""
    found: list[dict[str, Any]] = []
    if not is_secret(command.confidentiality):
        found += thin_subject(command)
        if is_dossier(command.subject, command.original_subject):
            found.append({"check": "dossier", "reason": command.dossier_reason})
    return found + repeated(command, context)


def thin_subject(command: RegisterIncoming | RequestCorrection) -> list[dict[str, Any]]:
    """Return that a subject is thin and why it stays; nothing of one that is not."""
    warnings = check_subject(command.subject, command.original_subject)
    return [{"check": "subject", "reason": command.subject_reason, "warnings": warnings}] if warnings else []


def repeated(command: RegisterIncoming | RequestCorrection, context: Context) -> list[dict[str, Any]]:
    """Return of which documents one seems to be a repetition and why it is not; nothing where there are none."""
    documents = [earlier.told() for earlier in context.duplicates]
    return [{"check": "duplicate", "reason": command.duplicate_reason, "documents": documents}] if documents else []
