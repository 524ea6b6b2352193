"""The inbox: what waits for the reader, what they watch, what is done (Articles 9, 10)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from server.web import current
from server.web.context import page, summary
from server.web.lists import Bounds, has_words, words_of
from server.web.tallies import FOLDERS

blueprint = Blueprint("inbox", __name__)

ROWS = 50
BATCH = 200
LOOKED_AT = 4000
"""How many cards of a folder a search looks at."""
NUL = "\x00"
SEARCHED = ("title", "number", "sender", "arrival_label", "drafter_name")

Card = dict[str, Any]


@blueprint.get("/")
def home() -> Response:
    """Go to the inbox."""
    return redirect("/inbox", 303)


@blueprint.get("/inbox")
def inbox() -> str:
    """Show a page of one folder."""
    asked = request.args.get("folder", "")
    folder = asked if asked in FOLDERS else FOLDERS[0]
    query = request.args.get("query", "")[:200]
    cards, next_key = _page(folder, request.args.get("after", ""), words_of(query))
    return page(
        "pages/inbox.html",
        folder=folder,
        counts=current.tally().by_folder(),
        cards=cards,
        next_key=next_key,
        query=query,
        notices=current.tally().notices,
        new_action_id=str(uuid.uuid4()),
    )


def _page(folder: str, after: str, words: list[str]) -> tuple[list[Card], str | None]:
    """Return a page of summaries and the key to go on with: `folder NUL sort_key NUL id`, as on devices."""
    start = tuple(after.split(NUL)[1:3]) if after.startswith(folder + NUL) and after.count(NUL) == 2 else ("", "")
    rows: list[Card] = []
    looked_at = 0
    while True:
        batch, has_more = _after(folder, start, BATCH if words else ROWS)
        for position, card in enumerate(batch):
            row = summary(card)
            if words and not has_words(" ".join(str(row[key]) for key in SEARCHED), words):
                continue
            rows.append(row)
            if len(rows) == ROWS:
                is_last = position == len(batch) - 1 and not has_more
                return rows, None if is_last else _key(folder, card)
        looked_at += len(batch)
        if not has_more:
            return rows, None
        if looked_at >= LOOKED_AT or not words:
            return rows, _key(folder, batch[-1])
        start = (batch[-1]["sort_key"], batch[-1]["_id"])


def _after(folder: str, start: tuple[str, ...], limit: int) -> tuple[list[Card], bool]:
    """Return the next cards of a folder beyond a sort key and id, and whether there are more."""
    sort_key, document_id = start
    inbox = current.services().store.database(f"inbox_{current.person_id()}")
    ranges = {"sort_key": Bounds(at_least=sort_key)} if sort_key else None
    skip = 0
    found: list[Card] = []
    while len(found) <= limit:
        batch = inbox.find("by_folder", {"folder": folder}, ranges=ranges, limit=limit + 1, skip=skip)
        found += [one for one in batch if (one["sort_key"], one["_id"]) > (sort_key, document_id)]
        if len(batch) <= limit:
            break
        skip += len(batch)
    return found[:limit], len(found) > limit


def _key(folder: str, card: Card) -> str:
    return NUL.join((folder, card["sort_key"], card["_id"]))
