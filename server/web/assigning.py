"""Transferring several documents in one go, each by an act and with a result of its own (Articles 9.3, 9.4)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response

from server.web import acts, current
from server.web.context import directory, due_choices, page
from server.web.documents import card_of
from server.web.forms import kinds_of, read_fields

blueprint = Blueprint("assigning", __name__)

KINDS = kinds_of("Assign")
LISTS = ("returned", "waiting")
"""What nobody has begun with or passed on."""
CHOICE = ("_id", "kind", "version", "title", "number", "sender", "due_on", "urgency", "type", "field", "assign_scope")
TOGETHER = 50
"""Documents that are offered, and taken, at a time."""
LOOKED_AT = 200
"""Cards of each list among which those are looked for."""


@blueprint.get("/assign")
def choose() -> Response:
    """Show what waits to be transferred, with one form for all of it."""
    return _page()


@blueprint.post("/assign")
def assign_together() -> Response:
    """Transfer the chosen documents alike; where one is refused, the form comes back with it."""
    fields = read_fields(request.form, KINDS)
    results = [_assign(one, fields) for one in request.form.getlist("document")[:TOGETHER]]
    if any(one["status"] in acts.DONE for one in results):
        current.nudge()
    refused = [one["document_id"] for one in results if one["status"] not in acts.DONE]
    is_done = bool(results) and not refused
    return _page(
        form={} if is_done else {**fields, "documents": refused},
        results=results,
        nothing_chosen=not results,
        status=200 if is_done else 422,
    )


def _assign(document_id: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Transfer one document; what the author saw of it, and the id of the act, stand beside its box (`act:<id>`)."""
    seen_version, _, action_id = request.form.get(f"act:{document_id}", "").partition(" ")
    card = card_of(document_id)
    own = {**fields, "due_on": fields["due_on"] or (card.get("due_on") if card else None)}
    receipt = acts.send_one("Assign", document_id, own, action_id=action_id, seen_version=seen_version)
    return {**receipt, "title": card["title"] if card else ""}


def _page(
    *,
    form: dict[str, Any] | None = None,
    results: list[dict[str, Any]] | None = None,
    nothing_chosen: bool = False,
    status: int = 200,
) -> Response:
    done = {one["document_id"] for one in results or [] if one["status"] in acts.DONE}
    waiting = [one for one in _waiting() if one["_id"] not in done]
    scopes = [one["assign_scope"] for one in waiting]
    scope = "office" if "office" in scopes else next(iter(scopes), None)
    documents = [one for one in waiting if one["assign_scope"] == scope]
    html = page(
        "pages/assign_many.html",
        documents=documents,
        scope=scope,
        is_leader=any(one["role"] == "leader" for one in documents),
        directory=directory(),
        due_choices=due_choices(),
        form=form or {},
        results=results or [],
        nothing_chosen=nothing_chosen,
        new_action_id=str(uuid.uuid4()),
    )
    return make_response(html, status)


def _waiting() -> list[dict[str, Any]]:
    """Return what the form lists of the reader's documents that wait to be transferred."""
    inbox = current.services().store.database(f"inbox_{current.person_id()}")
    cards = [card for name in LISTS for card in inbox.find("by_list", {"list": name}, limit=LOOKED_AT)]
    return [choice(card) for card in cards if "assign" in card["allowed_actions"]][:TOGETHER]


def choice(card: dict[str, Any]) -> dict[str, Any]:
    """Return what the form lists of a card (the same as `choice` of pwa/together.js)."""
    return {
        **{key: card.get(key) or "" for key in CHOICE},
        "arrival_label": (card.get("arrival") or {}).get("label", ""),
        "role": (card.get("my_assignment") or {}).get("role", ""),
    }
