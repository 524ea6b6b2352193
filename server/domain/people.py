"""What happens to a person's account: locked and opened, a role given and ended (Articles 3, 12, 16).

The account is a document of `accounts`; its dated roles and locks are what authority is judged by, so an end is written
beside the beginning and nothing is erased. Everything counts from when the server received it.
"""

from __future__ import annotations

from typing import Any

from server.domain.commands import Command
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.office import ADMINISTRATOR, ROLES, Grant
from server.domain.office_commands import EndRole, GrantRole, LockAccount
from server.domain.records import Event, Record, event_of


def state_of(document: Record) -> str:
    """Return the state of an account as stored."""
    return "active" if document.get("is_active") else "locked"


def decide(record: Record, command: Command, context: Context) -> Event:
    """Return what a command causes on an account."""
    is_own = record["person_id"] == command.actor_id
    if isinstance(command, LockAccount):
        if is_own:
            raise DomainError("locks_oneself", field="reason")
        return event_of(command, "AccountLocked", context.received_at, {"reason": command.reason})
    if isinstance(command, GrantRole):
        if command.role not in ROLES:
            raise DomainError("bad_value", field="role", value=command.role)
        if command.role in _held(record, context.received_at):
            raise DomainError("role_held", field="role")
        return event_of(command, "RoleGranted", context.received_at, {"role": command.role})
    if isinstance(command, EndRole):
        if is_own and command.role == ADMINISTRATOR:
            raise DomainError("locks_oneself", field="role")
        if command.role not in _held(record, context.received_at):
            raise DomainError("role_not_held", field="role")
        return event_of(command, "RoleEnded", context.received_at, {"role": command.role})
    return event_of(command, "AccountUnlocked", context.received_at, {"note": command.own_values()["note"]})


def evolve(record: Record, event: Event) -> None:
    """Carry an event out on the account."""
    at, data = event["received_at"], event["data"]
    match event["event"]:
        case "AccountLocked":
            record.update(is_active=False, inactive_from_at=at, lock_reason=data["reason"], state="locked")
        case "AccountUnlocked":
            lock = {"from_at": record.get("inactive_from_at") or at, "until_at": at}
            record["locks"] = [*record.get("locks", []), lock]
            record.update(is_active=True, inactive_from_at=None, lock_reason="", state="active")
        case "RoleGranted":
            grant = {"role": data["role"], "from_at": at, "until_at": None}
            record["roles"] = [*record.get("roles", []), grant]
        case "RoleEnded":
            record["roles"] = [_ended(row, data["role"], at) for row in record.get("roles", [])]


def _held(record: Record, at: str) -> set[str]:
    grants = (Grant(row["role"], row["from_at"], row.get("until_at")) for row in record.get("roles", []))
    return {grant.role for grant in grants if grant.is_valid(at)}


def _ended(row: dict[str, Any], role: str, at: str) -> dict[str, Any]:
    is_it = row["role"] == role and Grant(role, row["from_at"], row.get("until_at")).is_valid(at)
    return {**row, "until_at": at} if is_it else row
