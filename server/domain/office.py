"""The office: who works in which unit with which role, and since when (Articles 3, 12 to 16).

Roles are dated, because authority is judged at the moment of acting, not at the moment of asking.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.domain.plan_entries import PlanEntry, plans_from
from server.domain.work_calendar import DayMark, WorkCalendar, own_marks

LEADER = "leader"
DIVISION_HEAD = "division_head"
DEPUTY_DIVISION_HEAD = "deputy_division_head"
SPECIALIST = "specialist"
CLERK = "clerk"
CHIEF_OF_OFFICE = "chief_of_office"
IT_HEAD = "it_head"
ADMINISTRATOR = "administrator"
ONE_STOP_OFFICER = "one_stop_officer"

ROLES = (
    LEADER,
    DIVISION_HEAD,
    DEPUTY_DIVISION_HEAD,
    SPECIALIST,
    CLERK,
    CHIEF_OF_OFFICE,
    IT_HEAD,
    ADMINISTRATOR,
    ONE_STOP_OFFICER,
)
CLOCK = "congvan:clock"
"""Who acts when a job does; no person can have such an id."""
STAFF_ROLES = frozenset(ROLES) - {ADMINISTRATOR}
"""Whoever holds one of these takes part in correspondence."""


OFFICE_PREFIXES = ("person:", "unit:", "delegation:", "calendar:", "file_plan:", "due_targets:")
"""The documents of `accounts` that make the office."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One role for a time: `from_at` inclusive, `until_at` exclusive, both ISO instants."""

    role: str
    from_at: str
    until_at: str | None = None

    def is_valid(self, at: str) -> bool:
        """Tell whether the role is held at an instant."""
        return self.from_at <= at and (self.until_at is None or at < self.until_at)


@dataclass(frozen=True, slots=True)
class Person:
    """One person of the office."""

    person_id: str
    name: str
    position: str
    unit_id: str
    honorific: str = ""
    grants: tuple[Grant, ...] = ()
    is_active: bool = True
    inactive_from_at: str | None = None
    locale: str = "vi"
    locks: tuple[tuple[str, str], ...] = ()
    """Times in which the account was locked before and opened again: from, inclusive, until, exclusive."""
    must_change_password: bool = False
    """The password is a one-time one: until it is changed nothing else can be done."""

    def roles(self, at: str) -> frozenset[str]:
        """Return the roles held at an instant; none for a person who is locked out then."""
        if not self.was_active(at):
            return frozenset()
        return frozenset(grant.role for grant in self.grants if grant.is_valid(at))

    def has_role(self, role: str, at: str) -> bool:
        """Tell whether the person holds a role at an instant."""
        return any(grant.role == role and grant.is_valid(at) for grant in self.grants) and self.was_active(at)

    def was_locked_since(self, at: str) -> bool:
        """Tell whether the account was locked at any time after an instant, though it may be open again."""
        return not self.is_active or any(from_at >= at for from_at, _ in self.locks)

    def was_active(self, at: str) -> bool:
        """Tell whether the account could be used at an instant."""
        if any(from_at <= at < until_at for from_at, until_at in self.locks):
            return False
        if self.is_active:
            return True
        return self.inactive_from_at is not None and at < self.inactive_from_at


@dataclass(frozen=True, slots=True)
class Unit:
    """A division; `head_id` is the person who receives for it; from `merged_at` on another is in its place."""

    unit_id: str
    name: str
    short_name: str
    symbol: str = ""
    head_id: str | None = None
    merged_into: str | None = None
    merged_at: str | None = None


