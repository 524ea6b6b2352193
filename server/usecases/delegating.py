"""Delegations as people read them: one's own, those that wait for one's permission, those the office is told of.

The list of those that are permitted is the announcement to the whole office (Article 11); the reason stays between the
parties and the leaders.
"""

from __future__ import annotations

from typing import Any

from server.domain.commands import verb
from server.domain.delegations import is_possible
from server.domain.instants import begin_of, day_before, day_of
from server.domain.office import Office
from server.domain.office_permissions import may_know_of, offered
from server.domain.permissions import Standing
from server.domain.records import Record
from server.ports import Services

OWN_LIMIT = 20
Entry = dict[str, Any]


def lists(services: Services, person_id: str, at: str) -> dict[str, list[Entry]]:
    """Return `waiting`, `own` and `announced` for a person, the latest first; each entry once in each list."""
    office = services.directory.office()
    found = sorted(services.accounts.all("delegation:"), key=lambda one: (one["updated_at"], one["_id"]), reverse=True)
    known = [one for one in found if may_know_of(Standing(one, person_id, office, at))]
    own = [one for one in known if person_id in (one["from_person"], one["to_person"])]
    announced = [one for one in known if one["state"] == "permitted" and at < one["until_at"]]
    waiting = [one for one in known if "PermitDelegation" in offered(Standing(one, person_id, office, at))]
    return {
        "waiting": [_entry(one, person_id, office, at) for one in waiting],
        "own": [_entry(one, person_id, office, at) for one in own[:OWN_LIMIT]],
        "announced": [_entry(one, person_id, office, at) for one in announced],
    }


def waiting_count(office: Office, person_id: str, at: str) -> int:
    """Return how many requests wait for a leader's permission; nought for everybody else."""
    if not office.is_leader(person_id, at):
        return 0
    waiting = [one for given in office.delegations.values() for one in given if one.is_waiting and at < one.until_at]
    records = [{"kind": "delegation", "from_person": one.from_person, "to_person": one.to_person} for one in waiting]
    standings = [Standing({**record, "state": "requested"}, person_id, office, at) for record in records]
    return sum("PermitDelegation" in offered(who) for who in standings)


def candidates(office: Office, person_id: str, at: str) -> list[dict[str, str]]:
    """Return to whom a person may delegate: the own unit first named, as the directory has them."""
    people = (one for one in office.people.values() if is_possible(person_id, one.person_id, office, at))
    return [{"person_id": one.person_id, "name": one.name, "position": one.position} for one in people]


def _entry(record: Record, person_id: str, office: Office, at: str) -> Entry:
    who = Standing(record, person_id, office, at)
    is_party = person_id in (record["from_person"], record["to_person"]) or office.is_leader(person_id, at)
    last = record["events"][-1]["data"] if record["version"] > 1 else {}
    is_by_days = all(begin_of_day(record[key]) == record[key] for key in ("from_at", "until_at"))
    return {
        "key": record["_id"].partition(":")[2],
        "version": record["version"],
        "from_name": office.name_of(record["from_person"]),
        "to_name": office.name_of(record["to_person"]),
        "from_at": record["from_at"],
        "until_at": record["until_at"],
        "last_on": day_before(record["until_at"]) if is_by_days else None,
        "permitted_at": record["permitted_at"],
        "permitted_by_name": office.name_of(record.get("permitted_by")),
        "state": _state(record, at),
        "reason": record["reason"] if is_party else "",
        "note": (last.get("reason") or last.get("note") or "") if is_party else "",
        "actions": [verb(name) for name in offered(who) if at < record["until_at"]],
    }


def begin_of_day(instant: str) -> str:
    """Return the instant at which the Vietnamese day of an instant began."""
    return begin_of(day_of(instant))


def _state(record: Record, at: str) -> str:
    """Return the state with what the clock adds: upcoming, in_force, over."""
    if record["state"] == "permitted":
        if at >= record["until_at"]:
            return "over"
        return "in_force" if max(record["from_at"], record["permitted_at"]) <= at else "upcoming"
    return "lapsed" if record["state"] == "requested" and at >= record["until_at"] else str(record["state"])
