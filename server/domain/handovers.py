"""A specialist's part of the work goes to a colleague of the same unit, as it stands (Articles 9.4, 13).

Who gave the work out, the directive and the deadline stay what they were; the former row ends, and says to whom.
"""

from __future__ import annotations

from typing import Any

from server.domain.assignments import end_rows, row
from server.domain.commands import HandOver
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.records import Assignment, Event, Record, children_of

Decision = tuple[str, str, dict[str, Any]]


def decide(record: Record, mine: Assignment, command: HandOver, context: Context) -> Decision:
    """Return the event of a hand-over. Raises assigned_to_self, outside_own_unit, recipient_twice, wrong_state."""
    if mine["state"] == "concluded" or children_of(record, mine["assignment_id"]):
        raise DomainError("wrong_state", state=mine["state"])
    to = context.active_person(command.to_person)
    if to.person_id in (mine["person_id"], command.authority_id):
        raise DomainError("assigned_to_self", field="to_person")
    office, at = context.office, context.received_at
    if office.unit_of(to.person_id, at) != office.unit_of(mine["person_id"], at):
        raise DomainError("outside_own_unit", field="to_person", target=f"person:{to.person_id}")
    siblings = children_of(record, mine["parent_id"])
    if any(one["person_id"] == to.person_id and one["role"] != "inform" for one in siblings):
        raise DomainError("recipient_twice", field="to_person", target=f"person:{to.person_id}")
    new = {
        **{key: mine[key] for key in ("parent_id", "role", "unit_id", "directive", "due_on", "assigned_by")},
        **({"needs_answer": True} if mine.get("needs_answer") else {}),
        "assignment_id": f"{command.action_id}:0",
        "target": f"person:{to.person_id}",
        "person_id": to.person_id,
        "assigned_at": command.acted_at,
        "state": "waiting",
        "case_file_id": None,
    }
    data = {
        "row_id": mine["assignment_id"],
        "ended_rows": [mine["assignment_id"]],
        "rows": [new],
        "person_id": to.person_id,
        "reason": command.reason,
    }
    return "HandedOver", context.received_at, data


def carry_out(record: Record, event: Event) -> None:
    """End the former row and begin the colleague's."""
    data = event["data"]
    end_rows(record, data["ended_rows"], "handed_over", event["version"])
    for one in data["rows"]:
        record["assignments"].append({**one, "since_version": event["version"], "ended_version": None})
    assert row(record, data["row_id"])["ended_version"] is not None
