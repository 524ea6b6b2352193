"""Taking back one's own last act on an incoming document, while nobody has seen it whom it concerns (Article 12.4).

What stood before the act stands again: it is told afresh from the history, not from notes of what the act changed. Rows
that the act ended begin a second time under their own ids; the act itself stays in the history.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any

from server.domain.assignments import end_rows, line_of, row
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.office import Office
from server.domain.records import Event, Record, assignments_at, authority_of, new_record
from server.domain.repair_commands import UndoAct

Decision = tuple[str, str, dict[str, Any]]

UNDOABLE = {
    "Presented": "PresentToLeader",
    "Assigned": "Assign",
    "TakenOn": "TakeOn",
    "AssignmentReturned": "ReturnAssignment",
    "HandedOver": "HandOver",
    "Concluded": "Conclude",
}
"""Event of an act that can be taken back → its command."""
BESIDE = frozenset({"Commented", "ScanAdded", "Followed", "DueReminded"})
"""What may have been added since: it changes nobody's part."""
RESTORED = (
    "leader_id",
    "due_on",
    "is_due_by_urgency",
    "case_file_id",
    "type",
    "field",
    "entry_confirmed_by",
    "entry_confirmed_version",
)
"""What of a record, beside its rows, an act of `UNDOABLE` may have changed."""
WORDS = ("state", "directive", "due_on", "case_file_id", "worded_version", "needs_answer")
"""What of a row that stands before and after."""


def undoable(record: Record, person_id: str) -> Event | None:
    """Return the act that a person could take back, had nobody seen it: their own, and the last on the document."""
    last = next((one for one in reversed(record["events"]) if one["event"] not in BESIDE), None)
    if last is None or last["event"] not in UNDOABLE or last["actor_id"] != person_id:
        return None
    return None if record["state"] == "withdrawn" else last


def decide(record: Record, command: UndoAct, context: Context) -> Decision:
    """Return the event that takes an act back. Raises undo_not_last, undo_too_late, case_file_closed."""
    undone = undoable(record, command.actor_id)
    if undone is None or undone["action_id"] != command.undone:
        raise DomainError("undo_not_last", field="undone")
    require_open(undone["data"].get("case_file_id"), context, "undone")
    own = {command.actor_id, authority_of(undone)}
    for person_id in sorted(concerned(record, undone, context.office, context.received_at) - own):
        if context.opened.get(person_id, 0) >= undone["version"]:
            raise DomainError("undo_too_late", field="undone", name=context.office.name_of(person_id))
    before = {one["assignment_id"] for one in assignments_at(record, undone["version"] - 1)}
    data = {
        "undone": undone["action_id"],
        "undone_event": undone["event"],
        "undone_version": undone["version"],
        "row_id": undone["data"].get("row_id"),
        "ended_rows": [one["assignment_id"] for one in assignments_at(record) if one["assignment_id"] not in before],
    }
    return "ActUndone", context.received_at, data


def require_open(case_file_id: str | None, context: Context, field: str) -> None:
    """Keep a document in a case file that is closed. Raises case_file_closed: its owner opens it again first."""
    if case_file_id and context.records.get(case_file_id, {}).get("state") == "closed":
        raise DomainError("case_file_closed", field=field)


def concerned(record: Record, undone: Event, office: Office, at: str) -> set[str]:
    """Return those to whom an act gave something: new work or new words; else who had given the work; their delegates.

    Of an end that is everybody up the line, whose own part may have ended with it.
    """
    rows, version = assignments_at(record), undone["version"]
    given = [one for one in rows if version in (one["since_version"], one.get("worded_version"))]
    if not given and undone["data"].get("row_id"):
        line = line_of(record, undone["data"]["row_id"])[1:]
        given = line if undone["event"] == "Concluded" else line[:1]
    units = {one["unit_id"] for one in given if one["target"].startswith("unit:")}
    heads = {key for key in office.people for unit_id in units if office.heads(key, unit_id, at)}
    people = heads | {one["person_id"] for one in given}
    return people | {key for key in office.delegations if people & set(office.delegators_of(key, at))}


def undone_actions(record: Record) -> set[str]:
    """Return the ids of the acts that were taken back."""
    return {one["data"]["undone"] for one in record["events"] if one["event"] == "ActUndone"}


def carry_out(record: Record, event: Event, evolve: Callable[[Record, Event], None]) -> None:
    """Let stand again what stood before the act; `evolve` carries out the events of an incoming document.

    What the act left as it was stays: how earlier versions of the app told the history makes no difference then.
    """
    version, data = event["version"], event["data"]
    before = _told(record, data["undone_version"] - 1, evolve)
    after = copy.deepcopy(before)
    undone = record["events"][data["undone_version"] - 1]
    after["version"] = undone["version"]
    evolve(after, undone)
    end_rows(record, data["ended_rows"], "undone", version)
    now = {one["assignment_id"] for one in assignments_at(record)}
    for one in assignments_at(before):
        if one["assignment_id"] in now:
            _restore(dict(one), dict(row(after, one["assignment_id"])), row(record, one["assignment_id"]), WORDS)
        else:
            record["assignments"].append({**one, "since_version": version, "ended_version": None})
    _restore(before, after, record, RESTORED)


def _told(record: Record, version: int, evolve: Callable[[Record, Event], None]) -> Record:
    """Return the document as its history tells it up to a version; acts that were taken back are passed over."""
    events = record["events"][:version]
    gone = {one["data"]["undone_version"] for one in events if one["event"] == "ActUndone"}
    found = {**new_record(record["kind"], record["_id"]), "assignments": []}
    for one in events:
        if one["event"] != "ActUndone" and one["version"] not in gone:
            found["version"] = one["version"]
            evolve(found, one)
            found["events"].append(one)
    return found


def _restore(before: dict[str, Any], after: dict[str, Any], now: Any, keys: Iterable[str]) -> None:
    """Give back what the act changed, where it is still as the act left it."""
    for key in keys:
        if before.get(key) == after.get(key) or now.get(key) != after.get(key):
            continue
        if key in before:
            now[key] = before[key]
        else:
            now.pop(key, None)