@dataclass(frozen=True, slots=True)
class Delegation:
    """One person's authority in another's hands for a time (Articles 4.5, 11).

    `from_at` inclusive, `until_at` exclusive; `permitted_at` is None while no leader has permitted it.
    """

    delegation_id: str
    from_person: str
    to_person: str
    from_at: str
    until_at: str
    permitted_at: str | None = None
    ended_at: str | None = None
    is_waiting: bool = False

    def term(self) -> tuple[str, str] | None:
        """Return from when until when it has effect; None when it has none: no permission reaches into the past."""
        if self.permitted_at is None:
            return None
        begins_at = max(self.from_at, self.permitted_at)
        ends_at = min(self.until_at, self.ended_at or self.until_at)
        return (begins_at, ends_at) if begins_at < ends_at else None

    def is_in_force(self, at: str) -> bool:
        """Tell whether the delegate may act on it at an instant."""
        term = self.term()
        return term is not None and term[0] <= at < term[1]


@dataclass(frozen=True, slots=True)
class Office:
    """People and units by id, delegations by delegate, working days, planned case files by year, of one moment.

    `due_targets`: urgency → working days; None while the office has said nothing (server/domain/due_targets.py).
    """

    people: Mapping[str, Person] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    delegations: Mapping[str, tuple[Delegation, ...]] = field(default_factory=dict)
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    file_plans: Mapping[str, tuple[PlanEntry, ...]] = field(default_factory=dict)
    due_targets: Mapping[str, int] | None = None

    def person(self, person_id: str | None) -> Person | None:
        """Return a person, or None."""
        return self.people.get(person_id) if person_id else None

    def name_of(self, person_id: str | None) -> str:
        """Return a person's name; the id itself for somebody the office no longer knows."""
        found = self.person(person_id)
        return found.name if found else (person_id or "")

    def honorific_of(self, person_id: str | None) -> str:
        """Return how a person is addressed, such as Ông or Bà; empty when that is not known."""
        found = self.person(person_id)
        return found.honorific if found else ""

    def unit_name(self, unit_id: str | None) -> str:
        """Return a unit's short name, the id when unknown."""
        unit = self.units.get(unit_id) if unit_id else None
        return unit.short_name if unit else (unit_id or "")

    def plan_entry(self, year: str, code: str) -> PlanEntry | None:
        """Return an entry of a year's list of case files by its code."""
        return next((one for one in self.file_plans.get(year, ()) if one.code == code), None)

    def name_of_target(self, target: str) -> str:
        """Return the name of a recipient as it was chosen, `unit:<id>` or `person:<id>`; empty for none."""
        scope, _, key = target.partition(":")
        return self.unit_name(key) if scope == "unit" else self.name_of(key)

    def unit_at(self, unit_id: str | None, at: str) -> str:
        """Return the unit that stands in a unit's place at an instant: itself, or what it was merged into by then."""
        seen: list[str] = []
        key = unit_id or ""
        while (unit := self.units.get(key)) and unit.merged_into and unit.merged_at and unit.merged_at <= at:
            if key in seen:
                # two were merged into each other at once: everybody must come to the same of them
                return min(seen[seen.index(key) :])
            seen.append(key)
            key = unit.merged_into
        return key

    def unit_of(self, person_id: str | None, at: str) -> str:
        """Return the unit that a person belongs to at an instant; empty for nobody of the office."""
        found = self.person(person_id)
        return self.unit_at(found.unit_id, at) if found else ""

    def units_standing(self, at: str) -> list[Unit]:
        """Return the units that are not merged into another by an instant."""
        return [unit for unit in self.units.values() if self.unit_at(unit.unit_id, at) == unit.unit_id]

    def leads_department(self, unit_id: str, at: str) -> bool:
        """Tell whether the unit is that of the department's leadership."""
        unit = self.units.get(unit_id)
        return unit is not None and unit.head_id is not None and self.is_leader(unit.head_id, at)

    def is_leader(self, person_id: str, at: str) -> bool:
        """Tell whether the person leads the department (Lãnh đạo Sở) at an instant."""
        found = self.person(person_id)
        return found is not None and found.has_role(LEADER, at)

    def is_staff(self, person_id: str, at: str) -> bool:
        """Tell whether the person takes part in correspondence at an instant."""
        found = self.person(person_id)
        return found is not None and bool(found.roles(at) & STAFF_ROLES)

    def heads(self, person_id: str, unit_id: str | None, at: str) -> bool:
        """Tell whether the person is head or deputy head of the unit at an instant."""
        found = self.person(person_id)
        if found is None or not unit_id or self.unit_of(person_id, at) != self.unit_at(unit_id, at):
            return False
        return bool(found.roles(at) & {DIVISION_HEAD, DEPUTY_DIVISION_HEAD})

    def is_director(self, person_id: str, at: str) -> bool:
        """Tell whether the person is the leader at the head of the leadership (Giám đốc Sở) at an instant."""
        found = self.person(person_id)
        unit = self.units.get(found.unit_id) if found else None
        return unit is not None and unit.head_id == person_id and self.is_leader(person_id, at)

    def delegators_of(self, person_id: str, at: str) -> list[str]:
        """Return for whom the person may act at an instant, by permitted delegations."""
        return [one.from_person for one in self.delegations.get(person_id, ()) if one.is_in_force(at)]

    def with_role(self, role: str, at: str) -> list[str]:
        """Return the ids of everybody with a role at an instant, in order of id."""
        return sorted(key for key, person in self.people.items() if person.has_role(role, at))


