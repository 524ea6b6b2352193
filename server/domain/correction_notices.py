"""Who is told of a correction, and what: who has to decide or carry it out, then whoever asked for it (Article 14.2).

Derived from the record alone, as all notices are. They say nothing of the document beyond its number in the book, since
the administrator may see none.
"""

from __future__ import annotations

from typing import Any

from server.domain.catalogues import is_secret
from server.domain.corrections import OPEN, PERMITTED, REQUESTED, Correction
from server.domain.office import ADMINISTRATOR, IT_HEAD, Office
from server.domain.permissions import Standing, may
from server.domain.records import Record

Notice = dict[str, Any]
ACT_OF_STATE = {REQUESTED: "PermitCorrection", PERMITTED: "CarryOutCorrection"}
"""State of an open correction → what has to be done."""


def notices_of(record: Record, office: Office, at: str) -> dict[str, dict[str, Notice | None]]:
    """Return every notice that the corrections of a record may ever have caused, as `notices.notices_of` does."""
    found: dict[str, dict[str, Notice | None]] = {}
    corrections = record.get("corrections", [])
    if not corrections:
        return found
    is_hidden = is_secret(record.get("confidentiality", "normal"))
    for person_id in _ever_told(record, office):
        who = Standing(record, person_id, office, at)
        found[person_id] = {
            notice_id(one): None if is_hidden or not _is_due(one, who) else _notice(one, record, office)
            for one in corrections
        }
    return found


def notice_id(correction: Correction) -> str:
    """Return the id of a correction's notice."""
    return f"notice:{correction['correction_id']}"


def _ever_told(record: Record, office: Office) -> set[str]:
    """Return who may have a notice now, or may have had one before a role or a delegation ended."""
    deciding = {
        key
        for key, person in office.people.items()
        if any(grant.role in (IT_HEAD, ADMINISTRATOR) for grant in person.grants)
    }
    delegates = {key for key, given in office.delegations.items() if any(one.from_person in deciding for one in given)}
    return deciding | delegates | {one["asked_by"] for one in record["corrections"]}


def _is_due(correction: Correction, who: Standing) -> bool:
    if correction["state"] in OPEN:
        return may(ACT_OF_STATE[correction["state"]], who)
    return correction["asked_by"] == who.person_id and not correction["is_acknowledged"]


def _notice(correction: Correction, record: Record, office: Office) -> Notice:
    state = correction["state"]
    by = {REQUESTED: ("asked_by", "asked_at")}.get(state, ("decided_by", "decided_at"))
    if correction["done_by"]:
        by = ("done_by", "done_at")
    by_id = correction[by[0]] or correction["asked_by"]
    return {
        "_id": notice_id(correction),
        "kind": "notice",
        "about": "correction",
        "review_id": correction["correction_id"],
        "document_id": record["_id"],
        "version": record["version"],
        "told": state,
        "at": correction[by[1]] or record["updated_at"],
        "by_id": by_id,
        "by_name": office.name_of(by_id),
        "by_honorific": office.honorific_of(by_id),
        "label": f"{record['arrival_number']:02d}/{record['book'][-4:]}",
        "note": correction["decision"] if state not in OPEN else "",
        "is_open": state in OPEN,
    }
