"""Who has opened which document, at which of its versions: a diary beside the records, not part of their history.

One document a record, `opened:<record id>`: `people`, person id → `first_at` (instant of the first opening, UTC),
`version` (the newest that the person had open) and `last_at` (when that was opened). An opening moves nothing in the
workflow, so it neither makes a version nor wakes anybody's device; what is taken from it is who has seen what, and
whether an act can still be undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from server.domain.instants import parse, written
from server.domain.mending_rights import has
from server.domain.office import CHIEF_OF_OFFICE, CLERK
from server.domain.payloads import RECORD_ID
from server.domain.permissions import Standing, may_see
from server.domain.records import Record
from server.ports import Document, Services, WriteConflict

DATABASE = "openings"
ATTEMPTS = 20
LIMIT = 200
"""As many as a device may tell at once."""
KINDS = frozenset({"incoming", "outgoing"})
UNTOLD = frozenset({"Followed", "DueReminded"})
"""Events that are no news of the document."""


class Opening(NamedTuple):
    """A person had a version of a document on the screen, at an instant (UTC)."""

    document_id: str
    version: int
    at: str


def read(payload: Any) -> list[Opening]:
    """Read what a device tells, `{"opened": [{"document_id", "version", "at"}]}`. Raises ValueError."""
    rows = payload.get("opened") if isinstance(payload, Mapping) else None
    if not isinstance(rows, list) or len(rows) > LIMIT:
        raise ValueError("opened")
    return [_read_one(row) for row in rows]


def _read_one(row: Any) -> Opening:
    if not isinstance(row, Mapping):
        raise ValueError("opened")
    document_id, version, at = row.get("document_id"), row.get("version"), row.get("at")
    if not isinstance(document_id, str) or not RECORD_ID.fullmatch(document_id):
        raise ValueError("document_id")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise ValueError("version")
    if not isinstance(at, str):
        raise ValueError("at")
    try:
        return Opening(document_id, version, written(parse(at)))
    except OverflowError as error:  # a year that no calendar of ours has
        raise ValueError("at") from error


def note(services: Services, person_id: str, openings: Iterable[Opening]) -> int:
    """Note openings of documents that the person may see, and return of how many something new was noted.

    What is claimed is bounded: no version that there is not yet, no instant before it was there or that has not come.
    A document that the person may not see is passed over, like one that is not there.
    """
    given = {one.document_id: one for one in openings}
    records = services.records.get_many(list(given)) if given else {}
    diaries = services.store.database(DATABASE).get_many([_id_of(key) for key in records]) if records else {}
    office, now_at = services.directory.office(), services.clock.now()
    noted = 0
    for key, record in records.items():
        if record["kind"] not in KINDS or not may_see(Standing(record, person_id, office, now_at)):
            continue
        version = max(1, min(given[key].version, record["version"]))
        known = (diaries.get(_id_of(key)) or {"people": {}})["people"].get(person_id)
        if known is None or known["version"] < version:
            there_at = record["events"][version - 1]["received_at"]
            at = min(max(given[key].at, there_at), now_at)
            noted += _note(services, person_id, Opening(key, version, at))
    return noted


def _note(services: Services, person_id: str, opened: Opening) -> bool:
    diary, key = services.store.database(DATABASE), _id_of(opened.document_id)
    with services.lock(key):
        for _attempt in range(ATTEMPTS):
            found = diary.get(key) or {"_id": key, "people": {}}
            known = found["people"].get(person_id)
            if known and known["version"] >= opened.version:
                return False
            entry = {
                "first_at": min(known["first_at"], opened.at) if known else opened.at,
                "last_at": max(known["last_at"], opened.at) if known else opened.at,
                "version": opened.version,
            }
            try:
                diary.put({**found, "people": {**found["people"], person_id: entry}})
            except WriteConflict:  # another process notes somebody else's at the same moment
                continue
            return True
    return False


def of_document(services: Services, document_id: str) -> Mapping[str, Document]:
    """Return person id → opening of everybody who has opened a document."""
    found = services.store.database(DATABASE).get(_id_of(document_id))
    people: Mapping[str, Document] = found["people"] if found else {}
    return people


def seen_by(services: Services, record: Record, who: Standing) -> list[dict[str, Any]]:
    """Return with whom a document is and who else opened it, as far as it is the reader's to know: who saw it when.

    Leaders, the chief of office and heads who have it are told of everybody, others of themselves and of those to whom
    they gave it. Who has not seen it comes first, then the others by the instant of their first opening. `is_current`:
    the newest that happened was seen.
    """
    opened = of_document(services, record["_id"])
    known = _known_to(record, set(opened), who)
    rows = []
    for person_id in known:
        person, entry = who.office.person(person_id), opened.get(person_id)
        if person is None:
            continue
        rows.append(
            {
                "person_id": person_id,
                "name": person.name,
                "position": person.position,
                "first_at": entry["first_at"] if entry else None,
                "last_at": entry["last_at"] if entry else None,
                "is_current": bool(entry and entry["version"] >= _last_deed(record)),
            }
        )
    return sorted(rows, key=lambda one: (one["first_at"] or "", one["name"]))


def _known_to(record: Record, opened: set[str], who: Standing) -> set[str]:
    """Return of whom the reader may know whether they have seen the document."""
    rows = [row for row in record.get("assignments", []) if row["ended_version"] is None]
    oversees = who.office.is_leader(who.person_id, who.at) or has(CHIEF_OF_OFFICE)(who) or has(CLERK)(who)
    if oversees or any(who.office.heads(who.person_id, row["unit_id"], who.at) for row in rows):
        return _holders(record, rows, who) | opened
    own = {row["assignment_id"] for row in rows if row["person_id"] == who.person_id}
    return {who.person_id} | {row["person_id"] for row in rows if row["parent_id"] in own}


def _holders(record: Record, rows: list[dict[str, Any]], who: Standing) -> set[str]:
    held = {one["person_id"] for one in record.get("custody", []) if one["ended_version"] is None}
    units = {row["unit_id"] for row in rows if row["target"].startswith("unit:")}
    heads = {key for key in who.office.people for unit_id in units if who.office.heads(key, unit_id, who.at)}
    return held | heads | {row["person_id"] for row in rows}


def _last_deed(record: Record) -> int:
    """Return the version of the last thing that happened to the document and is told of."""
    return int(next(one["version"] for one in reversed(record["events"]) if one["event"] not in UNTOLD))


def _id_of(document_id: str) -> str:
    return f"opened:{document_id}"
