"""The book of incoming documents, sổ đăng ký văn bản đến, of a year (decree 30/2020 Appendix IV; Article 9.1).

Arrival numbers have no gaps, so a page of the book is a range of numbers. Only a search, and readers who may not see
every document, make it look at more than it shows, in bounded steps.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Blueprint, request

from server.domain import corrections, withdrawal
from server.domain.catalogues import INCOMING_TYPES
from server.domain.office import CLERK, Office
from server.domain.permissions import Standing, may_see
from server.domain.records import Record, assignments_at
from server.domain.scans import awaits_scan
from server.ports import Bounds
from server.usecases import recognizing
from server.web import current
from server.web.access import OVERSEERS
from server.web.context import page
from server.web.lists import has_words, words_of

blueprint = Blueprint("book", __name__)

ROWS = 50
BATCH = 200
LOOKED_AT = 3000
TEXTS_LOOKED_AT = 1000
RECEIVING = ("lead", "simultaneous")


@blueprint.get("/incoming")
def incoming_book() -> str:
    """Show a page of a year's book, the latest number first."""
    is_secret = request.args.get("book") == "secret" and CLERK in current.roles()
    year = _year(request.args.get("year", ""))
    query = request.args.get("query", "")[:200].strip()
    book = f"den-mat-{year}" if is_secret else f"den-{year}"
    is_scanless = request.args.get("scan") == "awaited" and not is_secret
    is_plain = not query and not is_scanless and bool(current.roles() & OVERSEERS)
    in_text = request.args.get("in") == "text" and bool(query) and not is_secret
    wanted = Wanted(words_of(query), is_scanless, in_text)
    number = _number("page")
    shown = _plain_page(book, number) if is_plain else _filtered_page(book, wanted, number)
    records = shown.pop("records")
    progress = recognizing.progress_of_records(current.services().files, records)
    return page(
        "pages/incoming_book.html",
        documents=[{**_row(record, current.office()), "progress": progress.get(record["_id"])} for record in records],
        is_scanless=is_scanless,
        year=year,
        years=_years(year),
        text=query,
        in_text=in_text,
        is_secret=is_secret,
        may_see_secret=CLERK in current.roles(),
        may_print=bool(current.roles() & OVERSEERS),
        **shown,
    )


def _plain_page(book: str, number: int) -> dict[str, Any]:
    """Return one page by its number: the range of arrival numbers that it holds."""
    top = _find(book, None, 1)
    last = top[0]["arrival_number"] if top else 0
    count = max(1, -(-last // ROWS))
    number = min(number, count)
    high = last - ROWS * (number - 1)
    records = _find(book, Bounds(at_most=high, above=high - ROWS), ROWS)
    return _shown(records, number, count, last)


class Wanted(NamedTuple):
    """What is looked for: words, perhaps in the text of the files as well; only what waits for its scan."""

    words: list[str]
    is_scanless: bool
    in_text: bool


def _filtered_page(book: str, wanted: Wanted, number: int) -> dict[str, Any]:
    """Return a page of what the reader may see, has the words and, if asked, no scan, of the latest `LOOKED_AT`.

    Files are looked into for the latest `TEXTS_LOOKED_AT`: what was read of a scan is found as well as what was typed.
    """
    person_id, at, office = current.person_id(), current.now(), current.office()
    found: list[Record] = []
    below: int | None = None
    for turn in range(LOOKED_AT // BATCH):
        batch = _find(book, Bounds(below=below) if below else None, BATCH)
        seen = [
            one
            for one in batch
            if may_see(Standing(one, person_id, office, at)) and (awaits_scan(one) or not wanted.is_scanless)
        ]
        texts = _texts(seen) if wanted.in_text and turn < TEXTS_LOOKED_AT // BATCH else {}
        found += [
            one
            for one in seen
            if has_words(_searched(one), wanted.words)
            or (one["_id"] in texts and has_words(f"{_searched(one)} {texts[one['_id']]}", wanted.words))
        ]
        if len(batch) < BATCH:
            break
        below = batch[-1]["arrival_number"]
    count = max(1, -(-len(found) // ROWS))
    number = min(number, count)
    return _shown(found[ROWS * (number - 1) : ROWS * number], number, count, len(found))


def _shown(records: list[Record], number: int, count: int, total: int) -> dict[str, Any]:
    numbers = [record["arrival_number"] for record in records]
    return {
        "records": records,
        "page": number,
        "page_count": count,
        "total": total,
        "first_number": min(numbers, default=None),
        "last_number": max(numbers, default=None),
    }


def _find(book: str, bounds: Bounds | None, limit: int) -> list[Record]:
    ranges = {"arrival_number": bounds} if bounds else None
    return current.services().records.find(
        "by_kind_arrival", {"kind": "incoming", "book": book}, ranges=ranges, descending=True, limit=limit
    )


def _texts(records: list[Record]) -> dict[str, str]:
    """Return the text of the files of records, by record, in one read."""
    named = {one["_id"]: [f"file:{file['sha256']}" for file in one["files"]] for one in records if one["files"]}
    notes = current.services().files.get_many(sorted({key for keys in named.values() for key in keys}))
    return {key: " ".join(notes[one].get("text") or "" for one in keys if one in notes) for key, keys in named.items()}


def _searched(record: Record) -> str:
    parts = (record["subject"], record["original_subject"], record["number"], record["sender"])
    return " ".join((*parts, f"{record['arrival_number']:02d}"))


def _row(record: Record, office: Office) -> dict[str, Any]:
    rows = assignments_at(record)
    receivers = [
        office.unit_name(row["unit_id"]) if row["target"].startswith("unit:") else office.name_of(row["person_id"])
        for row in rows
        if row["role"] in RECEIVING
    ]
    return {
        "_id": record["_id"],
        "kind": "incoming",
        "arrival_label": f"{record['arrival_number']:02d}",
        "arrived_on": record["arrived_on"],
        "sender": record["sender"],
        "number": record["number"],
        "document_on": record["document_on"],
        "type": record["type"],
        "type_name": INCOMING_TYPES.get(record["type"], ""),
        "title": record["subject"],
        "urgency": record["urgency"],
        "confidentiality": record["confidentiality"],
        "is_bare": record["confidentiality"] != "normal",
        "due_on": record["due_on"],
        "awaits_scan": awaits_scan(record),
        "state": record["state"],
        "struck": _struck(record),
        "ended_for": withdrawal.reason_of(record),
        "leader_name": office.name_of(record["leader_id"]),
        "recipients": ", ".join(dict.fromkeys(receivers)),
        "updated_at": record["updated_at"],
    }


def _struck(record: Record) -> dict[str, list[Any]]:
    """Return what stood in corrected fields before, types by their names; every field of the entry has its list."""
    struck = corrections.struck_values(record)
    shown = {name: struck.get(name, []) for name in corrections.FIELDS}
    return {**shown, "type": [INCOMING_TYPES.get(code, code) for code in shown["type"]]}


def _years(shown: str) -> list[str]:
    books = current.services().registers.all("book:den-")
    return sorted({book["_id"][-4:] for book in books} | {shown, current.today()[:4]}, reverse=True)


def _year(asked: str) -> str:
    return asked if len(asked) == 4 and asked.isascii() and asked.isdigit() else current.today()[:4]


def _number(name: str) -> int:
    asked = request.args.get(name, "")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
