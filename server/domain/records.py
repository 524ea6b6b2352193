"""The documents of the `records` database: one per aggregate, with its history and its receipts.

A record is a plain JSON dict, so that one conditional write stores state, history and receipt together. This module
knows its shape; `incoming`, `outgoing` and `case_file` know what may happen to it.

Rows of `assignments` (incoming) and `custody` (outgoing) say who holds the document in what role; a row is never
removed, it ends: `since_version` ≤ v and (`ended_version` is null or > v) means that it stood at version v. So what a
person could see and do when they acted can be told afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

from server.domain.commands import Command

Record = dict[str, Any]
Event = dict[str, Any]


class Assignment(TypedDict):
    """One recipient's row.

    `state` is waiting, taken_on, passed_on, concluded, returned, handed_over, revoked, undone, rerouted or withdrawn.

    `needs_answer`: whoever has it does not finish without an answer, until who asked for it excuses them.
    `worded_version`: the version at which directive and deadline were changed last, where they were. `extensions`:
    requests for more time, `excuses`: to be excused from the answer, the last one last (`row_requests`). `urged`: how
    often and how it was urged last (`urging`). `reminded`: of which deadline the clock reminded last, when, and how
    often (`due_reminders`).
    """

    assignment_id: str
    parent_id: str | None
    role: str
    target: str
    unit_id: str
    person_id: str
    directive: str
    due_on: str | None
    assigned_by: str
    assigned_at: str
    state: str
    since_version: int
    ended_version: int | None
    case_file_id: str | None
    needs_answer: NotRequired[bool]
    worded_version: NotRequired[int]
    extensions: NotRequired[list[dict[str, Any]]]
    excuses: NotRequired[list[dict[str, Any]]]
    urged: NotRequired[dict[str, Any]]
    reminded: NotRequired[dict[str, Any]]


class Custody(TypedDict):
    """Who has a draft: `role` is drafter, division or leader."""

    person_id: str
    unit_id: str
    role: str
    since_version: int
    ended_version: int | None


INDEXED = {
    "reply_to": None,
    "case_file_id": None,
    "duplicate_key": None,
    "document_code": None,
    "file_sha256": None,
    "open_review_owner": None,
    "arrival_number": None,
    "book": None,
    "correction_state": None,
    "repair_state": None,
}
"""Fields that indexes name; every record carries them, since an index leaves out documents without its fields."""


def new_record(kind: str, record_id: str) -> Record:
    """Return an empty record of a kind, at version 0."""
    return {
        "_id": record_id,
        "kind": kind,
        "version": 0,
        "state": "",
        "updated_at": "",
        **INDEXED,
        "events": [],
        "receipts": {},
        "reviews": [],
        "files": [],
    }


def event_of(command: Command, name: str, received_at: str, data: Mapping[str, Any]) -> Event:
    """Return the event that a command causes; `at` is the instant that counts, `claimed_at` the device's word."""
    event: Event = {
        "event": name,
        "action_id": command.action_id,
        "actor_id": command.actor_id,
        "at": command.acted_at,
        "received_at": received_at,
        "device_id": command.device_id,
        "is_offline": command.is_offline,
        "data": dict(data),
    }
    if command.on_behalf_of:
        event["on_behalf_of"] = command.on_behalf_of
    if command.claimed_at and command.claimed_at != command.acted_at:
        event["claimed_at"] = command.claimed_at
    if command.device_signature:
        event["device_signature"] = dict(command.device_signature)
    if command.is_forced:
        event["is_forced"] = True
    if command.replaces:
        event["replaces"] = command.replaces
    return event


def authority_of(event: Event) -> str:
    """Return whose authority an event drew upon: its actor's, or that of who had delegated it."""
    return str(event.get("on_behalf_of") or event["actor_id"])


def stood(row: Mapping[str, Any], version: int | None) -> bool:
    """Tell whether a row stood at a version (now, when the version is None)."""
    if version is None:
        return row["ended_version"] is None
    return row["since_version"] <= version and (row["ended_version"] is None or row["ended_version"] > version)


def assignments_at(record: Record, version: int | None = None) -> list[Assignment]:
    """Return the assignments that stood at a version, oldest first."""
    return [row for row in record.get("assignments", []) if stood(row, version)]


def rows_concerning(record: Record, version: int | None = None) -> list[Assignment]:
    """Return the assignments that say whom the document concerns; of a withdrawn one, those that ended with it."""
    return assignments_at(record, version) or [
        row
        for row in record.get("assignments", [])
        if row["state"] == "withdrawn" and (version is None or row["ended_version"] <= version)
    ]


def custody_at(record: Record, version: int | None = None) -> Custody | None:
    """Return who held a draft at a version."""
    standing = [row for row in record.get("custody", []) if stood(row, version)]
    return standing[-1] if standing else None


def children_of(record: Record, assignment_id: str | None) -> list[Assignment]:
    """Return the standing rows directly below a row."""
    return [row for row in assignments_at(record) if row["parent_id"] == assignment_id]


def branch_of(record: Record, assignment_id: str) -> list[Assignment]:
    """Return a standing row and all standing rows below it."""
    found = [row for row in assignments_at(record) if row["assignment_id"] == assignment_id]
    for row in found:
        found.extend(child for child in children_of(record, row["assignment_id"]) if child not in found)
    return found


def events_since(record: Record, version: int, command: Command) -> list[Event]:
    """Return what others did after a version: events of the command's own device chain are left out.

    The same person on another device counts as somebody else, since neither screen showed the other's act.
    """
    own_device = command.device_id
    return [
        event
        for event in record["events"]
        if event["version"] > version
        and not (own_device and event["device_id"] == own_device and event["actor_id"] == command.actor_id)
    ]


def shown_at(record: Record, command: Command) -> str:
    """Return since when the version that a command was made on can have been on its author's screen."""
    event: Event = record["events"][max(min(command.seen_version, record["version"]), 1) - 1]
    is_own = command.device_id and (event["device_id"], event["actor_id"]) == (command.device_id, command.actor_id)
    return str(event["at"] if is_own else event["received_at"])


def current_version_of(record: Record) -> dict[str, Any] | None:
    """Return the newest version of a draft."""
    versions = record.get("versions", [])
    return versions[-1] if versions else None


def open_reviews(record: Record) -> list[dict[str, Any]]:
    """Return the reviews that wait for a person."""
    return [review for review in record["reviews"] if review["state"] == "open"]


def reviews_at(record: Record, version: int | None = None) -> list[dict[str, Any]]:
    """Return the conflicts that waited for a decision at a version (None: now)."""
    if version is None or version >= record["version"] or not record.get("reviews"):
        return open_reviews(record)
    waited: set[str] = set()
    for event in record["events"][:version]:
        if event["event"] == "ActHeld":
            waited.add(event["data"]["review"]["review_id"])
        elif event["event"] == "ConflictResolved":
            waited.discard(event["data"]["review_id"])
    return [one for one in record["reviews"] if one["review_id"] in waited]


def files_named(record: Record) -> set[str]:
    """Return the hashes of every file body that the record refers to."""
    named = {entry["sha256"] for entry in record.get("files", [])}
    return named | {entry["sha256"] for entry in record.get("versions", [])}
