"""Conflicts that wait for a person: who owns one, how it is opened, how it is ended.

A review keeps the whole act that could not be carried out, so that nothing a person did is lost. Its owner is always a
named person. Ending it is a command like any other (`ResolveConflict`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from server.domain.assignments import HANDLING
from server.domain.commands import Assign, Command, ResolveConflict
from server.domain.conflicts import Verdict
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.office import CHIEF_OF_OFFICE, Office
from server.domain.payloads import build, payload_of
from server.domain.permissions import Standing, review_owner, row_for
from server.domain.records import Event, Record, children_of, event_of, open_reviews

CHOICES: dict[str, tuple[str, ...]] = {"Assign": ("ours", "theirs", "both")}
DEFAULT_CHOICES = ("ours", "theirs")


def owner_of(record: Record, command: Command, office: Office, at: str) -> str:
    """Return who decides: who gave the work out, or the author of an act on a draft; never nobody."""
    wanted: list[str | None] = []
    if record["kind"] == "incoming":
        row = row_for(Standing(record, command.authority_id, office, command.acted_at, command.seen_version))
        if row is not None:
            wanted = [row["person_id"] if row["role"] == "leader" else row["assigned_by"], record.get("leader_id")]
    wanted += [command.actor_id, *office.with_role(CHIEF_OF_OFFICE, at)]
    return next((one for one in wanted if one and office.is_staff(one, at)), command.actor_id)


def hold(
    record: Record, command: Command, verdict: Verdict, context: Context, difference: dict[str, Any] | None
) -> Event:
    """Return the event that keeps an act for a person's decision."""
    row = row_for(Standing(record, command.authority_id, context.office, command.acted_at, command.seen_version))
    review = {
        "row_id": row["assignment_id"] if row else None,
        "review_id": command.action_id,
        "state": "open",
        "command": payload_of(command),
        "author_id": command.actor_id,
        "owner_id": owner_of(record, command, context.office, context.received_at),
        "reason": verdict.reason,
        "acted_at": command.acted_at,
        "opened_at": context.received_at,
        "meanwhile": [event["version"] for event in verdict.events],
        "difference": difference,
        "choices": _choices(record, command),
    }
    return event_of(command, "ActHeld", context.received_at, {"review": review})


def _choices(record: Record, command: Command) -> list[str]:
    """Return how the conflict may be ended; on a withdrawn document nothing can be carried out any more."""
    if record["state"] == "withdrawn":
        return ["theirs"]
    return list(CHOICES.get(type(command).__name__, DEFAULT_CHOICES))


def find_open(record: Record, command: ResolveConflict, office: Office) -> dict[str, Any]:
    """Return the review that a command ends; raises no_such_review, not_allowed, choice_not_offered."""
    review = next((one for one in open_reviews(record) if one["review_id"] == command.review_id), None)
    if review is None:
        raise DomainError("no_such_review", field="review_id")
    if review_owner(record, review, office, command.acted_at) not in (command.actor_id, command.on_behalf_of):
        raise DomainError("not_allowed", command="ResolveConflict")
    if command.choice not in review["choices"]:
        raise DomainError("choice_not_offered", field="choice", value=command.choice)
    return review


def resolved(command: ResolveConflict, review: dict[str, Any], context: Context) -> Event:
    """Return the event that ends a review."""
    data = {
        "review_id": review["review_id"],
        "choice": command.choice,
        "author_id": review["author_id"],
        "command": review["command"]["command"],
        "note": command.note,
    }
    return event_of(command, "ConflictResolved", context.received_at, data)


def held_command(record: Record, command: ResolveConflict, review: dict[str, Any]) -> Command:
    """Return the held act as it is to be carried out now.

    An approval is never carried over to another version: its author, who decides, approves the current one anew, by
    its hash; nobody does that in another's name.
    """
    act = replace(build(review["command"], actor_id=review["author_id"]), acted_at=command.acted_at)
    if isinstance(act, Assign) and command.choice == "both":
        rows = children_of(record, review["row_id"])
        standing = [row["target"] for row in rows if row["role"] in HANDLING]
        ours = [target for target in (act.lead, *act.simultaneous) if target]
        return replace(act, lead="", simultaneous=tuple(dict.fromkeys([*standing, *ours])))
    if command.version_sha256 and "version_sha256" in act.own_fields() and act.actor_id == command.actor_id:
        changed: dict[str, Any] = {"version_sha256": command.version_sha256}
        return replace(act, **changed)
    return act


def evolve(record: Record, event: Event) -> None:
    """Carry out what concerns reviews: open one, or end one."""
    data = event["data"]
    if event["event"] == "ActHeld":
        record["reviews"].append({**data["review"]})  # the event stays as it was
    else:
        review = next(one for one in record["reviews"] if one["review_id"] == data["review_id"])
        review.update(state="resolved", choice=data["choice"], resolved_by=event["actor_id"], resolved_at=event["at"])
    waiting = open_reviews(record)
    record["open_review_owner"] = waiting[0]["owner_id"] if waiting else None
