"""No answer where one was asked for: whoever owes it asks to be excused, who asked for it decides (Article 9.6).

Who is excused is the whole part of which the answer was asked for, with everybody below; other parts still owe theirs.
"""

from __future__ import annotations

from typing import Any

from server.domain.assignments import asked_for_answer, branch_of, row
from server.domain.commands import DecideExcuse, RequestExcuse
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.records import Assignment, Event, Record
from server.domain.row_requests import EXCUSES, GRANTED, REFUSED, decision, end, put, to_decide

Decision = tuple[str, str, dict[str, Any]]


def request(record: Record, mine: Assignment, command: RequestExcuse, context: Context) -> Decision:
    """Return the event of a request. Raises no_answer_owed, wrong_state."""
    if mine["state"] == "concluded":
        raise DomainError("wrong_state", state=mine["state"])
    owed = asked_for_answer(record, mine)
    if not owed:
        raise DomainError("no_answer_owed")
    data = {"row_id": mine["assignment_id"], "reason": command.reason, "to": owed[-1]["assigned_by"]}
    return "ExcuseRequested", context.received_at, data


def decide(record: Record, command: DecideExcuse, context: Context) -> Decision:
    """Return the event of a decision. Raises no_such_request, wrong_state."""
    asked, found = to_decide(record, EXCUSES, command.request_id)
    owed = asked_for_answer(record, asked)
    if not owed:
        raise DomainError("wrong_state", state=record["state"])
    excused = [one["assignment_id"] for one in branch_of(record, owed[-1]["assignment_id"])]
    data = {**decision(asked, found, command), "excused_rows": excused if command.is_granted else []}
    return "ExcuseDecided", context.received_at, data


def carry_out(record: Record, event: Event) -> None:
    """Write a request onto its row, a decision onto every row that it is about."""
    data = event["data"]
    mine = row(record, data["row_id"])
    if event["event"] == "ExcuseRequested":
        put(mine, EXCUSES, event, reason=data["reason"])
        return
    end(mine, EXCUSES, GRANTED if data["is_granted"] else REFUSED, event["version"])
    for row_id in data["excused_rows"]:
        excused = row(record, row_id)
        # what others of the same part asked for has its answer, too
        end(excused, EXCUSES, GRANTED, event["version"])
        if excused.get("needs_answer"):
            excused["needs_answer"], excused["worded_version"] = False, event["version"]
