"""Requests that stand on a part of the work until they are decided: more time, no answer (Articles 9.4, 9.6, 13).

One stands until it is decided, or until a second one takes its place; all of them stay on the row, the last one last,
so that what somebody could decide can be told afterwards. `key` names the row's list: `extensions` or `excuses`.
"""

from __future__ import annotations

from typing import Any, cast

from server.domain.commands import DecideExcuse, DecideExtension
from server.domain.errors import DomainError
from server.domain.records import Assignment, Event, Record, assignments_at, authority_of

OPEN, GRANTED, REFUSED, REPLACED = "open", "granted", "refused", "replaced"
EXTENSIONS, EXCUSES = "extensions", "excuses"


def was_open(one: Assignment, key: str, version: int | None) -> bool:
    """Tell whether a row had a request that nobody had decided at a version (now, when the version is None)."""
    requests = requests_of(one, key)
    if version is None:
        return any(found["state"] == OPEN for found in requests)
    return any(
        found["asked_version"] <= version and (found["ended_version"] is None or found["ended_version"] > version)
        for found in requests
    )


def requests_of(one: Assignment, key: str) -> list[dict[str, Any]]:
    """Return the requests that were made of a row, in the order in which they were made."""
    return cast(list[dict[str, Any]], one.get(key, []))


def row_asked(record: Record, key: str, request_id: str) -> Assignment | None:
    """Return the row that a request is about, standing or not; of one that was taken up again, where it is now."""
    rows: list[Assignment] = record.get("assignments", [])
    return next((one for one in reversed(rows) if _find(one, key, request_id)), None)


def to_decide(record: Record, key: str, request_id: str) -> tuple[Assignment, dict[str, Any]]:
    """Return a standing row and the request on it that waits. Raises no_such_request, wrong_state."""
    asked = row_asked(record, key, request_id)
    found = _find(asked, key, request_id) if asked else None
    if asked is None or found is None:
        raise DomainError("no_such_request", field="request_id")
    if asked not in assignments_at(record) or found["state"] != OPEN:
        raise DomainError("wrong_state", state=record["state"])
    return asked, found


def decision(asked: Assignment, found: dict[str, Any], command: DecideExtension | DecideExcuse) -> dict[str, Any]:
    """Return what the event of every decision says: on which row and request, which way, with what words, to whom."""
    return {
        "row_id": asked["assignment_id"],
        "request_id": command.request_id,
        "is_granted": command.is_granted,
        "note": command.note,
        "to": found["asked_by"],
    }


def put(mine: Assignment, key: str, event: Event, **words: Any) -> None:
    """Write a new request onto a row, in the place of the one that waited."""
    asked = {
        "request_id": event["action_id"],
        **words,
        "asked_by": authority_of(event),
        "asked_version": event["version"],
        "ended_version": None,
        "state": OPEN,
    }
    end(mine, key, REPLACED, event["version"])
    _set(mine, key, [*requests_of(mine, key), asked])


def end(mine: Assignment, key: str, state: str, version: int) -> None:
    """End the request of a row that waits, in a state; where none waits, nothing is written."""
    found = requests_of(mine, key)
    if any(one["state"] == OPEN for one in found):
        ended = {"state": state, "ended_version": version}
        _set(mine, key, [{**one, **ended} if one["state"] == OPEN else one for one in found])


def _find(one: Assignment, key: str, request_id: str) -> dict[str, Any] | None:
    return next((found for found in requests_of(one, key) if found["request_id"] == request_id), None)


def _set(one: Assignment, key: str, requests: list[dict[str, Any]]) -> None:
    one[key] = requests  # type: ignore[literal-required]
