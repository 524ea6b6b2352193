"""Going straight to a document by its arrival number, or by its number and symbol (Articles 9, 14.2)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from server.domain.permissions import Standing, may_see
from server.web import current
from server.web.documents import path_of

blueprint = Blueprint("opening", __name__)

ARRIVAL = re.compile(r"0*([1-9][0-9]{0,8})(?:/(20[0-9]{2}))?")
"""An arrival number, with the year of its book when it is not this one."""
ALIKE = 50
"""Documents of the same number that are looked at: each agency counts for itself."""


@blueprint.get("/open")
def open_by_number() -> Response:
    """Open the one document with this number; several or none are looked for in the book."""
    number = " ".join(request.args.get("wanted", "")[:100].split())
    if not number:
        return redirect("/inbox", 303)
    found = [one["_id"] for one in _numbered(number) if _is_seen(one)]
    if len(found) == 1:
        return redirect(path_of(found[0]), 303)
    return redirect(f"/incoming?query={quote(number)}", 303)


def _numbered(number: str) -> list[dict[str, Any]]:
    records = current.services().records
    if arrival := ARRIVAL.fullmatch(number):
        book = f"den-{arrival[2] or current.today()[:4]}"
        return records.find(
            "by_kind_arrival", {"kind": "incoming", "book": book, "arrival_number": int(arrival[1])}, limit=1
        )
    spellings = list(dict.fromkeys([number, number.upper()]))
    return records.find("by_number", any_of={"number": spellings}, limit=ALIKE)


def _is_seen(record: dict[str, Any]) -> bool:
    return may_see(Standing(record, current.person_id(), current.office(), current.now()))
