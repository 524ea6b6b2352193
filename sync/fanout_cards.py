"""What inboxes should hold of some records: cards by the domain's rule, receipts of those who acted, notices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from server.domain.cards import audience, card_for, cards_for, link_to
from server.domain.catalogues import is_secret
from server.domain.instants import parse, written
from server.domain.notices import notices_of
from server.domain.office import Office
from server.domain.records import Record
from server.usecases import read
from sync.fanout_ledger import Entry
from sync.gate import PERSON_ID
from sync.ports import Database, Document

AGGREGATES = ("incoming:", "outgoing:", "case_file:")
REFUSAL = "refusal:"
VIEWS_ID = "views:me"
RECEIPTS_KEPT_DAYS = 90

Documents = dict[str, dict[str, Document | None]]
"""Person → document id → what it should be (None: nothing)."""
Links = Callable[[Sequence[Record]], Mapping[str, Sequence[Mapping[str, Any]]]]


def documents_of(
    records: Mapping[str, Record],
    entries: Mapping[str, Entry],
    office: Office,
    at: str,
    links_of: Links,
    signed: Callable[[Document], Document],
    only: frozenset[str] | None = None,
) -> Documents:
    """Give what inboxes should hold of records: `entries` has an entry for each id, also of records that are gone.

    `signed` signs a receipt. With `only`, nothing but these people's inboxes is told of, and all of their receipts.
    """
    found: Documents = {}
    kept_since = receipts_kept_since(at)
    aggregates = [records[key] for key in entries if key in records and key.startswith(AGGREGATES)]
    links = links_of(aggregates) if aggregates else {}
    for record_id, entry in entries.items():
        record = records.get(record_id)
        cards = {}
        if record is not None and record_id.startswith(AGGREGATES):
            cards = _cards(record, office, at, links[record_id], only)
        for person_id in cards.keys() | set(entry["holders"]):
            if only is None or person_id in only:
                found.setdefault(person_id, {})[record_id] = cards.get(person_id)
    for record in records.values():
        for person_id, notices in notices_of(record, office, at).items():
            if (only is None or person_id in only) and _has_inbox(person_id, office, at):
                found.setdefault(person_id, {}).update(notices)
        for receipt in receipts_of(record):
            person_id, action_id = receipt["actor_id"], receipt["action_id"]
            is_new = action_id not in entries.get(record["_id"], _NOTHING)["receipted"]
            if not (person_id in only if only is not None else is_new) or receipt["received_at"] < kept_since:
                continue
            if _has_inbox(person_id, office, at):
                document = {"_id": f"receipt:{action_id}", "kind": "receipt", **signed(receipt)}
                found.setdefault(person_id, {})[document["_id"]] = document
    return found


def receipts_kept_since(at: str) -> str:
    """Give the instant before which receipts are no longer in inboxes: every device that is in use has them."""
    return written(parse(at) - timedelta(days=RECEIPTS_KEPT_DAYS))


def _has_inbox(person_id: str, office: Office, at: str) -> bool:
    person = office.person(person_id)
    return person is not None and person.was_active(at) and PERSON_ID.fullmatch(person_id) is not None


def receipts_of(record: Record) -> list[Document]:
    """Give the receipts that a record (or a refused act) keeps."""
    if record["_id"].startswith(REFUSAL):
        return [record["receipt"]]
    return list((record.get("receipts") or {}).values())


def shown_of(record: Record | None) -> dict[str, Any] | None:
    """Give what the cards of neighbouring records tell of this one; while it stays, they stay."""
    if record is None or not record["_id"].startswith(AGGREGATES):
        return None
    neighbours = {"reply_to": record.get("reply_to"), "case_file_id": record.get("case_file_id")}
    return {**link_to(record, ""), **neighbours}


def neighbours_of(records: Mapping[str, Record], entries: Mapping[str, Entry], database: Database) -> set[str]:
    """Give the ids of records whose cards name one of these records that is shown differently from before.

    Case files are given in any case: they name a document only while their owner may see it, which anything that
    happens to it may change.
    """
    found: set[str] = set()
    changed = []
    for record_id, entry in entries.items():
        shown = shown_of(records.get(record_id))
        near = set(entry.get("named_by", ()))
        for one in (shown, entry["shown"]):
            near |= {one[key] for key in ("reply_to", "case_file_id") if one and one[key]}
        if shown == entry["shown"]:
            found |= {key for key in near if key.startswith("case_file:")}
            continue
        changed.append(record_id)
        found |= near
    for index, field in (("by_reply_to", "reply_to"), ("by_case_file", "case_file_id")):
        kind = "incoming:" if field == "reply_to" else "case_file:"
        named = [record_id for record_id in changed if record_id.startswith(kind)]
        if named:
            found |= {document["_id"] for document in database.find(index, any_of={field: named})}
    return {record_id for record_id in found if record_id not in entries}


def office_documents(office: Office, person_id: str, at: str) -> dict[str, Document | None]:
    """Give a person's directory and profile; nothing for somebody who is locked out."""
    person = office.person(person_id)
    if person is None or not person.was_active(at):
        return {}
    documents = (read.directory(office, person_id, at), read.profile(office, person_id, at))
    return {document["_id"]: document for document in documents}


def views_documents(views: Document | None) -> dict[str, Document | None]:
    """Give the views that a person keeps of the inbox; nothing while there are none."""
    if not views:
        return {VIEWS_ID: None}
    kept: Document = {name: views[name] for name in ("views", "transfers", "columns") if name in views}
    return {VIEWS_ID: {"_id": VIEWS_ID, "kind": "views", **kept}}


def people_with_inbox(office: Office, at: str) -> list[str]:
    """Give everybody who may have an inbox now."""
    return sorted(key for key, one in office.people.items() if PERSON_ID.fullmatch(key) and one.was_active(at))


def _cards(
    record: Record, office: Office, at: str, links: Sequence[Mapping[str, Any]], only: frozenset[str] | None
) -> dict[str, Document]:
    if only is None:
        return cards_for(record, office, at, links)
    if is_secret(record.get("confidentiality", "normal")):
        return {}
    people = audience(record, office, at) & only
    cards = {person_id: card_for(record, person_id, office, at, links) for person_id in people}
    return {person_id: card for person_id, card in cards.items() if card is not None}


_NOTHING: Entry = {"receipted": (), "holders": (), "named_by": (), "shown": None}
