"""The arrival book as it is printed: which entries make a volume, and what each of them says in the decree's columns.

Decree 30/2020 Article 22.3.b: what is registered on the system is printed in full, signed for and bound. Entries are
read in batches and handed on as plain rows, so that a book of any length costs the memory of one batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from server.domain import corrections, withdrawal
from server.domain.assignments import HANDLING
from server.domain.catalogues import INCOMING_TYPES
from server.domain.instants import day_of
from server.domain.office import Office
from server.domain.permissions import Standing, may_see
from server.domain.records import Record, rows_concerning
from server.domain.undoing import undone_actions
from server.ports import Bounds, Services

BATCH = 200
REGISTER, TRACKING = "register", "tracking"
FORMS = (REGISTER, TRACKING)
SIZES = (100, 200, 500, 1000, 2000)
"""Entries in a volume that can be chosen; no print is longer."""
LAST = 10**9
Texts = Callable[..., str]
"""Gives a message of the language of official writing: key, then values."""
Cell = list[tuple[str, bool]]
"""Lines of a cell, each with whether it is struck through."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which part of which book: by arrival numbers and by days of arrival, both ends included."""

    book: str
    first: int = 1
    last: int = LAST
    from_on: str = ""
    to_on: str = ""


def entries(services: Services, chosen: Selection, person_id: str, at: str) -> Iterator[Record]:
    """Yield the entries of a part of a book that the person may see, in the order of their numbers."""
    office, low = services.directory.office(), chosen.first
    while low <= chosen.last:
        bounds = {"arrival_number": Bounds(at_least=low, at_most=chosen.last)}
        batch = services.records.find(
            "by_kind_arrival", {"kind": "incoming", "book": chosen.book}, ranges=bounds, limit=BATCH
        )
        for record in batch:
            is_in = (not chosen.from_on or record["arrived_on"] >= chosen.from_on) and (
                not chosen.to_on or record["arrived_on"] <= chosen.to_on
            )
            if is_in and may_see(Standing(record, person_id, office, at)):
                yield record
        if len(batch) < BATCH:
            return
        low = batch[-1]["arrival_number"] + 1


def volumes(services: Services, chosen: Selection, size: int, person_id: str, at: str) -> list[dict[str, Any]]:
    """Return the volumes that a part of a book makes: `{volume, first, last, from_on, to_on, count}`.

    Numbers have no gap, so of a range of numbers only each volume's ends are read; of a range of days everything is.
    """
    if chosen.from_on or chosen.to_on:
        return _volumes_of(entries(services, chosen, person_id, at), size)
    found: list[dict[str, Any]] = []
    low = _end(services, chosen, chosen.first, is_last=False)
    while low is not None:
        high = _end(services, chosen, min(chosen.last, low["arrival_number"] + size - 1), is_last=True) or low
        first, last = low["arrival_number"], high["arrival_number"]
        days = {"from_on": low["arrived_on"], "to_on": high["arrived_on"]}
        found.append({"volume": len(found) + 1, "first": first, "last": last, **days, "count": last - first + 1})
        low = _end(services, chosen, last + 1, is_last=False) if last < chosen.last else None
    return found


def _end(services: Services, chosen: Selection, number: int, *, is_last: bool) -> Record | None:
    """Return the last entry up to a number, or the first from it on, within the part of the book."""
    low, high = (chosen.first, number) if is_last else (number, chosen.last)
    found = services.records.find(
        "by_kind_arrival",
        {"kind": "incoming", "book": chosen.book},
        ranges={"arrival_number": Bounds(at_least=low, at_most=high)},
        descending=is_last,
        limit=1,
    )
    return found[0] if found else None


def _volumes_of(found: Iterator[Record], size: int) -> list[dict[str, Any]]:
    volumes: list[dict[str, Any]] = []
    for record in found:
        number, on = record["arrival_number"], record["arrived_on"]
        if not volumes or volumes[-1]["count"] == size:
            volumes.append({"volume": len(volumes) + 1, "first": number, "from_on": on, "to_on": on, "count": 0})
        last = volumes[-1]
        last.update(last=number, count=last["count"] + 1)
        last.update(from_on=min(last["from_on"], on), to_on=max(last["to_on"], on))
    return volumes


def rows(
    services: Services, form: str, chosen: Selection, person_id: str, at: str, texts: Texts
) -> Iterator[list[Cell]]:
    """Yield a volume's entries as rows of cells, in the columns of the form."""
    make = _register_row if form == REGISTER else _tracking_row
    batch: list[Record] = []
    for record in entries(services, chosen, person_id, at):
        batch.append(record)
        if len(batch) == BATCH:
            yield from _made(services, batch, make, texts)
            batch = []
    yield from _made(services, batch, make, texts)


def _made(services: Services, batch: list[Record], make: Any, texts: Texts) -> Iterator[list[Cell]]:
    replies = _replies(services, batch) if make is _tracking_row else {}
    office = services.directory.office()
    for record in batch:
        row: list[Cell] = make(record, office, replies.get(record["_id"], []), texts)
        is_struck = record["state"] == "withdrawn"
        # the note says why, so it alone stays legible on an entry that was taken back
        yield [[(line, is_struck or was) for line, was in cell] for cell in row[:-1]] + [row[-1]]


