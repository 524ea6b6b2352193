"""Who has opened which document, at which of its versions: a diary beside the records, not part of their history.

One document a record, `opened:<record id>`: `people`, person id → `first_at` and `last_at` (instants of opening, UTC),
`version` (the newest that the person had open). An opening moves nothing in the workflow, so it neither makes a version
nor wakes anybody's device; what is taken from it is who has seen what, and whether an act can still be undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from server.domain.instants import parse, written
from server.domain.payloads import RECORD_ID
from server.domain.permissions import Standing, may_see
from server.domain.records import Record
from server.ports import Document, Services, WriteConflict

DATABASE = "openings"
ATTEMPTS = 5
LIMIT = 200
"""As many as a device may tell at once."""
KINDS = frozenset({"incoming", "outgoing"})


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

    What is claimed is bounded: no version that there is not yet, no instant that has not come. A document that the
    person may not see is passed over, like one that is not there.
    """
    given = {one.document_id: one for one in openings}
    records = services.records.get_many(list(given)) if given else {}
    office, now_at = services.directory.office(), services.clock.now()
    noted = 0
    for key, record in records.items():
        if record["kind"] in KINDS and may_see(Standing(record, person_id, office, now_at)):
            opened = given[key]
            version = min(opened.version, record["version"])
            noted += _note(services, person_id, Opening(key, version, min(opened.at, now_at)))
    return noted


def _note(services: Services, person_id: str, opened: Opening) -> bool:
    diary = services.store.database(DATABASE)
    for _attempt in range(ATTEMPTS):
        found = diary.get(_id_of(opened.document_id)) or {"_id": _id_of(opened.document_id), "people": {}}
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
        except WriteConflict:  # somebody else opened it at the same moment
            continue
        return True
    return False


def of_document(services: Services, document_id: str) -> Mapping[str, Document]:
    """Return person id → opening of everybody who has opened a document."""
    found = services.store.database(DATABASE).get(_id_of(document_id))
    people: Mapping[str, Document] = found["people"] if found else {}
    return people


def seen_by(services: Services, record: Record, now_at: str) -> list[dict[str, Any]]:
    """Return everybody with whom a document is, and whoever else opened it: who saw it, and when.

    Those who have not seen it come first, then the others by the instant of their first opening. `is_current`: the
    newest version was seen.
    """
    office, opened = services.directory.office(), of_document(services, record["_id"])
    given = {row["person_id"] for row in record.get("assignments", []) if row["ended_version"] is None}
    given |= {held["person_id"] for held in record.get("custody", []) if held["ended_version"] is None}
    units = {row["unit_id"] for row in record.get("assignments", []) if _is_units(row)}
    given |= {key for key in office.people for unit_id in units if office.heads(key, unit_id, now_at)}
    rows = []
    for person_id in given | set(opened):
        person, entry = office.person(person_id), opened.get(person_id)
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


def _is_units(row: Mapping[str, Any]) -> bool:
    return row["ended_version"] is None and row["target"].startswith("unit:")


def _last_deed(record: Record) -> int:
    """Return the version of the last thing that happened to the document."""
    return int(record["events"][-1]["version"])


def _id_of(document_id: str) -> str:
    return f"opened:{document_id}"
