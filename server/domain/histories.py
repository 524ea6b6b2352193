"""The history of a document in the words of a card: timeline entries, versions, conflicts with both sides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.domain.corrections import shown_changes
from server.domain.instants import day_of
from server.domain.office import CLOCK, Office
from server.domain.records import Event, Record
from server.domain.review_owners import review_owner
from server.domain.reviews import due_at
from server.domain.row_requests import GRANTED, REFUSED

TEXTS = ("text", "directive", "reason", "result", "note")
"""Keys of an event's data that hold the words of its actor; the first one that is there is shown."""


def timeline_entry(event: Event, office: Office) -> dict[str, Any]:
    """Return how a card tells one event."""
    actor = office.person(event["actor_id"])
    data = event["data"]
    return {
        "at": event["at"],
        "event": event["event"],
        "version": event["version"],
        "action_id": event["action_id"],
        "actor_id": event["actor_id"],
        "actor_name": "" if event["actor_id"] == CLOCK else office.name_of(event["actor_id"]),
        "actor_position": actor.position if actor else "",
        "on_behalf_of": event.get("on_behalf_of"),
        "on_behalf_of_name": office.name_of(event.get("on_behalf_of")) or None,
        "text": next((data[key] for key in TEXTS if data.get(key)), ""),
        "details": _details(event, office),
        "is_offline": event["is_offline"],
    }


def _details(event: Event, office: Office) -> dict[str, Any]:
    """Return the names and numbers that an event's sentence needs."""
    data = event["data"]
    details: dict[str, Any] = {}
    rows = data.get("rows")
    if rows is not None:
        details["recipients"] = [
            {
                "role": row["role"],
                "name": office.unit_name(row["unit_id"])
                if row["target"].startswith("unit:")
                else office.name_of(row["person_id"]),
            }
            for row in rows
        ]
    for key, name in (
        ("leader_id", "to_name"),
        ("person_id", "to_name"),
        ("to", "to_name"),
        ("author_id", "author_name"),
    ):
        if data.get(key):
            details[name] = office.name_of(data[key])
    for key in (
        "due_on",
        "number",
        "arrival_number",
        "choice",
        "command",
        "target",
        "role",
        "new_case_file_title",
        "told",
        "no_answer_reason",
        "undone_event",
        "wanted",
    ):
        if data.get(key):
            details[key] = data[key]
    if event["event"] in ("ExtensionDecided", "ExcuseDecided"):
        details["decision"] = GRANTED if data["is_granted"] else REFUSED
    if event.get("is_forced"):
        details["is_forced"] = True
    version = data.get("version")
    if version:
        details["file_name"] = version["name"]
    if data.get("correction_id") and data.get("changes"):
        details["changes"] = shown_changes(data["changes"])
    if data.get("correction_id") and (data.get("strikes_number") or event["event"] == "Withdrawn"):
        details["is_number_struck"] = True
    scan = data.get("file") or {}
    if scan:
        details["file_name"], details["pages"] = scan["name"], scan["pages"]
    review = data.get("review")
    if review:
        details["command"] = review["command"]["command"]
        details["to_name"] = office.name_of(review["owner_id"])
        details["reason"] = review["reason"]
    return details


def version_entry(version: Mapping[str, Any], office: Office) -> dict[str, Any]:
    """Return how a card tells one version of a draft."""
    keys = ("number", "sha256", "name", "size", "pages", "media_type", "at", "note")
    return {**{key: version[key] for key in keys}, "author_name": office.name_of(version["author_id"])}


def review_entry(record: Record, review: Mapping[str, Any], person_id: str, office: Office, at: str) -> dict[str, Any]:
    """Return how a card tells one open conflict: the held act, what others did meanwhile, who decides now."""
    meanwhile = [event for event in record["events"] if event["version"] in review["meanwhile"]]
    owner_id = review_owner(record, review, office, at)
    return {
        "review_id": review["review_id"],
        "command": review["command"]["command"],
        "reason": review["reason"],
        "author_id": review["author_id"],
        "author_name": office.name_of(review["author_id"]),
        "author_honorific": office.honorific_of(review["author_id"]),
        "owner_id": owner_id,
        "owner_name": office.name_of(owner_id),
        "owner_honorific": office.honorific_of(owner_id),
        "is_mine": owner_id == person_id or owner_id in office.delegators_of(person_id, at),
        "acted_at": review["acted_at"],
        "opened_at": review["opened_at"],
        "due_on": day_of(due_at(review)),
        "reminded_at": review.get("reminded_at"),
        "reminder_count": review.get("reminder_count", 0),
        "ours": {
            "text": _own_words(review["command"]["fields"]),
            "fields": _named(review["command"]["fields"], office),
        },
        "theirs": [
            {**timeline_entry(event, office), "actor_honorific": office.honorific_of(event["actor_id"])}
            for event in meanwhile
        ],
        "difference": review["difference"],
        "choices": review["choices"],
    }


def _own_words(fields: Mapping[str, Any]) -> str:
    return next((fields[key] for key in TEXTS if fields.get(key)), "")


def _named(fields: Mapping[str, Any], office: Office) -> dict[str, Any]:
    """Return a held act's fields with names in place of ids, empty ones left out."""
    named: dict[str, Any] = {}
    for key, value in fields.items():
        if not value or key in TEXTS:
            continue
        if key in ("lead", "leader_id", "to_person"):
            named[key] = target_name(value, office)
        elif key in ("simultaneous", "collaborating", "informed"):
            named[key] = [target_name(one, office) for one in value]
        else:
            named[key] = value
    return named


def target_name(target: str, office: Office) -> str:
    """Return the name behind `unit:<id>`, `person:<id>` or a bare person id."""
    scope, colon, key = target.partition(":")
    if not colon:
        return office.name_of(target)
    return office.unit_name(key) if scope == "unit" else office.name_of(key)
