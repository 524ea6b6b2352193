"""The board of progress: how much work each unit and person has, counted by place and kept up record by record.

A unit counts documents, each once however many parts of it are there; a person counts the parts they have. A unit that
was merged counts as the one in its place. Today, deadlines and names are a matter of who looks, so places hold days.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from server.domain.instants import day_of
from server.domain.office import Office
from server.domain.progress import FINISHED, OPEN, WITH_LEADER, Draft, Part, Work, work_of
from server.domain.progress_scorecard import ALL, EVERYWHERE, Place, Scorecard, Who
from server.domain.records import Record


class Line(NamedTuple):
    """A document that is open in a unit: its state and earliest deadline there, and whose it is."""

    document_id: str
    state: str
    due_on: str | None
    holders: tuple[Who, ...]

    @property
    def order(self) -> tuple[str, str]:
        """Return what lines are in the order of: overdue first, then by deadline, those without one last."""
        return (self.due_on or "9999-12-31", self.document_id)


class DraftLine(NamedTuple):
    """A draft of a unit."""

    document_id: str
    draft: Draft

    @property
    def order(self) -> tuple[str, str]:
        """Return what lines are in the order of: what lies longest first."""
        return (self.draft.since_on, self.document_id)


def standing_units(office: Office, at: str) -> dict[str, str]:
    """Return for every unit the one that stands in its place at an instant."""
    return {unit_id: office.unit_at(unit_id, at) for unit_id in office.units}


def holder_of(who: Who, unit_id: str, office: Office, at: str) -> str:
    """Return whose the work is at an instant: the person's; of a unit's, whoever heads it now ("": nobody)."""
    if not who.is_units or office.heads(who.person_id, unit_id, at):
        return who.person_id
    unit = office.units.get(unit_id)
    return (unit.head_id if unit else None) or ""


class Board:
    """All work that is open, and what was finished not long ago. Not for several threads at once."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._works: dict[str, Work] = {}
        self._units: Mapping[str, str] = {}
        self._since_on = ""
        self._counts: dict[str, Counter[Place]] = defaultdict(Counter)
        self._held: dict[str, set[str]] = defaultdict(set)

    def settle(self, units: Mapping[str, str], since_on: str) -> None:
        """Count anew where units were merged, and forget what was finished before a day; nothing to do on most days."""
        if units == self._units and since_on == self._since_on:
            return
        kept = {key: work for key, work in self._works.items() if work.is_kept(since_on)}
        self._units, self._since_on, self._works = dict(units), since_on, {}
        self._counts.clear()
        self._held.clear()
        for key, work in kept.items():
            self._enter(key, work)

    def note(self, document_id: str, record: Record | None) -> None:
        """Take in a record as it is now; None when there is none."""
        before = self._works.pop(document_id, None)
        if before is not None:
            self._count(document_id, before, -1)
        work = work_of(record) if record is not None else None
        if work is not None and work.is_kept(self._since_on):
            self._enter(document_id, work)

    def scorecard(self, unit_id: str, today: str, soon_until: str) -> Scorecard:
        """Return the work of a unit, or of `EVERYWHERE`."""
        found = Scorecard()
        for place, count in self._counts.get(unit_id, Counter()).items():
            if place.who == ALL and self._is_shown(place):
                found.add(place, count, today, soon_until)
        return found

    def people(self, unit_id: str, today: str, soon_until: str) -> dict[Who, Scorecard]:
        """Return the work of everybody who has or had some in a unit; drafts with those with whom they lie."""
        found: dict[Who, Scorecard] = defaultdict(Scorecard)
        for place, count in self._counts.get(unit_id, Counter()).items():
            if place.who != ALL and self._is_shown(place):
                found[place.who].add(place, count, today, soon_until)
        return dict(found)

    def lines(self, unit_id: str) -> list[Line]:
        """Return the documents that are open in a unit, overdue ones first, then by deadline."""
        found = []
        for key in self._held.get(unit_id, ()):
            parts = [one for one in self._works[key].parts if one.is_open and self._unit(one) == unit_id]
            if parts:
                whole = _whole(parts)
                holders = tuple(dict.fromkeys(Who(one.person_id, one.is_units) for one in parts))
                found.append(Line(key, whole.state, whole.day, holders))
        return sorted(found, key=lambda line: line.order)

    def drafts(self, unit_id: str) -> list[DraftLine]:
        """Return the drafts of a unit before approval, the one first that has lain longest where it is."""
        works = ((key, self._works[key].draft) for key in self._held.get(unit_id, ()))
        return sorted((DraftLine(key, draft) for key, draft in works if draft), key=lambda line: line.order)

    def _is_shown(self, place: Place) -> bool:
        return place.is_draft or place.state in OPEN or str(place.day) >= self._since_on

    def _unit(self, one: Part | Draft) -> str:
        return self._units.get(one.unit_id, one.unit_id)

    def _enter(self, document_id: str, work: Work) -> None:
        self._works[document_id] = work
        self._count(document_id, work, 1)

    def _count(self, document_id: str, work: Work, step: int) -> None:
        """Count a document in or out; a place that nothing is in any more is forgotten."""
        for unit_id, place in self._places(work):
            counts = self._counts[unit_id]
            counts[place] += step
            if not counts[place]:
                del counts[place]
            if step < 0:
                self._held[unit_id].discard(document_id)
            elif unit_id != EVERYWHERE:
                self._held[unit_id].add(document_id)

    def _places(self, work: Work) -> Iterable[tuple[str, Place]]:
        if work.draft is not None:
            draft, unit_id = work.draft, self._unit(work.draft)
            scopes = [(unit_id, ALL), (EVERYWHERE, ALL)]
            if draft.state != WITH_LEADER:
                # a leader's part in it is no work of the unit's people
                scopes.append((unit_id, Who(draft.holder_id)))
            for scope, who in scopes:
                yield scope, Place(who, draft.state, draft.since_on, is_draft=True)
        by_unit: dict[str, list[Part]] = defaultdict(list)
        for one in work.parts:
            by_unit[self._unit(one)].append(one)
            yield self._unit(one), Place(Who(one.person_id, one.is_units), one.state, one.day)
        if work.parts:
            by_unit[EVERYWHERE] = list(work.parts)
        for scope, parts in by_unit.items():
            whole = _whole(parts)
            yield scope, Place(ALL, whole.state, whole.day)


def _whole(parts: list[Part]) -> Part:
    """Return what several parts of a document come to: open while one is, by the earliest deadline of those.

    Of finished ones the worst counts, on the day of the last.
    """
    open_parts = [one for one in parts if one.is_open]
    order = OPEN if open_parts else FINISHED
    told = open_parts or parts
    state = min((one.state for one in told), key=order.index)
    days = sorted(one.day for one in told if one.day)
    day = (days[0] if open_parts else days[-1]) if days else None
    return told[0]._replace(state=state, day=day)


def age_of(since_on: str, at: str) -> int:
    """Return for how many calendar days something has lain where it is, at an instant."""
    return (date.fromisoformat(day_of(at)) - date.fromisoformat(since_on)).days
