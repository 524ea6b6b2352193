"""By when a document is to be handled for which nobody gave a deadline, by its urgency (decree 30/2020 Article 4.2.c).

Unless the office says otherwise, what is urgent in any grade is for the day on which it comes, and nothing presses the
rest. What the office says is one document of `accounts`: urgency → working days after the day of arrival; the leader's
deadline takes the place of all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.domain.catalogues import URGENCIES
from server.domain.commands import Command
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.office import Office
from server.domain.records import Event, Record, event_of

RECORD_ID = "due_targets:office"
AT_ONCE: Mapping[str, int] = {"urgent": 0, "very_urgent": 0, "express": 0}
"""What holds while the office has said nothing."""


def targets_of(office: Office) -> Mapping[str, int]:
    """Return how many working days there are, by urgency; an urgency that nothing presses is not named."""
    return AT_ONCE if office.due_targets is None else office.due_targets


def target_of(urgency: str, today: str, office: Office) -> str | None:
    """Return the day by which a document is to be handled; None where nothing presses."""
    days = targets_of(office).get(urgency or "normal")
    if days is None:
        return None
    return today if days == 0 else office.calendar.after(today, days)


def empty(record_id: str | None) -> dict[str, Any] | None:
    """Return the targets while the office has said nothing; None when the id is another's."""
    return {"_id": RECORD_ID, "kind": "due_targets", "days": dict(AT_ONCE)} if record_id == RECORD_ID else None


def state_of(_document: Record) -> str:
    """Return the state of the targets, the only one there is."""
    return "kept"


def decide(_record: Record, command: Command, context: Context) -> Event:
    """Return what a command causes. Raises targets_in_wrong_order: what is more urgent has no more time."""
    days = {urgency: value for urgency in URGENCIES if (value := command.own_values()[urgency]) is not None}
    pressing = [days.get(urgency) for urgency in URGENCIES]
    for slower, faster, name in zip(pressing, pressing[1:], URGENCIES[1:], strict=False):
        if slower is not None and (faster is None or faster > slower):
            raise DomainError("targets_in_wrong_order", field=name)
    return event_of(command, "DueTargetsSet", context.received_at, {"days": days})


def evolve(record: Record, event: Event) -> None:
    """Carry an event out on the targets."""
    record["days"] = event["data"]["days"]
