"""Taking a document back: one wrongly registered, or a draft before it is approved (Articles 9.1, 10, 14.2).

Nothing is erased: the number stays used (decree 30/2020 Article 22: số đến is given once), the history stays, and those
who had the document see why it is gone from their work.
"""

from __future__ import annotations

from typing import Any

from server.domain.commands import WithdrawDocument
from server.domain.context import Context
from server.domain.records import Event, Record, open_reviews, stood


def decide(record: Record, command: WithdrawDocument, context: Context) -> tuple[str, str, dict[str, Any]]:
    """Return the event that takes the document back, for the reason given."""
    return "Withdrawn", context.received_at, {"reason": command.reason, "from_state": record["state"]}


def carry_out(record: Record, event: Event) -> None:
    """End every assignment and the custody; what waits for a decision can only be set aside now."""
    for row in record.get("assignments", []):
        if stood(row, None):
            row.update(state="withdrawn", ended_version=event["version"])
    for held in record.get("custody", []):
        if stood(held, None):
            held["ended_version"] = event["version"]
    for review in open_reviews(record):
        review["choices"] = ["theirs"]
    record["state"] = "withdrawn"


def reason_of(record: Record) -> str:
    """Return why a document was taken back; empty for one that stands."""
    if record["state"] != "withdrawn":
        return ""
    return next((str(one["data"]["reason"]) for one in record["events"] if one["event"] == "Withdrawn"), "")
