"""Reading for people: a card, the directory that forms need, one's own profile, the book."""

from __future__ import annotations

from typing import Any

from server.domain.cards import Card, card_for
from server.domain.catalogues import CONFIDENTIALITIES, DOCUMENT_TYPES, FIELDS, INCOMING_TYPES, RETENTIONS, URGENCIES
from server.domain.instants import day_of
from server.domain.office import LEADER, STAFF_ROLES, Office
from server.domain.office_permissions import may_govern
from server.domain.permissions import Standing, may_see
from server.domain.records import Record, files_named
from server.ports import Services
from server.usecases.links import links_of


def card(services: Services, person_id: str, document_id: str) -> Card | None:
    """Return a person's card of a document, fresh from the record; None when absent or not theirs to see."""
    record = _visible(services, person_id, document_id)
    if record is None:
        return None
    links = links_of([record], services)[record["_id"]]
    return card_for(record, person_id, services.directory.office(), services.clock.now(), links)


def may_read_file(services: Services, person_id: str, document_id: str, sha256: str) -> dict[str, Any] | None:
    """Return a file's entry in a document that the person may see; None otherwise."""
    record = _visible(services, person_id, document_id)
    if record is None or sha256 not in files_named(record):
        return None
    entries = [*record.get("files", []), *record.get("versions", [])]
    found: dict[str, Any] = next(entry for entry in entries if entry["sha256"] == sha256)
    return found


def _visible(services: Services, person_id: str, document_id: str) -> Record | None:
    record = services.records.get(document_id)
    if record is None or record.get("kind") not in ("incoming", "outgoing", "case_file"):
        return None
    who = Standing(record, person_id, services.directory.office(), services.clock.now())
    return record if may_see(who) else None


def directory(office: Office, person_id: str, at: str) -> dict[str, Any]:
    """Return the directory document of a person's inbox: whom forms can name; nothing for who is not of the staff."""
    person = office.person(person_id)
    if person is None or not person.roles(at) & STAFF_ROLES:
        return {
            "_id": "directory:office",
            "kind": "directory",
            "units": [],
            "people": [],
            "leaders": [],
            "catalogues": {},
            "days": {},
        }
    people = [one for one in office.people.values() if one.roles(at) & STAFF_ROLES]
    return {
        "_id": "directory:office",
        "kind": "directory",
        "units": [
            {"unit_id": unit.unit_id, "name": unit.name, "short_name": unit.short_name, "head_id": unit.head_id}
            for unit in office.units_standing(at)
        ],
        "people": [
            {
                "person_id": one.person_id,
                "name": one.name,
                "position": one.position,
                "unit_id": office.unit_of(one.person_id, at),
                "roles": sorted(one.roles(at)),
            }
            for one in people
        ],
        "leaders": [one.person_id for one in people if one.has_role(LEADER, at)],
        "catalogues": catalogues(),
        "file_plan": file_plan(office, person_id, at),
        # who keeps the list has all of it
        **({"plan": whole_plan(office, at)} if may_govern("SetPlanEntry", Standing({}, person_id, office, at)) else {}),
        "days": office.calendar.exceptions((year := int(day_of(at)[:4]), year + 1)),
    }


def file_plan(office: Office, person_id: str, at: str) -> list[dict[str, str]]:
    """Return the entries of this year's list of case files that are of the person's unit, or of the whole office."""
    own = office.unit_of(person_id, at)
    return [
        {"code": one.code, "title": one.title, "retention": one.retention}
        for one in office.file_plans.get(day_of(at)[:4], ())
        if not one.unit_id or office.unit_at(one.unit_id, at) == own
    ]


def whole_plan(office: Office, at: str) -> list[dict[str, str]]:
    """Return all entries of this year's list, each with its unit ("" for the whole office)."""
    return [
        {"code": one.code, "title": one.title, "retention": one.retention, "unit_id": one.unit_id}
        for one in office.file_plans.get(day_of(at)[:4], ())
    ]


def catalogues() -> dict[str, Any]:
    """Return the lists that forms choose from."""
    return {
        "types": [{"code": code, "name": name} for code, name in DOCUMENT_TYPES.items()],
        "incoming_types": [{"code": code, "name": name} for code, name in INCOMING_TYPES.items()],
        "fields": [{"code": code, "name": name} for code, name in FIELDS.items()],
        "urgencies": list(URGENCIES),
        "confidentialities": list(CONFIDENTIALITIES),
        "retentions": list(RETENTIONS),
    }


def profile(office: Office, person_id: str, at: str) -> dict[str, Any]:
    """Return the profile document of a person's inbox."""
    person = office.person(person_id)
    unit = office.units.get(office.unit_of(person_id, at))
    return {
        "_id": "profile:me",
        "kind": "profile",
        "person_id": person_id,
        "name": person.name if person else "",
        "position": person.position if person else "",
        "unit_id": office.unit_of(person_id, at),
        "unit_name": unit.name if unit else "",
        "roles": sorted(person.roles(at)) if person else [],
        "locale": person.locale if person else "vi",
    }
