"""The outbox as the server sees it: acts from the reader's devices that were refused, with their reasons.

What still waits is on the device alone; there the service worker renders this page.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint

from server.domain.office import CLERK, STAFF_ROLES
from server.usecases import read, refusals
from server.web import current
from server.web.context import page

blueprint = Blueprint("outbox", __name__)

SHOWN = 100
WITHOUT_FORM = frozenset({"resolve_conflict", "acknowledge_review", "remind_review"})


@blueprint.get("/outbox")
def outbox() -> str:
    """Show the refused acts."""
    notices = current.tally().notices
    return page(
        "pages/outbox.html",
        waiting=[],
        refused=_refused(),
        settled=[],
        notices=notices,
        new_action_id=str(uuid.uuid4()),
    )


def _refused() -> list[dict[str, Any]]:
    services, person_id = current.services(), current.person_id()
    refused = refusals.refused_acts(services, person_id, SHOWN)
    ids = sorted({one["document_id"] for one in refused if one["document_id"]})
    cards = services.store.database(f"inbox_{person_id}").get_many(ids) if ids else {}
    shown = []
    for one in refused:
        document_id = one["document_id"]
        # who may read every document has the card of few of them in the inbox
        card = cards.get(document_id) or (read.card(services, person_id, document_id) if document_id else None)
        shown.append(
            {**one, "title": card["title"] if card else one["fields"].get("subject", ""), "redo": _redo(one, card)}
        )
    return shown


def _redo(act: dict[str, Any], card: dict[str, Any] | None) -> str:
    """Return the address of the form in which an act is done anew; empty when it is no longer open to the reader."""
    action_id, verb = act["action_id"], act["verb"]
    if verb == "create_case_file":
        return f"/case-files?from={action_id}" if current.roles() & STAFF_ROLES else ""
    if verb == "register_incoming":
        return f"/incoming/new?from={action_id}" if CLERK in current.roles() else ""
    if card is None or verb not in card["allowed_actions"]:
        return ""
    path = "/" + card["_id"].replace(":", "/")
    if verb in WITHOUT_FORM:
        return f"{path}#conflicts"
    return f"{path}?form={verb}&from={action_id}#act-{verb.replace('_', '-')}"
