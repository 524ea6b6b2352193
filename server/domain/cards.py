"""The card: what one person sees of one document, and what their device stores of it.

One JSON object, made here and nowhere else, replicated and rendered alike online and offline. Keys common to all kinds:

`_id, kind, version, state, title, folder, list, sort_key, updated_at, urgency, confidentiality, is_priority, is_bare,
due_on, is_followed, type, field, allowed_actions, assign_scope, acting_for, files[], links[], timeline[],
reviews[]`; incoming documents add `number, sender, document_on, arrival, original_subject, awaits_scan, source,
document_code, language, page_count, signer_position, signer_name, to_places, expires_on, is_provincial_task,
confirmations[]{check, reason}, leader_id, leader_name, my_assignment, assignments[], corrections[], repairs[],
undo{action_id, event}, may_ask_repair, case_file`; outgoing ones `number, reply_to, drafter, holder,
round, note, versions[], current_version, approvals[]`. `acting_for` is the name of the delegator in whose place the
reader has the document, or None. A file has `is_scan` when it came without text of its own.
Instants are UTC, dates are Vietnamese days; `folder` is todo, watching or done, `list` what the document asks of the
reader (server/domain/lists.py); `sort_key` ascending is first in list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from server.domain import histories, incoming_cards, outgoing_cards
from server.domain.catalogues import URGENCIES, is_secret
from server.domain.following import follows
from server.domain.instants import day_of, inverted
from server.domain.lists import LISTS, list_of
from server.domain.office import Office
from server.domain.parts import row_for
from server.domain.permissions import (
    Standing,
    allowed_actions,
    assign_scope,
    is_addressed,
    may_see,
    owns_review,
    seen_as,
)
from server.domain.records import Record, open_reviews, rows_concerning
from server.domain.review_owners import review_owner
from server.domain.undoing import undone_actions

Card = dict[str, Any]
CARD_FORM = 4
"""Raise it when cards say something new of documents that nobody touches: then all of them are written anew."""
LAST_DAY = "9999-12-31"


def card_for(
    record: Record, person_id: str, office: Office, at: str, links: Sequence[Mapping[str, Any]]
) -> Card | None:
    """Return the card of one person, or None when they may not see the document.

    `links` are the cards' links to other records, as `link_to` makes them.
    """
    if not may_see(Standing(record, person_id, office, at)):
        return None
    return _cards(record, [person_id], office, at, links)[person_id]


def cards_for(record: Record, office: Office, at: str, links: Sequence[Mapping[str, Any]]) -> dict[str, Card]:
    """Return the cards of everybody whose inbox the document belongs in now, by person.

    Leaders and clerks may read every document on the server; their devices get those that concern them. A secret
    document is on no device.
    """
    if is_secret(record.get("confidentiality", "normal")):
        return {}
    people = sorted(audience(record, office, at))
    seeing = [person_id for person_id in people if may_see(Standing(record, person_id, office, at))]
    return _cards(record, seeing, office, at, links)


def _cards(
    record: Record, people: Sequence[str], office: Office, at: str, links: Sequence[Mapping[str, Any]]
) -> dict[str, Card]:
    """Return people's cards; what all of them share is made once, and is the same object in each."""
    if record["kind"] == "case_file":
        return {person_id: _case_file(record, office, links) for person_id in people}
    is_incoming = record["kind"] == "incoming"
    kind_shared = incoming_cards.shared if is_incoming else outgoing_cards.shared
    shared = {**_shared(record, office, links), **kind_shared(record, office, links)}
    cards: dict[str, Card] = {}
    for person_id in people:
        who = Standing(record, person_id, office, at)
        seen = seen_as(who)
        own = {**incoming_cards.personal(seen), **incoming_cards.mending(who)} if is_incoming else {}
        acting_for = office.name_of(seen.person_id) if seen.person_id != person_id else None
        cards[person_id] = {**shared, **_personal(who, seen), **own, "acting_for": acting_for}
    return cards


def audience(record: Record, office: Office, at: str) -> set[str]:
    """Return who has the document in the inbox: whom it addresses, who follows it, delegates of who is not done."""
    if record["kind"] == "case_file":
        return {record["owner_id"]}
    addressed = _addressed(record, office, at)
    followers = {key for key in record.get("followers", ()) if office.is_staff(key, at)}
    return (
        addressed
        | followers
        | {
            delegate
            for delegate in office.delegations
            for giver in office.delegators_of(delegate, at)
            if giver in addressed and list_of(Standing(record, giver, office, at)) != "done"
        }
    )


