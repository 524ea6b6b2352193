"""The outbox as the server sees it: acts from the reader's devices that were refused, with their reasons.

What still waits is on the device alone; there the service worker renders this page.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from server.usecases import refusals
from server.web import current
from server.web.context import page

blueprint = Blueprint("outbox", __name__)

SHOWN = 100


@blueprint.get("/outbox")
def outbox() -> str:
    """Show the refused acts."""
    return page("pages/outbox.html", waiting=[], refused=_refused(), settled=[])


def _refused() -> list[dict[str, Any]]:
    services, person_id = current.services(), current.person_id()
    refused = refusals.refused_acts(services, person_id, SHOWN)
    ids = {one["document_id"] for one in refused if one["document_id"]}
    cards = services.store.database(f"inbox_{person_id}").get_many(ids) if ids else {}
    return [{**one, "title": cards.get(one["document_id"], {}).get("title", "")} for one in refused]
