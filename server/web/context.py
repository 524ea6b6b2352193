"""What every template is given, the same keys as the service worker gives (pwa/views.js)."""

from __future__ import annotations

import json
import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import render_template, request

from server.domain.case_file import OPEN, suggested
from server.usecases import delegating, read, saved_views
from server.web import current

log = logging.getLogger(__name__)
STATIC = Path(__file__).resolve().parent.parent.parent / "static"
MANIFEST = STATIC / "build" / "manifest.json"
UNBUILT = {"css": "/static/css/app.css", "page_js": ""}

LIST_LIMIT = 200
DUE_OFFERED = (1, 3, 5, 7, 10)
"""How many working days a deadline is offered for (pwa/work_days.js offers the same)."""


def page(template: str, **own: Any) -> str:
    """Render a page: all of it, or without its frame when htmx asks for the content."""
    return render_template(template, **common(), **own)


def common() -> dict[str, Any]:
    """Return what all templates may name."""
    is_bare = current.wants_fragment()
    # the frame of nobody for who has to change the one-time password first: nothing that it leads to is open
    person = None if current.must_change_password() else current.person()
    me = read.profile(current.office(), person.person_id, current.now()) if person else None
    return {
        "me": me,
        "today": current.today(),
        "locale": current.locale(),
        "theme": current.theme(),
        "layout": "layouts/bare.html" if is_bare else "layouts/page.html",
        "path": request.path,
        "assets": assets(),
        "waiting_count": 0,
        "overdue_count": 0 if is_bare or me is None else current.tally().overdue_count(current.today()),
        "review_count": 0 if is_bare or me is None else current.tally().review_count,
        "delegation_count": 0 if is_bare or person is None else _delegation_count(person.person_id),
        "correction_count": 0 if is_bare or me is None else current.tally().told_about("correction"),
        "repair_count": 0 if is_bare or me is None else current.tally().told_about("repair"),
        "is_local": False,
        "since": "",
    }


def _delegation_count(person_id: str) -> int:
    return delegating.waiting_count(current.office(), person_id, current.now())


def assets() -> dict[str, str]:
    """Return the paths of the built style sheet and script."""
    try:
        return _assets_of(MANIFEST.stat().st_mtime_ns)
    except (OSError, KeyError, ValueError):
        return UNBUILT


@lru_cache(maxsize=2)
def _assets_of(_modified_at: int) -> dict[str, str]:
    files = json.loads(MANIFEST.read_text("utf-8"))["files"]
    return {"css": files["app.css"]["path"], "page_js": files["page.js"]["path"]}


def due_choices() -> list[dict[str, Any]]:
    """Return the deadlines that a form offers, so many working days from today."""
    days, today = current.office().calendar, current.today()
    return [{"count": count, "on": days.after(today, count)} for count in DUE_OFFERED]


def directory() -> dict[str, Any]:
    """Return whom and what forms can name, the reader's own case files among it."""
    person_id = current.person_id()
    found = read.directory(current.office(), person_id, current.now())
    transfers = saved_views.views_of(current.services(), person_id, saved_views.TRANSFERS)
    return {**found, "case_files": [], "transfers": transfers}


def case_files_for(card: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the reader's open case files, those first that seem to be about a document (pwa/suggest.js does the same).

    `is_in`: the document is in it already.
    """
    files = [
        {
            "_id": one["_id"],
            "title": one["title"],
            "is_in": any(link["_id"] == card["_id"] for link in one["documents"]),
        }
        for one in own_case_files()
        if one["state"] == OPEN
    ]
    return suggested(files, card["title"] or "")


def own_case_files() -> list[dict[str, Any]]:
    """Return the cards of the reader's case files, the latest first."""
    inbox = current.services().store.database(f"inbox_{current.person_id()}")
    found = inbox.find("by_kind", {"kind": "case_file"}, limit=LIST_LIMIT)
    return sorted(found, key=lambda card: card["sort_key"])


def held_by(card: dict[str, Any]) -> str:
    """Return who has a document to do something about it, by name; nobody once it is done (as `heldBy` there)."""
    if card["kind"] == "outgoing":
        return str((card.get("holder") or {}).get("name", ""))
    if card["state"] in ("concluded", "withdrawn"):
        return ""
    rows = [
        one
        for one in card.get("assignments") or ()
        if one["role"] != "inform" and one["state"] in ("waiting", "taken_on")
    ]
    names = dict.fromkeys(one["unit_name"] if one["is_unit"] else one["person_name"] for one in rows)
    return ", ".join(names) or card.get("leader_name") or ""


def summary(card: dict[str, Any]) -> dict[str, Any]:
    """Return what a list shows of a card (the same as `summary` of pwa/replica.js)."""
    timeline = card.get("timeline") or []
    latest = timeline[-1] if timeline else None
    row = {key: card[key] for key in ("_id", "kind", "version", "title", "folder", "sort_key", "state", "updated_at")}
    return {
        **row,
        "list": card.get("list") or "",
        "number": card.get("number") or "",
        "sender": card.get("sender") or "",
        "due_on": card.get("due_on"),
        "urgency": card["urgency"],
        "confidentiality": card["confidentiality"],
        "is_priority": card.get("is_priority", False),
        "arrival_label": (card.get("arrival") or {}).get("label", ""),
        "arrived_on": (card.get("arrival") or {}).get("arrived_on"),
        "document_on": card.get("document_on"),
        "held_by": held_by(card),
        "latest": {key: latest[key] for key in ("actor_name", "event", "at", "text")} if latest else None,
        "drafter_name": (card.get("drafter") or {}).get("name", ""),
        "role": (card.get("my_assignment") or {}).get("role"),
        "urged_count": ((card.get("my_assignment") or {}).get("urged") or {}).get("count", 0),
        "is_asked_for_time": "decide_extension" in (card.get("allowed_actions") or ()),
        "is_asked_for_excuse": "decide_excuse" in (card.get("allowed_actions") or ()),
        "acting_for": card.get("acting_for"),
        "awaits_scan": card.get("awaits_scan", False),
        "has_review": bool(card.get("reviews")),
        "own_reviews": sum(bool(review["is_mine"]) for review in card.get("reviews") or []),
        "pending": False,
    }
