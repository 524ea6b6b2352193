"""What corrections of entries and repairs of flows have in common: they are asked for, decided, done, and told of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from server.domain.errors import DomainError
from server.domain.records import Event, authority_of

Asked = dict[str, Any]


def asked_by(event: Event) -> Asked:
    """Return what is known of what was asked for just now: by whom, and that nobody has decided or done anything."""
    asked = {"asked_by": event["actor_id"], "asked_at": event["at"], "is_acknowledged": False}
    nobody = {"decided_by": None, "decided_at": None, "decision": "", "done_by": None, "done_at": None}
    return {**asked, **nobody}


def decided(event: Event, words: str) -> Asked:
    """Return who decided, for whom, when, and with which words."""
    by = {"decided_by": event["actor_id"], "decided_for": authority_of(event)}
    return {**by, "decided_at": event["at"], "decision": words}


def done(event: Event) -> Asked:
    """Return who carried it out, and when."""
    return {"done_by": event["actor_id"], "done_at": event["at"]}


def first_in(asked: Sequence[Asked], states: Collection[str]) -> Asked | None:
    """Return the one that is in one of some states; there is one open at most."""
    return next((one for one in asked if one["state"] in states), None)


def named(asked: Sequence[Asked], key: str, wanted: str) -> Asked | None:
    """Return the one with an id."""
    return next((one for one in asked if one[key] == wanted), None)


def in_state(found: Asked | None, states: Collection[str], *, code: str, field: str) -> Asked:
    """Return what was found, if it waits in one of some states; raises `code` otherwise."""
    if found is None or found["state"] not in states:
        raise DomainError(code, field=field)
    return found


def to_acknowledge(found: Asked | None, person_id: str, open_states: Collection[str], *, code: str, field: str) -> None:
    """Raise `code` unless it has ended, and is the person's own, who has not yet said that they know."""
    is_told = found is not None and found["state"] not in open_states and found["asked_by"] == person_id
    if not is_told or found is None or found["is_acknowledged"]:
        raise DomainError(code, field=field)
