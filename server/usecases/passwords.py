"""Changing one's own password (Article 17): the old one is asked for, and every other session ends.

A one-time password, given by whoever made the account, is changed in the same way before anything else can be done.
"""

from __future__ import annotations

from typing import Literal

from server.ports import Services, WriteConflict
from server.usecases.accounts import Session

SHORTEST = 10
LONGEST = 200
Fault = Literal[
    "wrong_password", "password_too_short", "password_too_long", "password_is_login", "password_unchanged", "busy"
]


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
    if new_password == current_password:
        return "password_unchanged"
    kept = {key: value for key, value in found[0].items() if key != "must_change_password"}
    try:
        services.accounts.put({**kept, "password_hash": services.passwords.hash(new_password)})
        end_sessions(services, session.person_id, except_id=session.session_id)
    except WriteConflict:
        return "busy"
    return None


def end_sessions(services: Services, person_id: str, *, except_id: str = "") -> None:
    """End a person's sessions, all but one."""
    now = services.clock.now()
    for document in services.sessions.all("session:"):
        is_meant = document["person_id"] == person_id and document["_id"] != except_id
        if is_meant and document["expires_at"] > now:
            services.sessions.put({**document, "expires_at": now})
