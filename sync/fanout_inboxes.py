"""Writing many inboxes at once: only what differs, in one bulk write, and again where somebody was faster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sync.gate import inbox_name
from sync.ports import Database, Document, Rejected, Store

Wanted = Mapping[str, Mapping[str, Document | None]]
"""Person → document id → the document as it should be (None: it should not be there)."""
Current = dict[str, dict[str, Document]]

WIPED_AT_ONCE = 500


def read(store: Store, wanted: Mapping[str, Iterable[str]]) -> Current:
    """Read what the inboxes have of some documents, by person and id."""
    found = store.read_many({inbox_name(person_id): ids for person_id, ids in wanted.items()})
    return {person_id: found[inbox_name(person_id)] for person_id in wanted}


def write(store: Store, wanted: Wanted, current: Current) -> set[str]:
    """Make the inboxes as wanted, given what was read of them; unchanged documents are not written.

    Gives the ids of documents that somebody else wrote since they were read: decide about these again. Raises
    Rejected when the database forbids a document.
    """
    batches: dict[str, list[Document]] = {}
    for person_id, documents in wanted.items():
        known = current.get(person_id, {})
        batch = [
            written
            for doc_id, document in documents.items()
            if (written := _difference(doc_id, document, known.get(doc_id))) is not None
        ]
        if batch:
            batches[inbox_name(person_id)] = batch
    if not batches:
        return set()
    overtaken: set[str] = set()
    for name, answers in store.bulk_many(batches).items():
        for answer in answers:
            if answer.error == "conflict":
                overtaken.add(answer.id)
            elif answer.error is not None:
                raise Rejected(f"{name}: {answer.id}")
    return overtaken


def wipe(store: Store, person_id: str) -> int:
    """Leave tombstones for everything in an inbox; gives how many."""
    inbox = _inbox(store, person_id)
    wiped = 0
    while page := inbox.all(limit=WIPED_AT_ONCE):
        answers = inbox.bulk([_tombstone(document) for document in page])
        wiped += sum(1 for answer in answers if answer.rev is not None)
        if any(answer.error == "rejected" for answer in answers):
            raise Rejected(inbox.name)
    return wiped


def forget_receipts(store: Store, before: str) -> int:
    """Leave tombstones for the receipts that were given before an instant, in every inbox; gives how many.

    The record keeps its receipts: an act sent again gets the same one however old it is.
    """
    forgotten = 0
    for name in store.names("inbox_"):
        inbox, last_id = store.database(name), None
        while page := inbox.all("receipt:", start_after=last_id, limit=WIPED_AT_ONCE):
            last_id = page[-1]["_id"]
            answers = inbox.bulk([_tombstone(one) for one in page if one["received_at"] < before])
            forgotten += sum(1 for answer in answers if answer.rev is not None)
    return forgotten


def _difference(doc_id: str, wanted: Document | None, current: Document | None) -> Document | None:
    if wanted is None:
        return None if current is None else _tombstone(current)
    if current is None:
        return {**wanted, "_id": doc_id}
    updated = {**wanted, "_id": doc_id, "_rev": current["_rev"]}
    return None if updated == current else updated


def _tombstone(document: Document) -> Document:
    return {"_id": document["_id"], "_rev": document["_rev"], "_deleted": True}


def _inbox(store: Store, person_id: str) -> Database:
    return store.database(inbox_name(person_id))
