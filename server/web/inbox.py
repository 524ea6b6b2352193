"""The inbox: what waits for the reader, what they watch, what is done (Articles 9, 10)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, make_response, redirect, request
from werkzeug.wrappers import Response

from server.domain import lists
from server.domain.errors import DomainError
from server.ports import Bounds
from server.usecases import saved_views
from server.web import current
from server.web.context import page, summary
from server.web.errors import error_text
from server.web.lists import has_words, words_of
from server.web.tallies import FOLDERS

blueprint = Blueprint("inbox", __name__)

ROWS = 50
BATCH = 200
LOOKED_AT = 4000
"""How many cards of a folder a search looks at."""
GIVEN_AWAY = re.compile(r"[\w-]+/undo/[\w-]+", re.ASCII)
"""Where an act that took its document out of sight can be taken back (the same in pwa/views.js)."""
FIRST_DAY = "0001-01-01"
NUL = "\x00"
SEARCHED = ("title", "number", "sender", "arrival_label", "drafter_name")

Card = dict[str, Any]


@blueprint.get("/")
def home() -> Response:
    """Go to the inbox."""
    return redirect("/inbox", 303)


@blueprint.get("/inbox")
def inbox() -> str:
    """Show a page of one folder, of one list in it, or of what is due there."""
    return _inbox(request.args)


@blueprint.post("/inbox/views")
def keep_view() -> Response:
    """Keep folder, list and words by a name, or say beside it what is wrong with the name."""
    view = {**_asked(request.form), "name": request.form.get("name", "")[:500]}
    try:
        saved_views.keep(current.services(), current.person_id(), view)
    except DomainError as error:
        fault = error_text(error.code, error.details)
        return make_response(_inbox(request.form, name=view["name"], fault=fault), 422)
    current.nudge()
    return redirect(address_of(view), 303)


@blueprint.post("/inbox/views/forget")
def forget_view() -> Response:
    """Forget a view by its name."""
    saved_views.forget(current.services(), current.person_id(), request.form.get("name", ""))
    current.nudge()
    return redirect(address_of({**_asked(request.form), "list": "", "query": ""}), 303)


@blueprint.post("/inbox/columns")
def choose_columns() -> Response:
    """Show the reader's lists in columns, or as lists again."""
    chosen = [] if request.form.get("as_list") else request.form.getlist("columns")
    saved_views.choose_columns(current.services(), current.person_id(), chosen)
    current.nudge()
    return redirect(address_of(_asked(request.form)), 303)


def _asked(given: Mapping[str, str]) -> dict[str, str]:
    """Return folder, list and words that a page is asked for; what is none of them is as if it were not asked for."""
    folder = given.get("folder", "") if given.get("folder") in FOLDERS else FOLDERS[0]
    name = given.get("list", "")
    is_list = folder != "done" and (name in (lists.OVERDUE, lists.DUE_SOON) or lists.LISTS.get(name) == folder)
    return {"folder": folder, "list": name if is_list else "", "query": given.get("query", "")[:200]}


def address_of(view: Mapping[str, str]) -> str:
    """Return the address of a view (the same as `addressOf` of pwa/lists.js)."""
    asked = {key: view[key] for key in ("folder", "list", "query") if view[key]}
    return f"/inbox?{urlencode(asked)}"


def _kept(asked: Mapping[str, str]) -> dict[str, Any]:
    """Return the reader's views, each with its address and whether it is the one that is looked at; their columns."""
    kept = saved_views.kept_by(current.services(), current.person_id())
    views = [
        {"name": one["name"], "at": address_of(one), "is_current": {**asked, "name": one["name"]} == one}
        for one in kept["views"]
    ]
    return {"views": views, "columns": kept["columns"], "columns_offered": lists.COLUMNS}


