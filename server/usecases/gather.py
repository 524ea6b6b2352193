"""Reading what a decision needs, in as few reads as it takes, before anything is decided."""

from __future__ import annotations

from typing import Any

from server.domain import differences, repairs
from server.domain.case_file_commands import FileDocument
from server.domain.catalogues import is_secret
from server.domain.commands import Command, Conclude, ResolveConflict, StartDraft
from server.domain.context import Context
from server.domain.correction_commands import RequestCorrection
from server.domain.duplicates import Candidate, Earlier
from server.domain.office import Office
from server.domain.payloads import RECORD_ID, rebuild
from server.domain.permissions import Standing, may_see
from server.domain.records import Record, current_version_of, files_named, open_reviews
from server.domain.repair_commands import CarryOutRepair, UndoAct
from server.ports import Services
from server.usecases import alarms, openings


def context(command: Command, services: Services, received_at: str, record: Record | None) -> Context:
    """Return the office and the facts that a command refers to; what else the actor may not see is not there."""
    office = services.directory.office()
    act = _held_act(command, record) or command
    return Context(
        office=office,
        received_at=received_at,
        files=_files(act, services, record),
        records=_records(act, services, office) | _file_left(act, record, services),
        duplicates=_duplicates(command, services),
        answers=_answers(act, services, record),
        opened=_opened(act, services),
        review_days=services.review_days,
    )


def _answers(command: Command, services: Services, record: Record | None) -> tuple[str, ...]:
    rows = (record or {}).get("assignments", [])
    if not isinstance(command, Conclude) or not any(row.get("needs_answer") for row in rows):
        return ()
    return tuple(one["state"] for one in services.records.find("by_reply_to", {"reply_to": command.document_id}))


def _duplicates(command: Command, services: Services) -> tuple[Earlier, ...]:
    """Return what else seems to be the document that a corrected entry will name."""
    if not isinstance(command, RequestCorrection):
        return ()
    candidate = Candidate(command.sender, command.number, command.document_on)
    return tuple(one for one in alarms.earlier(candidate, services) if one.record["_id"] != command.document_id)


def _opened(command: Command, services: Services) -> dict[str, int]:
    if not isinstance(command, UndoAct):
        return {}
    people = openings.of_document(services, command.document_id or "")
    return {person_id: one["version"] for person_id, one in people.items()}


def _held_act(command: Command, record: Record | None) -> Command | None:
    """Return the act that a `ResolveConflict` may carry out, which needs its own author's files and records."""
    if not isinstance(command, ResolveConflict) or record is None:
        return None
    review = next((one for one in open_reviews(record) if one["review_id"] == command.review_id), None)
    return rebuild(review["command"], actor_id=review["author_id"]) if review else None


def _files(command: Command, services: Services, record: Record | None) -> dict[str, dict[str, Any]]:
    reference = getattr(command, "file", None)
    if not reference:
        return {}
    sha256 = reference["sha256"]
    facts = services.files.get(f"file:{sha256}")
    if facts is None:
        return {}
    # knowing a hash is not having the file: the actor uploaded it, or the document at hand already has it
    is_theirs = command.actor_id in facts.get("uploaded_by", [])
    return {sha256: facts} if is_theirs or (record is not None and sha256 in files_named(record)) else {}


def _records(command: Command, services: Services, office: Office) -> dict[str, Record]:
    wanted: list[str] = []
    if isinstance(command, StartDraft):
        wanted = [command.document_id or "", *command.related]
    elif isinstance(command, Conclude):
        wanted = [command.case_file_id]
    elif isinstance(command, FileDocument):
        wanted = [command.document] if RECORD_ID.fullmatch(command.document) else []
    wanted = [one for one in wanted if one]
    if not wanted:
        return {}
    found = services.records.get_many(wanted)
    visible = {}
    for key, one in found.items():
        if key == command.document_id:
            if one["kind"] == command.kind:
                visible[key] = one  # whether the actor may know of it is judged with the act itself
        elif is_secret(one.get("confidentiality", "normal")):
            continue  # nothing on any device names a secret document
        elif may_see(Standing(one, command.actor_id, office, command.acted_at)):
            visible[key] = one
    return visible


def _file_left(command: Command, record: Record | None, services: Services) -> dict[str, Record]:
    """Return the state, and nothing else, of the case file that a document would leave when its end is taken back."""
    if record is None or not isinstance(command, UndoAct | CarryOutRepair):
        return {}
    if isinstance(command, UndoAct):
        held = [one["data"] for one in record["events"] if one["action_id"] == command.undone]
    else:
        repair = repairs.find(record, command.repair_id)
        held = [one for one in record.get("assignments", []) if repair and one["assignment_id"] == repair["row_id"]]
    key = next((one["case_file_id"] for one in held if one.get("case_file_id")), None)
    found = services.records.get(key) if key else None
    return {str(key): {"state": found["state"]}} if found else {}


def difference(command: Command, record: Record, services: Services) -> dict[str, Any] | None:
    """Return what changed between the version that a command names and the current one."""
    sha256 = getattr(command, "version_sha256", "")
    current = current_version_of(record)
    read = next((one for one in record.get("versions", []) if one["sha256"] == sha256), None)
    if read is None or current is None or read["sha256"] == current["sha256"]:
        return None
    facts = services.files.get_many([f"file:{read['sha256']}", f"file:{current['sha256']}"])
    texts = {one["_id"].partition(":")[2]: one.get("text") or "" for one in facts.values()}
    return differences.between(read, current, texts)
