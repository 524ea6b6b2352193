"""How far scans are with the recognition of their text: beside a document, in the form, and the whole queue.

Who may see a document sees its text. The queue is the clerks' and the administrator's; the latter sees no documents,
and so no names of files either.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect
from werkzeug.wrappers import Response as BaseResponse

from server.domain.office import CLERK
from server.ports import Document
from server.usecases import read, recognizing
from server.web import current, uploads
from server.web.context import page
from server.web.documents import card_of

blueprint = Blueprint("recognition", __name__)

GOING_ON = (recognizing.WAITING, recognizing.RUNNING)


@blueprint.get("/incoming/<key>/recognition")
def of_document(key: str) -> str:
    """Show how far the scans of a document are, and the text of those that are done."""
    card = card_of(f"incoming:{key}")
    if card is None or card["is_bare"]:
        abort(404)
    notes = [current.services().files.get(f"file:{one['sha256']}") for one in card["files"] if one.get("is_scan")]
    return page("pages/recognition_of.html", card=card, scans=[_scan(one) for one in notes if one])


@blueprint.get("/incoming/read/<sha256>/recognition")
def of_upload(sha256: str) -> Response:
    """Say how far a scan is that the reader has uploaded and not yet registered."""
    known = current.services().files.get(f"file:{sha256}") if uploads.SHA256.fullmatch(sha256) else None
    progress = recognizing.progress_of(known)
    if known is None or progress is None or current.person_id() not in known.get("uploaded_by", []):
        abort(404)
    return make_response(page("pages/recognition_of_upload.html", sha256=sha256, progress=progress, is_fresh=True))


@blueprint.get("/recognition")
def queue() -> str:
    """Show the queue."""
    files = recognizing.listed(current.services().files)
    counts = Counter(one["recognition"]["state"] for one in files)
    return page(
        "pages/recognition.html",
        files=[_queued(one) for one in files],
        counts={state: counts[state] for state in recognizing.STATES},
        engine=recognizing.engine_state(current.services().store),
        notice="",
    )


@blueprint.post("/recognition/<sha256>/retry")
def retry(sha256: str) -> BaseResponse:
    """Queue a scan again that failed."""
    if not uploads.SHA256.fullmatch(sha256):
        abort(404)
    recognizing.retry(current.services().files, sha256, current.person_id(), current.now())
    return redirect(f"/recognition#scan-{sha256[:12]}", 303)


def _scan(note: Document) -> dict[str, Any]:
    progress = recognizing.progress_of(note) or {}
    return {
        "name": note.get("name", ""),
        "sha256": note["sha256"],
        "progress": progress,
        "is_going_on": progress.get("state") in GOING_ON,
        "text": note.get("text", "") if progress.get("state") == recognizing.DONE else "",
    }


def _queued(note: Document) -> dict[str, Any]:
    entry, is_clerk = note["recognition"], CLERK in current.roles()
    document_id = entry.get("document_id")
    card = read.card(current.services(), current.person_id(), document_id) if is_clerk and document_id else None
    by = note.get("uploaded_by") or [""]
    return {
        "sha256": note["sha256"],
        "name": note.get("name", "") if is_clerk else note["sha256"][:12],
        "pages": note.get("pages"),
        "queued_at": entry["queued_at"],
        "uploader": current.office().name_of(by[0]) if is_clerk else "",
        "document": {"_id": card["_id"], "title": card["title"]} if card else None,
        "progress": recognizing.progress_of(note),
    }