def _addressed(record: Record, office: Office, at: str) -> set[str]:
    """Return those whom a document addresses, by name or as head of a unit."""
    rows = rows_concerning(record)
    candidates = {row["person_id"] for row in rows}
    candidates |= {row["person_id"] for row in record.get("custody", [])}
    candidates |= {key for key in (record.get("leader_id"), record.get("drafter_id")) if key}
    for review in open_reviews(record):
        candidates |= {review_owner(record, review, office, at), review["author_id"]}
    if record["kind"] == "incoming" and not rows and record["state"] in ("registered", "withdrawn"):
        candidates.add(record["events"][0]["actor_id"])
        return candidates
    units = {row["unit_id"] for row in rows if row["target"].startswith("unit:")}
    units |= {row["unit_id"] for row in record.get("custody", []) if row["role"] == "division"}
    units = {office.unit_at(one, at) for one in units}
    candidates |= {key for key in office.people if office.unit_of(key, at) in units}
    return {key for key in candidates if is_addressed(Standing(record, key, office, at))}


def ever_addressed(record: Record) -> set[str]:
    """Return everybody by name whose inbox may hold a card from earlier; heads of units are not counted."""
    people = {event["actor_id"] for event in record["events"]}
    people |= {row["person_id"] for row in (*record.get("assignments", []), *record.get("custody", []))}
    for review in record["reviews"]:
        people |= {review["owner_id"], review["author_id"]}
    return people


def link_to(record: Record, relation: str) -> dict[str, Any]:
    """Return how another document's card names this one; `relation` as in `links_of`."""
    return {
        "_id": record["_id"],
        "kind": record["kind"],
        "title": record.get("subject") or record.get("title", ""),
        "number": record.get("number", ""),
        "state": record["state"],
        "relation": relation,
    }


def sort_key(folder: str, urgency: str, due_on: str | None, updated_at: str) -> str:
    """Return the key of a list: what waits by urgency, deadline and age; the rest with the latest change first."""
    if folder == "todo":
        return f"{len(URGENCIES) - URGENCIES.index(urgency)}-{due_on or LAST_DAY}-{updated_at}"
    return inverted(updated_at)


def _shared(record: Record, office: Office, links: Sequence[Mapping[str, Any]]) -> Card:
    undone = undone_actions(record)
    return {
        "_id": record["_id"],
        "kind": record["kind"],
        "version": record["version"],
        "state": record["state"],
        "title": record["subject"],
        "updated_at": record["updated_at"],
        "urgency": record["urgency"],
        "confidentiality": record["confidentiality"],
        "is_priority": record["is_priority"],
        "is_bare": is_secret(record["confidentiality"]),
        "type": record["type"],
        "field": record["field"],
        "files": record["files"] if record["kind"] == "incoming" else _version_files(record),
        "links": list(links),
        "timeline": [
            {**histories.timeline_entry(one, office), "is_undone": one["action_id"] in undone}
            for one in record["events"]
            if one["event"] != "Followed"
        ],
    }


def _personal(who: Standing, seen: Standing) -> Card:
    """Return what depends on who looks; `seen` is that person, or the delegator in whose place they have it."""
    record = who.record
    row = row_for(seen)
    due_on = (row["due_on"] if row else None) or record["due_on"]
    kept_in = "to_decide" if owns_review(who) else list_of(seen)
    folder = LISTS[kept_in]
    reviews = open_reviews(record)
    return {
        "folder": folder,
        "list": kept_in,
        "sort_key": sort_key(folder, record["urgency"], due_on, record["updated_at"]),
        "due_on": due_on,
        "is_followed": follows(record, who.person_id),
        "allowed_actions": allowed_actions(who),
        "assign_scope": assign_scope(who) if record["kind"] == "incoming" else None,
        "reviews": [histories.review_entry(record, review, who.person_id, who.office, who.at) for review in reviews],
    }


def _version_files(record: Record) -> list[dict[str, Any]]:
    keys = ("sha256", "name", "size", "pages", "media_type")
    return [{key: version[key] for key in keys} for version in reversed(record["versions"])]


def _case_file(record: Record, office: Office, links: Sequence[Mapping[str, Any]]) -> Card:
    return {
        "_id": record["_id"],
        "kind": "case_file",
        "version": record["version"],
        "state": record["state"],
        "title": record["title"],
        "notation": record["notation"],
        "retention": record["retention"],
        "owner_id": record["owner_id"],
        "owner_name": office.name_of(record["owner_id"]),
        "year": day_of(record["events"][0]["at"])[:4],
        "filed": [link["_id"] for link in links if link["_id"] in record.get("filed", ())],
        "updated_at": record["updated_at"],
        "folder": "case_files",
        "sort_key": inverted(record["updated_at"]),
        "documents": list(links),
        "allowed_actions": [],
    }