def _inbox(given: Mapping[str, str], *, name: str = "", fault: str = "") -> str:
    asked = _asked(given)
    folder, chosen, query = asked["folder"], asked["list"], asked["query"]
    counts = current.tally().by_list(folder, current.today(), _soon_until())
    cards, next_key = _page(_shelf(folder, chosen), given.get("after", ""), words_of(query))
    return page(
        "pages/inbox.html",
        folder=folder,
        list_name=chosen,
        counts=current.tally().by_folder(),
        lists=_offered(counts, chosen),
        cards=cards,
        next_key=next_key,
        query=query,
        **_kept(asked),
        view_name=name,
        view_fault=fault,
        notices=current.tally().notices,
        new_action_id=str(uuid.uuid4()),
        given_away=given["given_away"] if GIVEN_AWAY.fullmatch(given.get("given_away", "")) else "",
    )


def _offered(counts: Mapping[str, int], chosen: str) -> list[dict[str, Any]]:
    """Return the lists that hold something; the chosen one first, in sight on a phone however many there are."""
    found = [{"name": name, "count": count} for name, count in counts.items() if count or name == chosen]
    return sorted(found, key=lambda one: one["name"] != chosen)


class Shelf(NamedTuple):
    """What a page is taken from: an index with what it is asked for, and the field that it is in the order of."""

    name: str
    index: str
    equals: dict[str, str]
    order: str
    bounds: Bounds = Bounds()


def _soon_until() -> str:
    return lists.soon_until(current.office().calendar, current.today())


def _shelf(folder: str, chosen: str) -> Shelf:
    today = current.today()
    if chosen == lists.OVERDUE:
        return Shelf(chosen, "by_due", {"folder": folder}, "due_on", Bounds(at_least=FIRST_DAY, below=today))
    if chosen == lists.DUE_SOON:
        return Shelf(chosen, "by_due", {"folder": folder}, "due_on", Bounds(at_least=today, at_most=_soon_until()))
    if chosen:
        return Shelf(chosen, "by_list", {"list": chosen}, "sort_key")
    return Shelf(folder, "by_folder", {"folder": folder}, "sort_key")


def _page(shelf: Shelf, after: str, words: list[str]) -> tuple[list[Card], str | None]:
    """Return a page of summaries and the key to go on with: `folder or list NUL value of the order NUL id`."""
    is_of_shelf = after.startswith(shelf.name + NUL) and after.count(NUL) == 2 and after.isascii()
    start = tuple(after.split(NUL)[1:3]) if is_of_shelf else ("", "")
    rows: list[Card] = []
    looked_at = 0
    while True:
        batch, has_more = _after(shelf, start, BATCH if words else ROWS)
        for position, card in enumerate(batch):
            row = summary(card)
            if words and not has_words(" ".join(str(row[key]) for key in SEARCHED), words):
                continue
            rows.append(row)
            if len(rows) == ROWS:
                is_last = position == len(batch) - 1 and not has_more
                return rows, None if is_last else _key(shelf, card)
        looked_at += len(batch)
        if not has_more:
            return rows, None
        if looked_at >= LOOKED_AT or not words:
            return rows, _key(shelf, batch[-1])
        start = (batch[-1][shelf.order], batch[-1]["_id"])


def _after(shelf: Shelf, start: tuple[str, ...], limit: int) -> tuple[list[Card], bool]:
    """Return the next cards of a shelf beyond a value of its order and an id, and whether there are more."""
    value, document_id = start
    inbox = current.services().store.database(f"inbox_{current.person_id()}")
    bounds = replace(shelf.bounds, at_least=value) if value else shelf.bounds
    ranges = {shelf.order: bounds} if bounds != Bounds() else None
    skip = 0
    found: list[Card] = []
    while len(found) <= limit:
        batch = inbox.find(shelf.index, shelf.equals, ranges=ranges, limit=limit + 1, skip=skip)
        found += [one for one in batch if (one[shelf.order], one["_id"]) > (value, document_id)]
        if len(batch) <= limit:
            break
        skip += len(batch)
    return found[:limit], len(found) > limit


def _key(shelf: Shelf, card: Card) -> str:
    return NUL.join((shelf.name, card[shelf.order], card["_id"]))
