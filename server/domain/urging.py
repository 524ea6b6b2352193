"""Urging whoever has work in hand, đôn đốc, in three grades and counted (Articles 13.1, 15)."""

from __future__ import annotations

from typing import Any

from server.domain.assignments import branch_of, row
from server.domain.commands import Urge
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.parts import row_for
from server.domain.permissions import Standing
from server.domain.records import Assignment, Event, Record, assignments_at, authority_of, children_of

GRADES = ("remind", "urge", "final")
"""Nhắc, đôn đốc, đôn đốc lần cuối."""
WORKING = frozenset({"waiting", "taken_on"})
Decision = tuple[str, str, dict[str, Any]]


def rows_in_hand(record: Record, above_id: str | None) -> list[Assignment]:
    """Return the rows below one, or all, whose people have work in hand and have passed it on to nobody."""
    rows = branch_of(record, above_id) if above_id else assignments_at(record)
    return [
        one
        for one in rows
        if one["assignment_id"] != above_id
        and one["role"] not in ("leader", "inform")
        and one["state"] in WORKING
        and not any(below["role"] != "inform" for below in children_of(record, one["assignment_id"]))
    ]


def decide(record: Record, command: Urge, context: Context) -> Decision:
    """Return the event of an urging. Raises bad_value, wrong_state when nobody has work in hand."""
    if command.grade not in GRADES:
        raise DomainError("bad_value", field="grade", value=command.grade)
    mine = row_for(Standing(record, command.authority_id, context.office, command.acted_at))
    above_id = mine["assignment_id"] if mine and mine["ended_version"] is None else None
    in_hand = [one["assignment_id"] for one in rows_in_hand(record, above_id)]
    named = [one for one in in_hand if one in command.rows] if command.rows else in_hand
    if not named:
        raise DomainError("wrong_state", state=record["state"])
    people = [row(record, one)["person_id"] for one in named]
    data = {"urged_rows": named, "people": people, "grade": command.grade, "text": command.text}
    return "Urged", context.received_at, data


def carry_out(record: Record, event: Event) -> None:
    """Count the urging on every row that it is for."""
    for key in event["data"]["urged_rows"]:
        one = row(record, key)
        one["urged"] = {
            "count": (one.get("urged") or {}).get("count", 0) + 1,
            "grade": event["data"]["grade"],
            "text": event["data"]["text"],
            "by": authority_of(event),
            "at": event["at"],
        }