def person_from(document: Mapping[str, Any]) -> Person:
    """Read a person from an `accounts` document."""
    return Person(
        person_id=document["person_id"],
        name=document["name"],
        position=document.get("position", ""),
        unit_id=document.get("unit_id", ""),
        honorific=document.get("honorific", ""),
        grants=tuple(Grant(row["role"], row["from_at"], row.get("until_at")) for row in document.get("roles", [])),
        is_active=document.get("is_active", False),
        inactive_from_at=document.get("inactive_from_at"),
        locale=document.get("locale", "vi"),
        locks=tuple((row["from_at"], row["until_at"]) for row in document.get("locks", [])),
        must_change_password=document.get("must_change_password", False),
    )


def unit_from(document: Mapping[str, Any]) -> Unit:
    """Read a unit from an `accounts` document."""
    return Unit(
        unit_id=document["unit_id"],
        name=document["name"],
        short_name=document.get("short_name") or document["name"],
        symbol=document.get("symbol", ""),
        head_id=document.get("head_id"),
        merged_into=document.get("merged_into"),
        merged_at=document.get("merged_at"),
    )


def delegation_from(document: Mapping[str, Any]) -> Delegation:
    """Read a delegation from an `accounts` document."""
    return Delegation(
        delegation_id=document["_id"],
        from_person=document["from_person"],
        to_person=document["to_person"],
        from_at=document["from_at"],
        until_at=document["until_at"],
        permitted_at=document.get("permitted_at"),
        ended_at=document.get("ended_at"),
        is_waiting=document.get("state") == "requested",
    )


def office_from(documents: Iterable[Mapping[str, Any]], legal: Mapping[str, DayMark] | None = None) -> Office:
    """Build the office from `accounts` documents and the law's marked days; other kinds are passed over."""
    people: dict[str, Person] = {}
    units: dict[str, Unit] = {}
    delegations: dict[str, tuple[Delegation, ...]] = {}
    years: list[Mapping[str, Any]] = []
    plans: list[Mapping[str, Any]] = []
    targets: Mapping[str, int] | None = None
    for document in documents:
        if document.get("kind") == "person":
            person = person_from(document)
            people[person.person_id] = person
        elif document.get("kind") == "unit":
            unit = unit_from(document)
            units[unit.unit_id] = unit
        elif document.get("kind") == "delegation":
            delegation = delegation_from(document)
            delegations[delegation.to_person] = (*delegations.get(delegation.to_person, ()), delegation)
        elif document.get("kind") == "calendar":
            years.append(document)
        elif document.get("kind") == "file_plan":
            plans.append(document)
        elif document.get("kind") == "due_targets":
            targets = document["days"]
    return Office(people, units, delegations, WorkCalendar(legal or {}, own_marks(years)), plans_from(plans), targets)
