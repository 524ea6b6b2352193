"""Making the office: units and people from a table, one-time passwords (Articles 3, 5, 12).

Nobody has a default password: each person gets a random one, which must be changed before anything else can be done.
What is there already is left alone, so that an import that was broken off is simply run again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from server.domain.office import ADMINISTRATOR
from server.ports import Document, Services, WriteConflict
from server.usecases.office_table import OfficeTable, Row
from server.usecases.passwords import end_sessions

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without i, l, o, 0 and 1, which are taken for one another on paper."""
GROUPS, GROUP_LENGTH = 3, 5
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Imported:
    """How many units and people were made, and how many people were there already."""

    units: int
    people: int
    kept: int
    has_administrator: bool


def one_time_password() -> str:
    """Return a random password of 15 letters and digits in groups, 74 bits."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def import_office(services: Services, table: OfficeTable, on_made: Callable[[str, str, str], None]) -> Imported:
    """Write the units and people that are not there yet.

    `on_made` is told login, name and one-time password of each person, as soon as that person is stored.
    """
    units = sum(_make_unit(services, row) for row in table.units)
    people = kept = 0
    for row in table.people:
        password = _make_person(services, row)
        if password is None:
            kept += 1
            continue
        people += 1
        on_made(row["login"], row["name"], password)
    now = services.clock.now()
    return Imported(units, people, kept, bool(services.directory.office().with_role(ADMINISTRATOR, now)))


def renew_password(services: Services, login: str) -> str | None:
    """Give a person a one-time password in place of a lost one and end their sessions; None: no such person."""
    for _ in range(ATTEMPTS):
        found = services.accounts.find("by_login", {"login": login.strip().lower()}, limit=1)
        if not found:
            return None
        password = one_time_password()
        try:
            services.accounts.put({**found[0], **_one_time(services, password)})
        except WriteConflict:
            continue
        end_sessions(services, found[0]["person_id"])
        return password
    raise WriteConflict(login)


def _one_time(services: Services, password: str) -> Document:
    return {"password_hash": services.passwords.hash(password), "must_change_password": True}


def _make_unit(services: Services, row: Row) -> bool:
    """Make a unit; one that is there only gets the head that it has not got."""
    key, head = f"unit:{row['unit']}", row["head"] or None
    found = services.accounts.get(key)
    if found is not None:
        if head and not found.get("head_id"):
            services.accounts.put({**found, "head_id": head})
        return False
    unit = {
        "_id": key,
        "kind": "unit",
        "unit_id": row["unit"],
        "name": row["name"],
        "short_name": row["short_name"] or row["name"],
        "symbol": row["symbol"],
        "head_id": head,
    }
    return _is_new(services, unit)


def _make_person(services: Services, row: Row) -> str | None:
    """Make a person in one write and return the one-time password; None when the login is there already."""
    login = row["login"]
    key = f"person:{login}"
    if services.accounts.get(key) is not None or services.accounts.find("by_login", {"login": login}, limit=1):
        return None
    password, now = one_time_password(), services.clock.now()
    person = {
        "_id": key,
        "kind": "person",
        "person_id": login,
        "login": login,
        "name": row["name"],
        "position": row["position"],
        "honorific": row["honorific"],
        "unit_id": row["unit"],
        "roles": [{"role": role, "from_at": now, "until_at": None} for role in row.roles],
        "is_active": True,
        "locale": "vi",
        **_one_time(services, password),
    }
    return password if _is_new(services, person) else None


def _is_new(services: Services, document: Document) -> bool:
    try:
        services.accounts.put(document)
    except WriteConflict:  # somebody else made it at this moment
        return False
    return True
