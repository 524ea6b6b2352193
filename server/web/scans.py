"""Bổ sung bản quét: the scan of a document that has its number already, several files as one (Articles 9.1, 14.2).

Not among the commands of `pwa/offline_routes.json`: pages are gathered into one PDF here, so it needs the network.
"""

from __future__ import annotations

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from server.web.documents import card_of, take_command
from server.web.forms import CommandRoute, kinds_of

blueprint = Blueprint("scans", __name__)

ROUTE = CommandRoute("/incoming/<id>/add-scan", "incoming", "AddScan", kinds_of("AddScan"))


@blueprint.post("/incoming/<key>/add-scan")
def add_scan(key: str) -> Response:
    """Give a document its scan; one that may have none is refused before anything of the file is kept."""
    card = card_of(f"incoming:{key}")
    if card is None or card["is_bare"]:
        abort(404 if card is None else 403)
    return take_command(ROUTE, f"incoming:{key}")
