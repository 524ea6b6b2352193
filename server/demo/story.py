"""What happens to the demo's documents: data rows into commands, in the order in which they happened.

A row is `[verb, actor, …]`. A verb with "!" is an act from a device that had been away: its last value is the number
of the row that the actor had seen last, so it meets what others did meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from server.demo.days import Days
from server.demo.office import UNITS

WAITS = (35, 150, 95, 240, 60, 310, 120, 45, 200, 80, 130, 50, 170)
"""Working minutes between one act and the next."""
_UNIT_IDS = frozenset(unit.unit_id for unit in UNITS)


@dataclass
class Moment:
    """Where a document and its draft stood after an act: versions, and the draft's current content."""

    incoming: int = 0
    outgoing: int = 0
    sha256: str = ""


@dataclass
class Story:
    """One incoming document on its way: the rows of its data and the instants at which they happen."""

    item: dict[str, Any]
    arrived_at: str
    instants: list[str]
    moments: list[Moment] = field(default_factory=list)
    draft_versions: int = 0
    now: Moment = field(default_factory=Moment)

    @property
    def incoming_id(self) -> str:
        """Return the record id of the incoming document."""
        return f"incoming:{self.action_id(-1)}"

    @property
    def outgoing_id(self) -> str:
        """Return the record id of the draft that answers it."""
        started = next(number for number, row in enumerate(self.item["steps"]) if row[0] == "draft")
        return f"outgoing:{self.action_id(started)}"

    def action_id(self, number: int) -> str:
        """Return the same id for the same act every time; -1 is the registration."""
        return f"demo-{self.item['id']}-{number + 1:02d}"


def stories_of(incoming: list[dict[str, Any]], days: Days) -> list[Story]:
    """Lay every document's acts out in time; documents of one day arrive some minutes apart."""
    stories: list[Story] = []
    for position, item in enumerate(sorted(incoming, key=lambda one: -one["age"])):
        arrived_at = days.at(days.day(-item["age"]), 10 + 7 * (position % 12))
        waits = [WAITS[(position + number) % len(WAITS)] for number in range(len(item["steps"]))]
        stories.append(Story(item, arrived_at, days.spread(arrived_at, waits)))
    return sorted(stories, key=lambda story: story.arrived_at)


def fields_of(row: list[Any], story: Story, seen: Moment, days: Days) -> tuple[str, str, dict[str, Any]]:
    """Return command name, record id and fields of a row; files are put in by whoever has them."""
    verb, given = row[0].rstrip("!"), row[2] if len(row) > 2 else ""
    incoming, bound = story.incoming_id, {"version_sha256": seen.sha256}
    note = row[3] if len(row) > 3 and isinstance(row[3], str) else ""
    match verb:
        case "present":
            return "PresentToLeader", incoming, {"leader_id": given, "note": note}
        case "assign":
            return "Assign", incoming, _assignment(given, days)
        case "take_on":
            return "TakeOn", incoming, {"note": given}
        case "return_assignment":
            return "ReturnAssignment", incoming, {"reason": given}
        case "comment":
            return "AddComment", incoming, {"text": given}
        case "conclude":
            return "Conclude", incoming, {"new_case_file_title": given, "result": note}
        case "draft":
            return "StartDraft", incoming, {"due_on": days.iso(given["due"]), "note": given["note"]}
        case "version":
            return "AddVersion", story.outgoing_id, {"note": note}
        case "comment_draft":
            return "AddComment", story.outgoing_id, {"text": given}
        case "submit":
            return "SubmitDraft", story.outgoing_id, {"to_person": given, "note": note, **bound}
        case "to_leader":
            return "SubmitToLeader", story.outgoing_id, {"leader_id": given, "note": note, **bound}
        case "return":
            return "ReturnDraft", story.outgoing_id, {"reason": given, "return_to": note or "drafter", **bound}
        case "approve":
            agreed = {"is_content_approved": True, "is_form_approved": True}
            return "Approve", story.outgoing_id, {"note": given, **agreed, **bound}
    raise ValueError(f"unknown act {verb} in {story.item['id']}")


def _assignment(given: dict[str, Any], days: Days) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "directive": given["directive"],
        "due_on": days.iso(given["due"]),
        "is_entry_confirmed": True,
        "direct_reason": given["directive"],
    }
    for role in ("lead", "simultaneous", "collaborating", "informed"):
        if role in given:
            value = given[role]
            fields[role] = [_target(one) for one in value] if isinstance(value, list) else _target(value)
    return fields


def _target(name: str) -> str:
    return f"unit:{name}" if name in _UNIT_IDS else f"person:{name}"
