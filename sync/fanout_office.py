"""The office as the fan-out sees it: read anew when accounts change, and what a change means for inboxes.

Articles 12 to 16 give rights by role; a role that begins, ends or is taken away, here or by the passing of time, moves
documents into and out of a person's inbox; so does a delegation (Article 11) for the delegate.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from server.domain.office import OFFICE_PREFIXES, Delegation, Office, Person, office_from
from sync.ports import Database

LAST_AT = "9999"
"""After every instant: a unit is merged from now on, never later, so what was merged is so at this one."""


@dataclass(frozen=True, slots=True)
class OfficeChange:
    """What a change of the office asks for.

    `moved`: people whose rights differ now; `is_renamed`: names on other people's cards differ;
    `is_different`: anything at all differs, so directories and profiles do.
    """

    moved: frozenset[str] = frozenset()
    is_renamed: bool = False
    is_different: bool = False


class OfficeReader:
    """Keeps the office in memory as of a sequence of the accounts database."""

    def __init__(self, accounts: Database) -> None:
        """Read the office when it is first asked for."""
        self._accounts = accounts
        self._seq: str | None = None
        self._office = Office()

    def office(self) -> Office:
        """Give the office as it is now."""
        if self._seq is None:
            self._seq = self._accounts.info()["update_seq"]
            self._read()
            return self._office
        while True:
            page = self._accounts.changes(self._seq, limit=1000)
            if any(change.id.startswith(OFFICE_PREFIXES) for change in page.results):
                self._read()
            self._seq = page.last_seq
            if not page.pending:
                return self._office

    def _read(self) -> None:
        documents = [document for prefix in OFFICE_PREFIXES for document in self._accounts.all(prefix)]
        self._office = office_from(documents)


def compare(before: Office | None, now: Office, changed_ids: Iterable[str]) -> OfficeChange:
    """Tell what changed; without an office before, whatever is in `changed_ids` (of accounts) did."""
    ids = [doc_id for doc_id in changed_ids if doc_id.startswith(OFFICE_PREFIXES)]
    if before is None:
        moved = frozenset(doc_id.partition(":")[2] for doc_id in ids if doc_id.startswith("person:"))
        moved |= {key for key, given in now.delegations.items() if any(one.delegation_id in ids for one in given)}
        units = {unit_id for unit_id, _ in _merged(now) if f"unit:{unit_id}" in ids}
        moved |= {key for key in now.people if units & _reach(now, key)}
        return OfficeChange(moved, is_renamed=bool(ids), is_different=bool(ids))
    people = before.people.keys() | now.people.keys()
    moved = frozenset(key for key in people if _rights(before.person(key)) != _rights(now.person(key)))
    if _merged(before) != _merged(now):
        moved |= {key for key in people if _reach(before, key) != _reach(now, key)}
    delegates = before.delegations.keys() | now.delegations.keys()
    moved |= {key for key in delegates if _terms(before.delegations.get(key)) != _terms(now.delegations.get(key))}
    return OfficeChange(moved, is_renamed=_names(before) != _names(now), is_different=before != now)


def moved_by_time(office: Office, after_at: str, until_at: str) -> frozenset[str]:
    """Give the people who gained or lost a right after one instant and up to another, with nobody touching accounts."""
    return frozenset(
        person_id
        for person_id, person in office.people.items()
        if any(after_at < moment <= until_at for moment in _moments(person, office))
    )


def with_delegates(moved: frozenset[str], office: Office) -> frozenset[str]:
    """Add those who act in the place of somebody whose rights differ: what they have is that person's."""
    return moved | {key for key, given in office.delegations.items() if any(one.from_person in moved for one in given)}


def _moments(person: Person, office: Office) -> list[str]:
    moments = [grant.from_at for grant in person.grants]
    moments += [grant.until_at for grant in person.grants if grant.until_at is not None]
    if person.inactive_from_at is not None:
        moments.append(person.inactive_from_at)
    moments += [moment for one in office.delegations.get(person.person_id, ()) for moment in one.term() or ()]
    return moments


def _terms(given: Iterable[Delegation] | None) -> list[tuple[str, tuple[str, str]]]:
    """Give the delegators and terms that have effect: a request that nobody permitted moves nothing."""
    return sorted((one.from_person, term) for one in given or () if (term := one.term()))


def _rights(person: Person | None) -> Person | None:
    if person is None:
        return None
    return replace(person, name="", position="", honorific="", locale="", must_change_password=False)


def _merged(office: Office) -> list[tuple[str, str]]:
    return [(key, unit.merged_into) for key, unit in office.units.items() if unit.merged_into]


def _reach(office: Office, person_id: str) -> set[str]:
    """Give the units whose documents a head of the person's unit has: it, and those that were merged into it."""
    own = office.unit_of(person_id, LAST_AT)
    return {key for key in office.units if office.unit_at(key, LAST_AT) == own}


def _names(office: Office) -> tuple[object, object]:
    people = {key: (person.name, person.position) for key, person in office.people.items()}
    return people, {key: (unit.name, unit.short_name) for key, unit in office.units.items()}
