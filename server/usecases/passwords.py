"""Changing one's own password (Article 17): the old one is asked for, and every other session ends."""

from __future__ import annotations

from typing import Literal

from server.ports import Services, WriteConflict
from server.usecases.accounts import Session

SHORTEST = 10
LONGEST = 200
Fault = Literal["wrong_password", "password_too_short", "password_too_long", "password_is_login", "busy"]


def change(services: Services, session: Session, current_password: str, new_password: str) -> Fault | None:
    """Change the password of whose session it is; returns what stands in the way, None when it was changed."""
    found = services.accounts.find("by_person", {"kind": "person", "person_id": session.person_id}, limit=1)
    if not found or not services.passwords.fits(found[0].get("password_hash"), current_password[:LONGEST]):
        return "wrong_password"
    if len(new_password) < SHORTEST:
        return "password_too_short"
    if new_password.strip().lower() == found[0].get("login"):
        return "password_is_login"
    if len(new_password) > LONGEST:
        return "password_too_long"
    try:
        services.accounts.put({**found[0], "password_hash": services.passwords.hash(new_password)})
        _end_others(services, session)
    except WriteConflict:
        return "busy"
    return None


def _end_others(services: Services, session: Session) -> None:
    now = services.clock.now()
    for document in services.sessions.all("session:"):
        is_other = document["person_id"] == session.person_id and document["_id"] != session.session_id
        if is_other and document["expires_at"] > now:
            services.sessions.put({**document, "expires_at": now})
