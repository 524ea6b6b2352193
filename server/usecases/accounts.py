"""Accounts: signing in, sessions that can be ended, the office kept in memory (Articles 3, 6, 17).

A session is a document named by the hash of its token, so a stolen database opens nothing. Failed sign-ins cost time
(argon2) and are slowed per login name.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from server.domain.instants import parse, written
from server.domain.office import OFFICE_PREFIXES, Office, office_from
from server.domain.work_calendar import DayMark
from server.ports import Collection, Services

SESSION_DAYS = 14
FAILURES_ALLOWED = 8
LOCK_MINUTES = 10
LOOK_AGAIN_S = 1.0


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in; `token` only when it was just made."""

    person_id: str
    session_id: str
    expires_at: str
    token: str = ""


class OfficeDirectory:
    """The office in memory; read again when accounts changed, here (`forget`) or in another process (`sequence`)."""

    def __init__(
        self,
        accounts: Collection,
        sequence: Callable[[], str],
        legal_days: Callable[[], Mapping[str, DayMark]] = dict,
    ) -> None:
        """Remember where accounts are, how to ask for the sequence of their last change, and for the law's days."""
        self._accounts = accounts
        self._sequence = sequence
        self._legal_days = legal_days
        self._lock = threading.Lock()
        self._office: Office | None = None
        self._read_at_sequence = ""
        self._looked_at = 0.0
        self._changes = 0

    def office(self) -> Office:
        """Return the office of this moment; another process's change is seen within `LOOK_AGAIN_S`."""
        office = self._office
        if office is not None and time.monotonic() - self._looked_at < LOOK_AGAIN_S:
            return office
        with self._lock:
            reading, sequence = self._changes, self._sequence()
            if self._office is None or sequence != self._read_at_sequence:
                documents = (one for prefix in OFFICE_PREFIXES for one in self._accounts.all(prefix))
                office = office_from(documents, self._legal_days())
            else:
                office = self._office
            if reading == self._changes:
                # else something changed while it was read: good for this caller, who began before, kept by nobody
                self._office, self._read_at_sequence, self._looked_at = office, sequence, time.monotonic()
        return office

    def forget(self) -> None:
        """Read the office again next time."""
        self._changes += 1
        self._office = None


def sign_in(services: Services, login: str, password: str) -> Session | None:
    """Return a new session, or None: the same answer and the same time for an unknown login and a wrong password."""
    found = services.accounts.find("by_login", {"login": login.strip().lower()}, limit=1)
    person = found[0] if found else None
    now = services.clock.now()
    failures = _failures(services, login)
    fits = services.passwords.fits(person["password_hash"] if person else None, password)
    if failures.get("locked_until_at", "") > now:
        return None
    if person is None or not fits or not person.get("is_active"):
        _count_failure(services, failures, now)
        return None
    if failures.get("count"):
        services.sessions.put({**failures, "count": 0, "locked_until_at": ""})
    token = secrets.token_urlsafe(32)
    session = Session(person["person_id"], _session_id(token), _in_days(now, SESSION_DAYS), token)
    services.sessions.put(
        {
            "_id": session.session_id,
            "kind": "session",
            "person_id": session.person_id,
            "created_at": now,
            "expires_at": session.expires_at,
        }
    )
    return session


def session_of(services: Services, token: str) -> Session | None:
    """Return the session of a token while it is valid and its person may use the system."""
    if not token or len(token) > 200:
        return None
    found = services.sessions.get(_session_id(token))
    now = services.clock.now()
    if found is None or found["expires_at"] <= now:
        return None
    person = services.directory.office().person(found["person_id"])
    if person is None or not person.was_active(now) or person.was_locked_since(found["created_at"]):
        # a lock ends every session for good; opening the account again revives none
        return None
    return Session(found["person_id"], found["_id"], found["expires_at"])


def sign_out(services: Services, token: str) -> None:
    """End a session; no error when there is none."""
    found = services.sessions.get(_session_id(token))
    if found is not None:
        services.sessions.put({**found, "expires_at": services.clock.now()})


def _session_id(token: str) -> str:
    return f"session:{hashlib.sha256(token.encode()).hexdigest()}"


def _in_days(now: str, days: int) -> str:
    return written(parse(now) + timedelta(days=days))


def _failures(services: Services, login: str) -> dict[str, Any]:
    key = f"sign-in-failures:{hashlib.sha256(login.strip().lower().encode()).hexdigest()[:32]}"
    return services.sessions.get(key) or {"_id": key, "kind": "sign_in_failures", "count": 0, "locked_until_at": ""}


def _count_failure(services: Services, failures: dict[str, Any], now: str) -> None:
    count = failures["count"] + 1
    locked = written(parse(now) + timedelta(minutes=LOCK_MINUTES)) if count >= FAILURES_ALLOWED else ""
    services.sessions.put({**failures, "count": 0 if locked else count, "locked_until_at": locked})
