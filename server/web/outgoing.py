"""Outgoing documents, văn bản đi: the page of one, what people do with it, and the list of them (Article 10)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from server.domain.catalogues import DOCUMENT_TYPES
from server.domain.office import Office
from server.domain.permissions import Standing, may_see
from server.domain.records import Record, custody_at
from server.web import current
from server.web.context import page
from server.web.documents import add_document_routes
from server.web.lists import has_words, words_of

blueprint = Blueprint("outgoing", __name__)
add_document_routes(blueprint, "outgoing")

OUTGOING_STATES = ("drafting", "with_division", "with_leader", "returned", "approved", "withdrawn")
ROWS = 50
LOOKED_AT = 500
"""How many drafts of a state are looked at, the latest first, for those that the reader may see."""


@blueprint.get("/outgoing")
def outgoing_list() -> str:
    """Show the latest outgoing documents that the reader may see, a page at a time."""
    asked = request.args.get("state", "")
    state = asked if asked in OUTGOING_STATES else ""
    query = request.args.get("query", "")[:200].strip()
    words, office = words_of(query), current.office()
    states = [state] if state else OUTGOING_STATES
    found = [record for one in states for record in _latest(one, office) if has_words(_searched(record), words)]
    found.sort(key=lambda record: record["updated_at"], reverse=True)
    count = max(1, -(-len(found) // ROWS))
    wanted = request.args.get("page", "")
    number = min(int(wanted), count) if wanted.isascii() and wanted.isdigit() and 0 < len(wanted) < 7 else 1
    number = max(1, number)
    return page(
        "pages/outgoing_list.html",
        documents=[_row(record, office) for record in found[ROWS * (number - 1) : ROWS * number]],
        state=state,
        states=OUTGOING_STATES,
        text=query,
        page=number,
        page_count=count,
        total=len(found),
    )


def _latest(state: str, office: Office) -> list[Record]:
    drafts = current.services().records.find(
        "by_kind_state", {"kind": "outgoing", "state": state}, descending=True, limit=LOOKED_AT
    )
    person_id, at = current.person_id(), current.now()
    return [one for one in drafts if may_see(Standing(one, person_id, office, at))]


def _searched(record: Record) -> str:
    return f"{record['subject']} {record['number']}"


def _row(record: Record, office: Office) -> dict[str, Any]:
    held = custody_at(record)
    return {
        "_id": record["_id"],
        "kind": "outgoing",
        "title": record["subject"],
        "number": record["number"],
        "type_name": DOCUMENT_TYPES.get(record["type"], ""),
        "state": record["state"],
        "urgency": record["urgency"],
        "due_on": record["due_on"],
        "updated_at": record["updated_at"],
        "drafter_name": office.name_of(record["drafter_id"]),
        "unit_name": office.unit_name(record["unit_id"]),
        "holder_name": office.name_of(held["person_id"]) if held else "",
        "version_count": len(record["versions"]),
    }
