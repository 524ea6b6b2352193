"""The conflict desk: acts that wait for a decision, with both sides (docs/sync.md); several may be ended at once."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, request

from server.usecases import read
from server.web import acts, current
from server.web.context import page
from server.web.documents import card_of

blueprint = Blueprint("reviews", __name__)

DOCUMENTS = 100
TOGETHER = 100


@blueprint.get("/reviews")
def reviews() -> str:
    """Show the conflicts that the reader decides, and those that their own acts are in."""
    return _page()


@blueprint.post("/reviews/resolve")
def resolve_together() -> str:
    """End the chosen conflicts alike: a command for each, with an action id and a result of its own."""
    chosen = request.form.getlist("review")[:TOGETHER]
    choice = request.form.get("choice", "")
    results = [_resolve(*(one.split(" ") + [""] * 3)[:4], choice) for one in chosen]
    if any(one["status"] in acts.DONE for one in results):
        current.nudge()
    return _page(results=results, nothing_chosen=not results)


def _resolve(document_id: str, review_id: str, seen_version: str, action_id: str, choice: str) -> dict[str, Any]:
    """Send one decision. An approval is not carried over to another version here: nobody reads it in a list."""
    card = card_of(document_id)
    receipt = acts.send_one(
        "ResolveConflict",
        document_id,
        {"review_id": review_id, "choice": choice},
        action_id=action_id,
        seen_version=seen_version,
    )
    return {**receipt, "title": card["title"] if card else ""}


def _page(**own: Any) -> str:
    return page("pages/reviews.html", reviews=_open_reviews(), new_action_id=str(uuid.uuid4()), **own)


def _open_reviews() -> list[dict[str, Any]]:
    services, person_id = current.services(), current.person_id()
    owned = services.records.find("by_review_owner", {"open_review_owner": person_id}, limit=DOCUMENTS)
    # the index names the owner of a document's first conflict; the inbox knows the others
    known = current.tally().reviews
    ids = sorted({one["_id"] for one in owned} | known.keys())[:DOCUMENTS]
    cards = [card for card in (read.card(services, person_id, one) for one in ids) if card]
    found = [_entry(review, card) for card in cards for review in card["reviews"]]
    return sorted(found, key=lambda review: (review["opened_at"], review["review_id"]))


def _entry(review: dict[str, Any], card: dict[str, Any]) -> dict[str, Any]:
    named = {key: card.get(key) for key in ("_id", "kind", "title", "number", "version")}
    current_version = card.get("current_version") or {}
    return {**review, "document": named, "version_sha256": current_version.get("sha256", "")}
