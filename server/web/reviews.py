"""The conflict desk: acts that wait for a decision, with both sides (docs/sync.md)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint

from server.usecases import read
from server.web import current
from server.web.context import page

blueprint = Blueprint("reviews", __name__)

DOCUMENTS = 100


@blueprint.get("/reviews")
def reviews() -> str:
    """Show the conflicts that the reader decides, and those that their own acts are in."""
    return page("pages/reviews.html", reviews=_open_reviews(), new_action_id=str(uuid.uuid4()))


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
