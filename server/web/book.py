"""The book of incoming documents, sổ đăng ký văn bản đến, of a year (decree 30/2020 Appendix IV; Article 9.1).

Arrival numbers have no gaps, so a page of the book is a range of numbers. Only a search, and readers who may not see
every document, make it look at more than it shows, in bounded steps.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, request

from server.domain.office import CHIEF_OF_OFFICE, CLERK, LEADER, Office
from server.domain.permissions import Standing, may_see
from server.domain.records import Record, assignments_at
from server.web import current
from server.web.context import page
from server.web.lists import Bounds, has_words, words_of

blueprint = Blueprint("book", __name__)

ROWS = 50
BATCH = 200
LOOKED_AT = 2000
OVERSEERS = frozenset({CLERK, LEADER, CHIEF_OF_OFFICE})
RECEIVING = ("lead", "simultaneous")


@blueprint.get("/incoming")
def incoming_book() -> str:
    """Show a page of a year's book, the latest number first."""
    is_secret = request.args.get("book") == "secret" and CLERK in current.roles()
    year = _year(request.args.get("year", ""))
    query = request.args.get("q", "")[:200].strip()
    book = f"den-mat-{year}" if is_secret else f"den-{year}"
    link = {"year": year, **({"book": "secret"} if is_secret else {}), **({"q": query} if query else {})}
    is_plain = not query and bool(current.roles() & OVERSEERS)
    shown = _plain_page(book, _number("page", 1)) if is_plain else _filtered_page(book, words_of(query))
    return page(
        "pages/incoming_book.html",
        rows=[_row(record, current.office()) for record in shown["records"]],
        year=year,
        years=_years(year),
        query=query,
        is_secret=is_secret,
        may_see_secret=CLERK in current.roles(),
        older_href=_href(link, shown["older"]),
        newer_href=_href(link, shown["newer"]),
        page_number=shown.get("number", 1),
        page_count=shown.get("count"),
    )


def _plain_page(book: str, number: int) -> dict[str, Any]:
    """Return one page by its number: the range of arrival numbers that it holds."""
    top = _find(book, None, 1)
    last = top[0]["arrival_number"] if top else 0
    count = max(1, -(-last // ROWS))
    number = min(number, count)
    high = last - ROWS * (number - 1)
    records = _find(book, Bounds(at_most=high, above=high - ROWS), ROWS)
    return {
        "records": records,
        "number": number,
        "count": count,
        "older": {"page": number + 1} if number < count else None,
        "newer": {"page": number - 1} if number > 1 else None,
    }


def _filtered_page(book: str, words: list[str]) -> dict[str, Any]:
    """Return the next matches below a number, looking at no more than `LOOKED_AT` documents."""
    below = _number("before", 0) or None
    person_id, at, office = current.person_id(), current.now(), current.office()
    found: list[Record] = []
    looked_at, is_at_end = 0, False
    start = below
    while len(found) < ROWS and looked_at < LOOKED_AT and not is_at_end:
        batch = _find(book, Bounds(below=below) if below else None, BATCH)
        is_at_end = len(batch) < BATCH
        for record in batch:
            below = record["arrival_number"]
            looked_at += 1
            if may_see(Standing(record, person_id, office, at)) and has_words(_searched(record), words):
                found.append(record)
            if len(found) == ROWS:
                break
    has_older = below is not None and below > 1 and not (is_at_end and len(found) < ROWS)
    return {"records": found, "older": {"before": below} if has_older else None, "newer": {} if start else None}


def _find(book: str, bounds: Bounds | None, limit: int) -> list[Record]:
    ranges = {"arrival_number": bounds} if bounds else None
    return current.services().records.find(
        "by_kind_arrival", {"kind": "incoming", "book": book}, ranges=ranges, descending=True, limit=limit
    )


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
        "arrival_number": record["arrival_number"],
        "label": f"{record['arrival_number']:02d}",
        "arrived_on": record["arrived_on"],
        "sender": record["sender"],
        "number": record["number"],
        "document_on": record["document_on"],
        "type": record["type"],
        "title": record["subject"],
        "urgency": record["urgency"],
        "confidentiality": record["confidentiality"],
        "is_bare": record["confidentiality"] != "normal",
        "due_on": record["due_on"],
        "state": record["state"],
        "leader_name": office.name_of(record["leader_id"]),
        "recipients": list(dict.fromkeys(receivers)),
        "updated_at": record["updated_at"],
    }


def _years(shown: str) -> list[str]:
    books = current.services().registers.all("book:den-")
    return sorted({book["_id"][-4:] for book in books} | {shown, current.today()[:4]}, reverse=True)


def _year(asked: str) -> str:
    return asked if len(asked) == 4 and asked.isascii() and asked.isdigit() else current.today()[:4]


def _number(name: str, otherwise: int) -> int:
    asked = request.args.get(name, "")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 9 else otherwise


def _href(link: dict[str, Any], more: dict[str, Any] | None) -> str | None:
    return None if more is None else f"/incoming?{urlencode({**link, **more})}"
