"""What the board of progress shows to whom (Articles 13.1, 13.2, 13.4, 15.1): every unit, one's own, or nothing.

Leaders and the chief of office look at all units, who heads a unit at that one. A document that the reader may not open
is counted, and named to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from server.domain.instants import day_of
from server.domain.lists import soon_until
from server.domain.office import CHIEF_OF_OFFICE, LEADER, Office
from server.domain.permissions import Standing, may_see
from server.domain.progress import DRAFT_STATES
from server.domain.progress_board import Board, DraftLine, Line, age_of, holder_of
from server.domain.progress_scorecard import EVERYWHERE, Scorecard
from server.domain.records import Record
from server.ports import Services
from server.usecases.progress_following import Following

ROWS = 50
Row = dict[str, Any]
Listed = TypeVar("Listed", Line, DraftLine)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, when."""

    person_id: str
    office: Office
    at: str

    @property
    def today(self) -> str:
        """Return the day on which the reader looks."""
        return day_of(self.at)

    @property
    def soon_until(self) -> str:
        """Return the last day on which a deadline is near."""
        return soon_until(self.office.calendar, self.today)


def sees_all(reader: Reader) -> bool:
    """Tell whether the reader looks at every unit."""
    person = reader.office.person(reader.person_id)
    return person is not None and bool(person.roles(reader.at) & {LEADER, CHIEF_OF_OFFICE})


def unit_for(reader: Reader, unit_id: str) -> str | None:
    """Return the unit that stands in place of one that is asked for; None when the reader may not look at it."""
    office, at = reader.office, reader.at
    if unit_id not in office.units or not (sees_all(reader) or office.heads(reader.person_id, unit_id, at)):
        return None
    return office.unit_at(unit_id, at)


def overview(following: Following, reader: Reader) -> list[Row]:
    """Return a line for the whole department, then one for each unit by name: unit_id, name, card (a `Scorecard`)."""
    units = sorted(reader.office.units_standing(reader.at), key=lambda unit: unit.name)
    with following.board(reader.office, reader.at) as board:
        cards = {key: _card(board, key, reader) for key in (EVERYWHERE, *(unit.unit_id for unit in units))}
    # the leadership gives work out; it has a line while some is its own
    shown = [
        unit
        for unit in units
        if not (cards[unit.unit_id].is_empty and reader.office.leads_department(unit.unit_id, reader.at))
    ]
    lines = [{"unit_id": unit.unit_id, "name": unit.name, "card": cards[unit.unit_id]} for unit in shown]
    return [{"unit_id": EVERYWHERE, "name": "", "card": cards[EVERYWHERE]}, *lines]


def _card(board: Board, unit_id: str, reader: Reader) -> Scorecard:
    return board.scorecard(unit_id, reader.today, reader.soon_until)


def of_unit(
    services: Services,
    following: Following,
    reader: Reader,
    unit_id: str,
    *,
    person_id: str = "",
    after: str = "",
    drafts_after: str = "",
) -> dict[str, Any]:
    """Return a unit's board: card, drafts by state, people, and a page each of its documents and drafts, or a person's.

    `after` and `drafts_after` are what a page before gave as `documents_next` and `drafts_next`. `documents_hidden` and
    `drafts_hidden` say how many are counted that the reader may not open, where the page has all that there are.
    """
    with following.board(reader.office, reader.at) as board:
        card = _card(board, unit_id, reader)
        cards = board.people(unit_id, reader.today, reader.soon_until)
        lines = board.lines(unit_id)
        drafts = board.drafts(unit_id)

    def whose(line: Line) -> list[str]:
        return [holder_of(who, unit_id, reader.office, reader.at) for who in line.holders]

    if person_id:
        lines = [line for line in lines if person_id in whose(line)]
        drafts = [line for line in drafts if person_id in (line.draft.holder_id, line.draft.drafter_id)]
    shown = _page(services, reader, lines, after)
    own = _page(services, reader, drafts, drafts_after)
    return {
        "card": card,
        "draft_states": [
            {"state": state, "count": count, "days": age_of(since_on, reader.at) if count else 0}
            for state in DRAFT_STATES
            for count, since_on in [card.drafts.get(state, (0, reader.today))]
        ],
        "people": _people(cards, unit_id, reader),
        "documents": [_document(line, record, whose(line), reader.office) for line, record in shown.rows],
        "documents_next": shown.next_key,
        "documents_hidden": shown.hidden,
        "drafts": [_draft(line, record, reader) for line, record in own.rows],
        "drafts_next": own.next_key,
        "drafts_hidden": own.hidden,
    }


def _people(cards: dict[Any, Scorecard], unit_id: str, reader: Reader) -> list[Row]:
    """Return everybody of a unit, who has most overdue first, and whoever else has or had work in it."""
    office, at = reader.office, reader.at
    found = {
        key: Scorecard()
        for key, person in office.people.items()
        if office.unit_of(key, at) == unit_id and office.is_staff(key, at)
    }
    for who, card in cards.items():
        found.setdefault(holder_of(who, unit_id, office, at), Scorecard()).merge(card)
    rows = [
        {
            "person_id": key,
            "name": office.name_of(key),
            "position": person.position if (person := office.person(key)) else "",
            "is_active": person is None or person.was_active(at),
            # who has work here and is of another unit by now
            "is_of_unit": office.unit_of(key, at) == unit_id,
            "card": card,
        }
        for key, card in found.items()
    ]
    return sorted(rows, key=lambda row: (-row["card"].overdue, -row["card"].open, row["name"]))


class _Shown(NamedTuple):
    """A page of a list."""

    rows: list[Any]
    next_key: str
    hidden: int


def _page(services: Services, reader: Reader, lines: Sequence[Listed], after: str) -> _Shown:
    """Return as many lines as a page has of those that the reader may open, with their records, and the next key."""
    day, _, key = after.partition("~")
    left = [line for line in lines if line.order > (day, key)] if after else list(lines)
    shown: list[tuple[Listed, Record]] = []
    while left and len(shown) < ROWS:
        batch, left = left[: ROWS - len(shown)], left[ROWS - len(shown) :]
        shown += _open_to(services, reader, batch)
    is_all = not after and not left
    return _Shown(shown, "~".join(shown[-1][0].order) if left else "", len(lines) - len(shown) if is_all else 0)


def _open_to(services: Services, reader: Reader, lines: Iterable[Listed]) -> list[tuple[Listed, Record]]:
    by_id = {line.document_id: line for line in lines}
    records = services.records.get_many(by_id)
    return [
        (line, record)
        for key, line in by_id.items()
        if (record := records.get(key)) and may_see(Standing(record, reader.person_id, reader.office, reader.at))
    ]


def _document(line: Line, record: Record, holders: list[str], office: Office) -> Row:
    return {
        "_id": line.document_id,
        "title": record["subject"],
        "number": record["number"],
        "arrival": f"{record['arrival_number']:02d}" if record.get("arrival_number") else "",
        "sender": record.get("sender", ""),
        "urgency": record["urgency"],
        "due_on": line.due_on,
        "state": line.state,
        "holders": [office.name_of(key) for key in dict.fromkeys(holders) if key],
    }


def _draft(line: DraftLine, record: Record, reader: Reader) -> Row:
    name_of: Callable[[str], str] = reader.office.name_of
    return {
        "_id": line.document_id,
        "title": record["subject"],
        "urgency": record["urgency"],
        "due_on": record["due_on"],
        "state": line.draft.state,
        "drafter_name": name_of(line.draft.drafter_id),
        "holder_name": name_of(line.draft.holder_id),
        "days": age_of(line.draft.since_on, reader.at),
    }