def _register_row(record: Record, office: Office, _replies: list[Record], texts: Texts) -> list[Cell]:
    struck = corrections.struck_values(record)

    def field(name: str, written: Callable[[Any], str] = str) -> Cell:
        return _with_struck(struck.get(name, []), record[name], written)

    def days(value: str | None) -> str:
        return texts("date", value=value) if value else ""

    kind = field("type", lambda code: INCOMING_TYPES.get(code, code))
    return [
        field("arrived_on", days),
        [(_label(record), False)],
        field("sender"),
        field("number"),
        field("document_on", days),
        [*kind, *field("subject")],
        [(name, False) for name in _receivers(record, office)],
        [(days(_passed_on(record)), False)],
        [],
        _notes(record, texts),
    ]


def _tracking_row(record: Record, office: Office, replies: list[Record], texts: Texts) -> list[Cell]:
    on = texts("date", value=record["document_on"]) if record["document_on"] else ""
    kind = INCOMING_TYPES.get(record["type"], "")
    about = ", ".join(part for part in (f"{kind} {record['number']}".strip(), on, record["sender"]) if part)
    struck = corrections.struck_values(record)
    was = [
        (texts("date", value=old) if name in corrections.DAYS and old else str(old or ""), True)
        for name in ("type", "number", "document_on", "sender")
        for old in struck.get(name, [])
    ]
    return [
        [(_label(record), False)],
        [*((INCOMING_TYPES.get(text, text), gone) for text, gone in was if text), (about, False)],
        [(name, False) for name in _receivers(record, office)],
        [(texts("date", value=record["due_on"]) if record["due_on"] else "", False)],
        [(_progress(record, texts), False)],
        [(_reply(one, texts), False) for one in replies],
        _notes(record, texts),
    ]


def _with_struck(old: list[Any], new: Any, written: Callable[[Any], str]) -> Cell:
    return [*((written(value), True) for value in old if value), (written(new) if new else "", False)]


def _label(record: Record) -> str:
    return f"{record['arrival_number']:02d}"


def _receivers(record: Record, office: Office) -> list[str]:
    handling = [row for row in rows_concerning(record) if row["role"] in HANDLING]
    names = [
        office.unit_name(row["unit_id"]) if row["target"].startswith("unit:") else office.name_of(row["person_id"])
        for row in handling
    ]
    return list(dict.fromkeys(names)) or [office.name_of(record["leader_id"])]


def _passed_on(record: Record) -> str | None:
    """Return the day on which the document left the clerk: to its leader, or to who handles it."""
    undone = undone_actions(record)
    given = (one for one in record["events"] if one["event"] in ("Presented", "Assigned"))
    at = next((one["at"] for one in given if one["action_id"] not in undone), None)
    if at is None and record["events"][0]["data"].get("leader_id"):
        at = record["events"][0]["at"]
    return day_of(at) if at else None


def _progress(record: Record, texts: Texts) -> str:
    state = texts(f"states.incoming.{record['state']}")
    at = next((one["at"] for one in reversed(record["events"]) if one["event"] == "Concluded"), None)
    return f"{state}, {texts('date', value=day_of(at))}" if at and record["state"] == "concluded" else state


def _reply(record: Record, texts: Texts) -> str:
    number = str(record.get("number") or "")
    return number or texts("print.note.reply_drafted")


def _replies(services: Services, batch: list[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for one in services.records.find("by_reply_to", any_of={"reply_to": [record["_id"] for record in batch]}):
        if one["state"] != "withdrawn":
            found.setdefault(one["reply_to"], []).append(one)
    return found


def _notes(record: Record, texts: Texts) -> Cell:
    reason = withdrawal.reason_of(record)
    key = "print.note.number_struck" if corrections.is_number_struck(record) else "print.note.withdrawn"
    notes = [(texts(key, reason=reason), False)] if reason else []
    for one in corrections.done(record):
        if one["changes"]:
            notes.append((texts("print.note.corrected", on=texts("date", value=day_of(one["done_at"]))), False))
    return notes


def cover(form: str, chosen: Selection, volume: Mapping[str, Any], texts: Texts) -> dict[str, str]:
    """Return the words of a volume's cover and first page."""
    is_secret = chosen.book.startswith("den-mat-")
    lines = {
        "parent": texts("print.parent_agency"),
        "agency": texts("print.agency"),
        "title": texts(f"print.form.{form}").upper(),
        "year": f"{texts('print.book.year')} {chosen.book[-4:]}",
        "days": texts(
            "print.book.days",
            **{"from": texts("date", value=volume["from_on"]), "until": texts("date", value=volume["to_on"])},
        ),
        "numbers": texts("print.book.numbers", first=f"{volume['first']:02d}", last=f"{volume['last']:02d}"),
        "volume": f"{texts('print.book.volume')} {volume['volume']:02d}",
        "secret": texts("print.book.secret") if is_secret else "",
    }
    if form == REGISTER:
        return lines
    # the form of the other has its title in two lines, and no line of numbers
    return {**lines, "title": lines["title"].replace(" VĂN BẢN", "\nVĂN BẢN"), "numbers": ""}
