"""How far work is, as one document tells it: whose parts are open, by when, and what was finished when (Article 13).

A part is a row of somebody who has to do something: to be informed or to direct is no work. What was passed on is the
work of those below. State secrets tell nothing here.
"""

from __future__ import annotations

from typing import NamedTuple

from server.domain.assignments import deadline_of
from server.domain.catalogues import is_secret
from server.domain.instants import day_of
from server.domain.lists import was_given_back
from server.domain.permissions import WORKING_ROLES
from server.domain.records import Assignment, Record, assignments_at, children_of, custody_at

WAITING, IN_HAND, RETURNED = "waiting", "in_hand", "returned"
OPEN = (RETURNED, IN_HAND, WAITING)
"""States of open work; of several parts of a document the first of these is the document's."""
IN_TIME, LATE, NO_DEADLINE = "in_time", "late", "no_deadline"
FINISHED = (LATE, IN_TIME, NO_DEADLINE)
"""How work was finished; of several parts the first of these is the document's."""
WITH_LEADER = "with_leader"
DRAFT_STATES = ("drafting", "returned", "with_division", WITH_LEADER)
"""States of an outgoing document on which somebody works, in the order in which they are shown."""


class Part(NamedTuple):
    """One recipient's work: `unit_id` as it was when it was given, `person_id` of who received it then.

    `is_units`: it was given to the unit, so it is with whoever heads that. `state` is of `OPEN` or `FINISHED`;
    `day` is the deadline of open work (None: none), or the day on which it was finished.
    """

    unit_id: str
    person_id: str
    is_units: bool
    state: str
    day: str | None

    @property
    def is_open(self) -> bool:
        """Tell whether somebody has yet to finish it."""
        return self.state in OPEN


class Draft(NamedTuple):
    """An outgoing document before its approval: whose, with whom it lies, and since which day."""

    unit_id: str
    drafter_id: str
    holder_id: str
    state: str
    since_on: str


class Work(NamedTuple):
    """What one record says of work."""

    parts: tuple[Part, ...] = ()
    draft: Draft | None = None

    def is_kept(self, since_on: str) -> bool:
        """Tell whether anything of it is open, or was finished on a day or after it."""
        return self.draft is not None or any(one.is_open or str(one.day) >= since_on for one in self.parts)


def work_of(record: Record) -> Work | None:
    """Return the work that a record of any kind tells of; None when it tells of none."""
    if record.get("kind") not in ("incoming", "outgoing") or is_secret(record.get("confidentiality", "normal")):
        return None
    if record["kind"] == "outgoing":
        return _of_draft(record)
    rows = [one for one in assignments_at(record) if one["role"] in WORKING_ROLES]
    parts = [part for one in rows if (part := _part_of(record, one)) is not None]
    return Work(parts=tuple(parts)) if parts else None


def _of_draft(record: Record) -> Work | None:
    held = custody_at(record)
    if held is None or record["state"] not in DRAFT_STATES:
        return None
    since_on = day_of(record["events"][held["since_version"] - 1]["at"])
    draft = Draft(record["unit_id"], record["drafter_id"], held["person_id"], record["state"], since_on)
    return Work(draft=draft)


def _part_of(record: Record, one: Assignment) -> Part | None:
    due_on = deadline_of(record, one)
    found: tuple[str, str | None] | None
    if one["state"] == "concluded":
        found = _finished(record, one, due_on)
    elif one["state"] == "passed_on":
        found = None if _is_with_those_below(record, one) else (IN_HAND, due_on)
    elif one["state"] == "waiting":
        found = (RETURNED if was_given_back(record, one) else WAITING, due_on)
    else:
        found = (IN_HAND, due_on)
    if found is None:
        return None
    return Part(one["unit_id"], one["person_id"], one["target"].startswith("unit:"), *found)


def _finished(record: Record, one: Assignment, due_on: str | None) -> tuple[str, str] | None:
    """Return how and when a part was finished; None for one that ended only because all below it had."""
    own = (
        event
        for event in reversed(record["events"])
        if event["event"] == "Concluded" and event["data"]["row_id"] == one["assignment_id"]
    )
    last = next(own, None)
    if last is None:
        return None
    done_on = day_of(last["at"])
    return (NO_DEADLINE if not due_on else LATE if done_on > due_on else IN_TIME), done_on


def _is_with_those_below(record: Record, one: Assignment) -> bool:
    below = children_of(record, one["assignment_id"])
    return any(child["role"] in WORKING_ROLES and child["state"] != "concluded" for child in below)
