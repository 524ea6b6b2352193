"""A copy of a registered PDF with the ĐẾN stamp on it (decree 30/2020 Articles 21 and 23, Appendix IV.V).

Whoever may read the file may have the stamped copy. It is made anew each time and kept nowhere; the file itself is not
touched.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, request, send_file

from server.adapters import formats
from server.adapters.arrival_stamp import stamp
from server.adapters.catalogues import load, translate
from server.usecases import read
from server.web import current, uploads
from server.web.documents import card_of
from server.web.files import PDF_POLICY

blueprint = Blueprint("stamps", __name__)

OFFICIAL = "vi"
"""What is put on paper is in the language of official writing, whatever the reader's pages are in."""
HANDLING = ("lead", "simultaneous")


@blueprint.get("/incoming/<key>/stamped/<sha256>")
def stamped(key: str, sha256: str) -> Response:
    """Send the stamped copy of a document's file."""
    document_id = f"incoming:{key}"
    card = card_of(document_id) if uploads.SHA256.fullmatch(sha256) else None
    entry = read.may_read_file(current.services(), current.person_id(), document_id, sha256) if card else None
    bodies = current.services().store.files
    if card is None or card["is_bare"] or entry is None or entry["media_type"] != uploads.PDF:
        abort(404)
    if not bodies.exists(sha256):
        abort(404)
    fields = fields_of(card)
    tag = hashlib.sha256(f"{sha256} {json.dumps(fields, sort_keys=True)}".encode()).hexdigest()
    headers = {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache", "Content-Security-Policy": PDF_POLICY}
    if request.if_none_match.contains(tag):
        return Response(status=304, headers=headers)
    with tempfile.TemporaryDirectory(prefix="congvan-stamp-") as folder:
        source, target = Path(folder) / "source.pdf", Path(folder) / "stamped.pdf"
        opened = bodies.open(sha256, 0, int(entry["size"]))
        with opened.stream as stream, source.open("wb") as copy:
            shutil.copyfileobj(stream, copy)
        stamp(source, target, fields)
        # an open file outlives its folder: what is sent is on disk until it is sent, never whole in memory
        sent = target.open("rb")
    response = send_file(sent, mimetype=uploads.PDF, download_name=_name(entry), etag=False)
    response.headers.update(headers)
    return response


def fields_of(card: Mapping[str, Any]) -> dict[str, str]:
    """Return the words of the stamp: what the book says of the document, and whom it was passed to."""
    messages = load(OFFICIAL)
    handlers = [
        row["unit_name"] if row["is_unit"] else row["person_name"]
        for row in card["assignments"]
        if row["depth"] == 0 and row["role"] in HANDLING and row["state"] != "withdrawn"
    ]
    labels = {f"{name}_label": translate(messages, f"print.stamp.{name}", {}) for name in LABELS}
    return {
        **labels,
        "agency": translate(messages, "print.agency", {}),
        "arrived": translate(messages, "print.arrival_stamp", {}),
        "number": card["arrival"]["label"],
        "day": formats.date(messages, card["arrival"]["arrived_on"]),
        "passed_to": ", ".join(dict.fromkeys(handlers)) or card["leader_name"],
        "case_file": _notation(card),
    }


LABELS = ("number", "day", "passed_to", "case_file")


def _notation(card: Mapping[str, Any]) -> str:
    link = card["case_file"]
    found = current.services().records.get(link["_id"]) if link else None
    return str(found["notation"]) if found else ""


def _name(entry: Mapping[str, Any]) -> str:
    name = uploads.clean_name(entry.get("name", ""))
    return f"{name.removesuffix('.pdf')}-dau-den.pdf"
