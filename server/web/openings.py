"""Who has seen a document: a part of its page, fetched when the page stands, on devices too (Articles 12, 13)."""

from __future__ import annotations

from flask import Blueprint, abort

from server.domain.permissions import Standing
from server.usecases import openings
from server.web import current
from server.web.context import page
from server.web.documents import card_of

blueprint = Blueprint("openings", __name__)


@blueprint.get("/incoming/<key>/seen")
def seen_incoming(key: str) -> str:
    """Show who has seen an incoming document, and who has not."""
    return _seen(f"incoming:{key}")


@blueprint.get("/outgoing/<key>/seen")
def seen_outgoing(key: str) -> str:
    """Show who has seen a draft, and who has not."""
    return _seen(f"outgoing:{key}")


def _seen(document_id: str) -> str:
    services = current.services()
    card = card_of(document_id)
    record = services.records.get(document_id) if card else None
    if card is None or record is None:
        abort(404)
    who = Standing(record, current.person_id(), current.office(), current.now())
    people = openings.seen_by(services, record, who)
    return page("pages/seen.html", card=card, people=people)
